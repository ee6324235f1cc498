//! How keys are kept.

use std::time::Duration;

/// How the keys of the API are kept.
///
/// | option | default | meaning |
/// |---|---|---|
/// | [`ttl`](Self::ttl) | 5 minutes | how old keys may be |
/// | [`refresh_ahead`](Self::refresh_ahead) | 1 minute | how long before that they are fetched anew, while they still serve; at most half of `ttl` |
/// | [`stale_for`](Self::stale_for) | 1 hour | how much longer they serve while fetching fails |
/// | [`cool_down`](Self::cool_down) | 5 seconds | after a fetch for a key id that was not known, or one that failed, no other for that long |
/// | [`timeout`](Self::timeout) | 10 seconds | how long a request waits for a fetch |
#[derive(Clone, Debug)]
#[must_use = "options do nothing by themselves"]
pub struct KeyCache {
    pub(super) ttl: Duration,
    pub(super) refresh_ahead: Duration,
    pub(super) stale_for: Duration,
    pub(super) cool_down: Duration,
    pub(super) timeout: Duration,
}

impl Default for KeyCache {
    fn default() -> Self {
        Self {
            ttl: Duration::from_secs(300),
            refresh_ahead: Duration::from_secs(60),
            stale_for: Duration::from_secs(3600),
            cool_down: Duration::from_secs(5),
            timeout: Duration::from_secs(10),
        }
    }
}

impl KeyCache {
    /// The defaults.
    pub fn new() -> Self {
        Self::default()
    }

    /// How old keys may be, counted from the fetch that brought them.
    pub fn ttl(mut self, ttl: Duration) -> Self {
        self.ttl = ttl;
        self
    }

    /// How long before their time ends keys are fetched anew, while requests go on with the old
    /// ones. More than half of that time counts as half of it.
    pub fn refresh_ahead(mut self, ahead: Duration) -> Self {
        self.refresh_ahead = ahead;
        self
    }

    /// How much longer keys serve while fetching fails. Once it has failed, requests do not wait for
    /// the next fetch, which is made behind the scenes.
    pub fn stale_for(mut self, time: Duration) -> Self {
        self.stale_for = time;
        self
    }

    /// How long nothing is fetched after a fetch that failed, or that was made for a key id that
    /// was not known. A token whose key was published after the last fetch is refused no longer
    /// than that.
    pub fn cool_down(mut self, time: Duration) -> Self {
        self.cool_down = time;
        self
    }

    /// How long a request waits for keys.
    pub fn timeout(mut self, time: Duration) -> Self {
        self.timeout = time;
        self
    }
}
