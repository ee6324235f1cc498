//! How many calls requests may cause.

use std::time::Duration;

/// How many calls to Clerk requests may cause: checks of machine tokens, exchanges of handshake
/// nonces, and refreshes of sessions.
///
/// Requests that need the same call always share it. A request that needs one beyond these limits is
/// not held: a machine token is answered as unavailable (adapters send 503 with `Retry-After`), a
/// handshake and a refresh end as they do when Clerk cannot be reached. The same goes for the time that
/// Clerk asks to wait (`Retry-After`), and for 5 s after a call that failed late (after 2 s or more), unless
/// Clerk responded to another one in the meantime.
///
/// | option | default | meaning |
/// |---|---|---|
/// | [`under_way`](Self::under_way) | 32 | calls under way at once |
/// | [`wait`](Self::wait) | 1 s | how long a request waits until it may make its call |
/// | [`refusals`](Self::refusals) | 100 | calls within 10 s that Clerk refuses, of each kind |
/// | [`refusal_memory`](Self::refusal_memory) | 5 s | how long a refusal is remembered |
#[derive(Clone, Debug)]
#[must_use = "has no effect until passed to the builder"]
pub struct CallLimits {
    pub(super) under_way: usize,
    pub(super) wait: Duration,
    pub(super) refusals: u32,
    pub(super) refusal_memory: Duration,
}

impl Default for CallLimits {
    fn default() -> Self {
        Self {
            under_way: 32,
            wait: Duration::from_secs(1),
            refusals: 100,
            refusal_memory: Duration::from_secs(5),
        }
    }
}

impl CallLimits {
    /// The defaults.
    pub fn new() -> Self {
        Self::default()
    }

    /// How many calls are under way at once, at most. Zero counts as one. Default: 32.
    pub fn under_way(mut self, calls: usize) -> Self {
        self.under_way = calls;
        self
    }

    /// How long a request waits while so many calls are under way. Default: 1 s.
    pub fn wait(mut self, time: Duration) -> Self {
        self.wait = time;
        self
    }

    /// How many calls Clerk may refuse within 10 seconds, counted for machine tokens, nonces and
    /// refreshes apart. Beyond that, only tokens that Clerk accepted within the last hour are shown
    /// to it until the 10 seconds are over. No more unknown ones are under way at once than may still
    /// be refused. Zero counts as one. Default: 100.
    ///
    /// Clerk accepts 1,000 calls in 10 seconds from an instance in production, and 100 in development. With
    /// the default, three kinds of calls of three processes stay below the former. Someone who makes up 10
    /// nonces a second keeps sign-ins by nonce away from a process: raise the limit where you have
    /// few processes. Lower it to 20 for an instance in development that strangers can reach.
    pub fn refusals(mut self, calls: u32) -> Self {
        self.refusals = calls;
        self
    }

    /// How long a token or nonce that Clerk refused is refused without asking again. A token that is
    /// created just after it was refused is accepted only after that time. Zero asks every time. Default: 5 s.
    pub fn refusal_memory(mut self, time: Duration) -> Self {
        self.refusal_memory = time;
        self
    }
}
