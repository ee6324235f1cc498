//! The time limits of a call and its attempts.

use std::future::Future;
use std::time::Duration;

use tokio::time::Instant;

use crate::client::Inner;
use crate::error::{Error, TimeoutScope};
use crate::request::Request;

/// The time limits of a call.
pub(crate) struct Limits {
    began: Instant,
    call: Option<Duration>,
    attempt: Option<Duration>,
}

impl Limits {
    pub(crate) fn new(client: &Inner, request: &Request, began: Instant) -> Result<Self, Error> {
        let timeouts = client.timeouts();
        let options = &request.options;
        for (name, timeout) in [
            ("timeout", options.timeout),
            ("attempt_timeout", options.attempt_timeout),
        ] {
            if timeout.is_some_and(|timeout| timeout.is_zero()) {
                return Err(Error::request(format!(
                    "`{name}` of the call is zero, so the call would fail; set a time"
                )));
            }
        }
        let call = options.timeout.or(timeouts.call);
        let attempt = match (options.attempt_timeout, options.timeout) {
            (Some(attempt), _) => Some(attempt),
            // A time limit longer than the client's is meant for a slow response.
            (None, Some(call)) if timeouts.call.is_some_and(|limit| call > limit) => None,
            (None, _) => timeouts.attempt,
        };
        Ok(Self {
            began,
            call,
            attempt,
        })
    }

    /// Whether the call has time to wait this long.
    pub(crate) fn allow(&self, delay: Duration) -> bool {
        self.call
            .is_none_or(|limit| self.began.elapsed().saturating_add(delay) < limit)
    }

    /// Waits, at most until the time limit of the call.
    pub(crate) async fn run_to_end(&self, wait: impl Future<Output = ()>) -> Result<(), Error> {
        let Some(call) = self.call else {
            wait.await;
            return Ok(());
        };
        let left = call.saturating_sub(self.began.elapsed());
        let waited = tokio::time::timeout(left, wait).await;
        waited.map_err(|_| Error::timeout(TimeoutScope::Call(call)))
    }

    /// The limit of an attempt that begins now.
    pub(crate) fn attempt(&self) -> Deadline {
        let left = self.left();
        let (limit, scope) = match (self.attempt, left, self.call) {
            (Some(attempt), Some(left), _) if attempt < left => {
                (attempt, TimeoutScope::Attempt(attempt))
            }
            (_, Some(left), Some(call)) => (left, TimeoutScope::Call(call)),
            (Some(attempt), ..) => (attempt, TimeoutScope::Attempt(attempt)),
            (None, ..) => return Deadline(None),
        };
        // A limit beyond the range of the clock cannot be reached.
        Deadline(Instant::now().checked_add(limit).map(|at| (at, scope)))
    }

    /// The given time, or the limit of an attempt or the rest of the call if that is shorter.
    pub(crate) fn at_most(&self, time: Duration) -> Duration {
        let limits = [self.attempt, self.left()];
        limits.into_iter().flatten().fold(time, Duration::min)
    }

    fn left(&self) -> Option<Duration> {
        self.call
            .map(|limit| limit.saturating_sub(self.began.elapsed()))
    }
}

/// When an attempt times out.
#[derive(Clone, Copy)]
pub(crate) struct Deadline(Option<(Instant, TimeoutScope)>);

impl Deadline {
    /// The result of a part of the attempt, or a timeout.
    pub(crate) async fn run<T>(
        self,
        part: impl Future<Output = Result<T, Error>>,
    ) -> Result<T, Error> {
        let Some((at, scope)) = self.0 else {
            return part.await;
        };
        match tokio::time::timeout_at(at, part).await {
            Ok(result) => result,
            Err(_) => Err(Error::timeout(scope)),
        }
    }
}
