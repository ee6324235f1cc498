//! How keys are kept.

use std::time::Duration;

use crate::error::Error;

/// How the keys of the API are kept.
///
/// | option | default | meaning |
/// |---|---|---|
/// | [`ttl`](Self::ttl) | 5 minutes | how old keys may be; not zero |
/// | [`refresh_ahead`](Self::refresh_ahead) | 1 minute | how long before that they are fetched again, while they still serve; at most half of `ttl` |
/// | [`stale_for`](Self::stale_for) | 1 hour | how much longer they serve while fetching fails |
/// | [`cool_down`](Self::cool_down) | 5 seconds | after a fetch for a key id that was not known, or one that failed, no other for that long; at most an hour |
/// | [`timeout`](Self::timeout) | 10 seconds | how long a request waits for a fetch; not zero |
#[derive(Clone, Debug)]
#[must_use = "has no effect until passed to the builder"]
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

    /// How old keys may be, counted from the fetch that brought them. Default: 5 minutes.
    pub fn ttl(mut self, ttl: Duration) -> Self {
        self.ttl = ttl;
        self
    }

    /// How long before they are too old keys are fetched again, while requests use the known ones.
    /// More than half of `ttl` counts as half of it. Default: 1 minute.
    pub fn refresh_ahead(mut self, ahead: Duration) -> Self {
        self.refresh_ahead = ahead;
        self
    }

    /// How much longer keys serve while fetches fail; a set without a key that can be used counts as
    /// a failed fetch. Once one has failed, requests do not wait for the next, which is made in the
    /// background. Default: 1 hour.
    pub fn stale_for(mut self, time: Duration) -> Self {
        self.stale_for = time;
        self
    }

    /// How long nothing is fetched after a fetch that failed, or that was made for an unknown key id;
    /// longer if the server asks for it with `Retry-After`, up to an hour. A token whose key was
    /// published after the last fetch is refused no longer than that. Default: 5 s.
    pub fn cool_down(mut self, time: Duration) -> Self {
        self.cool_down = time;
        self
    }

    /// How long a request waits for keys, and how long a fetch may take. Default: 10 s.
    pub fn timeout(mut self, time: Duration) -> Self {
        self.timeout = time;
        self
    }

    /// Refuses what would keep requests from ever having keys.
    pub(crate) fn check(&self) -> Result<(), Error> {
        const LONGEST_COOL_DOWN: Duration = Duration::from_secs(3600);
        if self.ttl.is_zero() {
            return Err(Error::configuration(
                "`ttl` of the key cache is zero, so that every request would fetch keys; give it minutes",
            ));
        }
        if self.timeout.is_zero() {
            return Err(Error::configuration(
                "`timeout` of the key cache is zero, so that no request could wait for keys; give it seconds",
            ));
        }
        if self.cool_down > LONGEST_COOL_DOWN {
            return Err(Error::configuration(
                "`cool_down` of the key cache is longer than an hour, so that one failed fetch would reject everybody for that long; give it seconds",
            ));
        }
        Ok(())
    }
}
