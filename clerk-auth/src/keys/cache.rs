//! Options for the cache of keys.

use std::time::Duration;

use crate::error::Error;

/// Options for the cache of the keys that are fetched from the API.
///
/// | option | default | meaning |
/// |---|---|---|
/// | [`ttl`](Self::ttl) | 5 minutes | how long keys are used before they are fetched again; not zero |
/// | [`refresh_ahead`](Self::refresh_ahead) | 1 minute | how long before that they are fetched in the background; at most half of `ttl` |
/// | [`stale_for`](Self::stale_for) | 1 hour | how much longer they are used while fetching fails |
/// | [`cool_down`](Self::cool_down) | 5 seconds | pause after a failed fetch, or one for an unknown key id; at most an hour |
/// | [`timeout`](Self::timeout) | 10 seconds | how long a request waits for a fetch; not zero |
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use = "has no effect until passed to the builder"]
#[doc(alias("jwks", "jwksCacheTtlInMs"))]
pub struct KeyCacheOptions {
    pub(super) ttl: Duration,
    pub(super) refresh_ahead: Duration,
    pub(super) stale_for: Duration,
    pub(super) cool_down: Duration,
    pub(super) timeout: Duration,
}

impl Default for KeyCacheOptions {
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

impl KeyCacheOptions {
    /// Creates options with the defaults.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets how long keys are used after they were fetched. Default: 5 minutes.
    pub fn ttl(mut self, ttl: Duration) -> Self {
        self.ttl = ttl;
        self
    }

    /// Sets how long before the end of `ttl` keys are fetched again in the background. More than half of
    /// `ttl` counts as half of it. Default: 1 minute.
    pub fn refresh_ahead(mut self, ahead: Duration) -> Self {
        self.refresh_ahead = ahead;
        self
    }

    /// Sets how much longer keys are used while fetches fail; a key set without a usable key counts as a
    /// failed fetch. After one has failed, the next is made in the background, and requests do not wait for
    /// it. Default: 1 hour.
    pub fn stale_for(mut self, time: Duration) -> Self {
        self.stale_for = time;
        self
    }

    /// Sets the pause after a fetch that failed or was made for an unknown key id. It is longer if the server
    /// asks for it with `Retry-After`, up to an hour. A token whose key was published after the last fetch is
    /// rejected for at most that long. Default: 5 s.
    pub fn cool_down(mut self, time: Duration) -> Self {
        self.cool_down = time;
        self
    }

    /// Sets the time limit of a fetch, and of a request that waits for keys. Default: 10 s.
    pub fn timeout(mut self, time: Duration) -> Self {
        self.timeout = time;
        self
    }

    /// Rejects values with which requests would never have keys.
    pub(crate) fn check(&self) -> Result<(), Error> {
        const LONGEST_COOL_DOWN: Duration = Duration::from_secs(3600);
        if self.ttl.is_zero() {
            return Err(Error::configuration(
                "`ttl` of the key cache is zero, so every request would fetch keys; set it to minutes",
            ));
        }
        if self.timeout.is_zero() {
            return Err(Error::configuration(
                "`timeout` of the key cache is zero, so no request could wait for keys; set it to seconds",
            ));
        }
        if self.cool_down > LONGEST_COOL_DOWN {
            return Err(Error::configuration(
                "`cool_down` of the key cache is longer than an hour, so one failed fetch would reject all requests for that long; set it to seconds",
            ));
        }
        Ok(())
    }
}
