//! Limits on the calls that requests may cause.

use std::time::Duration;

/// Limits on the calls to Clerk that requests may cause: verifying machine tokens, exchanging handshake
/// nonces, and refreshing sessions.
///
/// Requests that need the same call always share it. A request that needs a call beyond these limits is not
/// held: a machine token is reported as unavailable (adapters send 503 with `Retry-After`), and a handshake
/// or refresh ends as if Clerk could not be reached. The same applies while Clerk asks to wait
/// (`Retry-After`), and for 5 s after a call that failed late (after 2 s or more), unless Clerk responded to
/// another one in the meantime.
///
/// | option | default | meaning |
/// |---|---|---|
/// | [`under_way`](Self::under_way) | 32 | calls under way at once |
/// | [`wait`](Self::wait) | 1 s | how long a request waits for its call to begin |
/// | [`rejections`](Self::rejections) | 100 | calls within 10 s that Clerk rejects, of each kind |
/// | [`rejection_memory`](Self::rejection_memory) | 5 s | how long a rejection is remembered |
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use = "has no effect until passed to the builder"]
#[doc(alias = "rate limit")]
pub struct CallLimits {
    pub(super) under_way: usize,
    pub(super) wait: Duration,
    pub(super) rejections: u32,
    pub(super) rejection_memory: Duration,
}

impl Default for CallLimits {
    fn default() -> Self {
        Self {
            under_way: 32,
            wait: Duration::from_secs(1),
            rejections: 100,
            rejection_memory: Duration::from_secs(5),
        }
    }
}

impl CallLimits {
    /// Creates limits with the defaults.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets the maximum number of calls under way at once. Zero counts as one. Default: 32.
    pub fn under_way(mut self, calls: usize) -> Self {
        self.under_way = calls;
        self
    }

    /// Sets how long a request waits while that many calls are under way. Default: 1 s.
    pub fn wait(mut self, time: Duration) -> Self {
        self.wait = time;
        self
    }

    /// Sets how many calls Clerk may reject within 10 seconds, counted separately for machine tokens, nonces
    /// and refreshes. Beyond that, only tokens that Clerk accepted within the last hour are sent to it until
    /// the 10 seconds are over. Unknown ones under way count as rejected. Zero counts as one. Default: 100.
    ///
    /// Clerk accepts 1,000 calls in 10 seconds from an instance in production, and 100 in development. With
    /// the default, the three kinds of calls of three processes stay below the former. A client that sends 10
    /// invalid nonces per second blocks sign-ins by nonce in a process: raise the limit if you have few
    /// processes. Lower it to 20 for an instance in development that is publicly reachable.
    pub fn rejections(mut self, calls: u32) -> Self {
        self.rejections = calls;
        self
    }

    /// Sets for how long a token or nonce that Clerk rejected is rejected without another call. A token that
    /// is created just after it was rejected is accepted only after that time. Zero makes a call every time.
    /// Default: 5 s.
    pub fn rejection_memory(mut self, time: Duration) -> Self {
        self.rejection_memory = time;
        self
    }
}
