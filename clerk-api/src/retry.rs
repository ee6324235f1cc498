//! When a failed call is retried, and how long it waits first.

use std::collections::hash_map::RandomState;
use std::fmt;
use std::hash::BuildHasher;
use std::sync::Arc;
use std::time::Duration;

use crate::error::Error;
use crate::pace::LONGEST_PAUSE;

/// When a failed call is retried.
///
/// By default a call is sent at most three times:
///
/// | failure | retried |
/// |---|---|
/// | lost connection, attempt timeout, 5xx | idempotent calls (`GET`, `PUT`, `DELETE`) |
/// | 429 with `Retry-After` | every call, after the wait that the server asks for |
/// | 429 without `Retry-After` | no |
/// | the server cannot have acted on it: no connection, or HTTP/2 refused the request unprocessed | every call |
///
/// Waits are random, up to a limit that doubles from 250 ms to 5 s, and at least as long as
/// `Retry-After`. No attempt begins later than 90 s after the call began; the last error is returned
/// instead. A call that uploads a stream is never retried.
///
/// # Rate limits
///
/// A 429 whose `Retry-After` is at most a minute pauses all calls of the client and its clones. They
/// continue in the order in which they began, and a call that is rejected again keeps its position. If
/// the first call after the pause is rejected again, the client assumes a limit of that operation: the
/// operation gets its own pause, and others continue.
///
/// Neither the rejected attempts nor the wait count as attempts or towards the budget; only the time
/// limit of the call applies. A call with [`RetryPolicy::none`], with less time left than the pause, or
/// with a smaller budget is not held back. A `Retry-After` of more than a minute applies only to the
/// call itself, as a wait like any other.
///
/// ```
/// use std::time::Duration;
/// use clerk_api::RetryPolicy;
///
/// let patient = RetryPolicy::default().max_attempts(6).budget(Duration::from_secs(120));
/// let never = RetryPolicy::none();
/// # let _ = (patient, never);
/// ```
#[derive(Clone)]
#[must_use = "a policy has no effect until it is passed to a client or a call"]
#[doc(alias(
    "backoff",
    "exponential backoff",
    "rate limit",
    "429",
    "retries",
    "throttling"
))]
pub struct RetryPolicy {
    max_attempts: u32,
    initial_delay: Duration,
    max_delay: Duration,
    multiplier: f64,
    budget: Duration,
    waits_for_retry_after: bool,
    rule: Option<Rule>,
}

type Rule = Arc<dyn Fn(&Failure<'_>) -> Decision + Send + Sync>;

/// What to do after a failed attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Decision {
    /// Return the error.
    GiveUp,
    /// Retry after `Retry-After` if the response has it, otherwise after a random wait.
    Retry,
    /// Retry after this wait, which [`RetryPolicy::max_delay`] does not limit.
    RetryAfter(Duration),
}

/// What happens after a failed attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Next {
    GiveUp,
    /// Wait, then retry.
    Wait(Duration),
    /// Retry when the rate limit allows it.
    Queue,
}

/// A failed attempt, as passed to [`RetryPolicy::rule`].
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Failure<'a> {
    /// The error.
    pub error: &'a Error,
    /// The name of the operation, such as `users.get`.
    pub operation: &'static str,
    /// The number of the attempt, from 1. Attempts that were rejected by a rate limit are not counted.
    pub attempt: u32,
    /// The time since the call began, without the time it was queued for a rate limit.
    pub elapsed: Duration,
    /// Whether the call is idempotent.
    pub idempotent: bool,
}

impl Failure<'_> {
    /// Returns the decision of a policy without a rule.
    pub fn default_decision(&self) -> Decision {
        let error = self.error;
        let retry = if error.is_rate_limited() {
            error.retry_after().is_some()
        } else {
            error.was_not_processed() || self.idempotent && error.is_retryable()
        };
        if retry {
            Decision::Retry
        } else {
            Decision::GiveUp
        }
    }
}

impl Default for RetryPolicy {
    fn default() -> Self {
        Self {
            max_attempts: 3,
            initial_delay: Duration::from_millis(250),
            max_delay: Duration::from_secs(5),
            multiplier: 2.0,
            budget: Duration::from_secs(90),
            waits_for_retry_after: true,
            rule: None,
        }
    }
}

impl RetryPolicy {
    /// A policy that never retries: every call is sent once, without waiting for a rate limit.
    pub fn none() -> Self {
        Self::default().max_attempts(1)
    }

    /// Sets a function that decides after each failed attempt. [`max_attempts`](Self::max_attempts) and
    /// [`budget`](Self::budget) still apply.
    ///
    /// ```
    /// use clerk_api::RetryPolicy;
    /// use clerk_api::retry::Decision;
    ///
    /// let policy = RetryPolicy::default().rule(|failure| match failure.error.status() {
    ///     Some(status) if status.as_u16() == 503 => Decision::Retry,
    ///     _ => failure.default_decision(),
    /// });
    /// # let _ = policy;
    /// ```
    pub fn rule(mut self, rule: impl Fn(&Failure<'_>) -> Decision + Send + Sync + 'static) -> Self {
        self.rule = Some(Arc::new(rule));
        self
    }

    /// Sets how many times a call is sent at most, including the first time; see
    /// [Rate limits](#rate-limits) for what does not count. Default: 3.
    pub fn max_attempts(mut self, attempts: u32) -> Self {
        self.max_attempts = attempts.max(1);
        self
    }

    /// Sets the limit of the first random wait. Default: 250 ms.
    pub fn initial_delay(mut self, delay: Duration) -> Self {
        self.initial_delay = delay;
        self
    }

    /// Sets the limit of every random wait. Default: 5 s.
    pub fn max_delay(mut self, delay: Duration) -> Self {
        self.max_delay = delay;
        self
    }

    /// Sets the factor by which the limit of the random wait grows with each attempt. Default: 2.
    pub fn multiplier(mut self, multiplier: f64) -> Self {
        self.multiplier = multiplier;
        self
    }

    /// Sets how long after the beginning of a call an attempt may still begin; see
    /// [Rate limits](#rate-limits) for what does not count. Default: 90 s.
    pub fn budget(mut self, budget: Duration) -> Self {
        self.budget = budget;
        self
    }

    /// Sets whether a call waits for as long as the server asks. Default: true.
    ///
    /// If false, a response with `Retry-After` is returned at once as an error with
    /// [`Error::retry_after`], and the call is not held back by the 429 of another call.
    #[doc(alias("retry-after", "429"))]
    pub fn wait_for_retry_after(mut self, waits: bool) -> Self {
        self.waits_for_retry_after = waits;
        self
    }

    /// Whether a call waits this long for its turn.
    pub(crate) fn waits(&self, delay: Duration) -> bool {
        self.max_attempts > 1 && self.waits_for_retry_after && delay <= self.budget
    }

    /// How long a 429 pauses all calls, if it concerns all of them. `rejections` is how many the call has
    /// had in a row, including this one.
    pub(crate) fn pause(&self, error: &Error, rejections: u32) -> Option<Duration> {
        let asked = error
            .retry_after()
            .filter(|asked| error.is_rate_limited() && *asked <= LONGEST_PAUSE)?;
        // A server that asks for 0 s and rejects the call again must not be called in a loop.
        let least = jitter(self.limit(rejections));
        Some(asked.max(least).saturating_add(self.spread()))
    }

    /// What to do after a failed attempt.
    pub(crate) fn next(&self, failure: &Failure<'_>) -> Next {
        let must_not_wait = !self.waits_for_retry_after && failure.error.retry_after().is_some();
        if self.max_attempts == 1 || must_not_wait {
            return Next::GiveUp;
        }
        let decision = match &self.rule {
            Some(rule) => rule(failure),
            None => failure.default_decision(),
        };
        let asked = failure.error.retry_after();
        let delay = match decision {
            Decision::GiveUp => return Next::GiveUp,
            Decision::RetryAfter(delay) => delay,
            Decision::Retry => match asked {
                Some(asked) if failure.error.is_rate_limited() && asked <= LONGEST_PAUSE => {
                    return Next::Queue;
                }
                // All rejected calls wait equally long, so the waits are spread here too. The spread
                // must not exceed the budget.
                Some(asked) if failure.elapsed.saturating_add(asked) <= self.budget => {
                    let room = self.budget.saturating_sub(failure.elapsed);
                    asked.saturating_add(self.spread()).min(room)
                }
                Some(asked) => asked,
                None => jitter(self.limit(failure.attempt)),
            },
        };
        if failure.attempt < self.max_attempts
            && failure.elapsed.saturating_add(delay) <= self.budget
        {
            Next::Wait(delay)
        } else {
            Next::GiveUp
        }
    }

    /// A random wait that keeps calls that were rejected together from being retried together.
    fn spread(&self) -> Duration {
        jitter(self.initial_delay.min(self.max_delay))
    }

    fn limit(&self, attempt: u32) -> Duration {
        let exponent = i32::try_from(attempt.saturating_sub(1)).unwrap_or(i32::MAX);
        let seconds = self.initial_delay.as_secs_f64() * self.multiplier.powi(exponent);
        Duration::try_from_secs_f64(seconds)
            .unwrap_or(self.max_delay)
            .min(self.max_delay)
    }
}

/// A random duration from zero to `limit`.
fn jitter(limit: Duration) -> Duration {
    // The standard library seeds these hashers at random: enough to spread clients.
    let random = RandomState::new().hash_one(0) >> 11;
    #[allow(clippy::cast_precision_loss, reason = "53 bits are left")]
    let fraction = random as f64 / (1_u64 << 53) as f64;
    limit.mul_f64(fraction)
}

impl fmt::Debug for RetryPolicy {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("RetryPolicy")
            .field("max_attempts", &self.max_attempts)
            .field("initial_delay", &self.initial_delay)
            .field("max_delay", &self.max_delay)
            .field("multiplier", &self.multiplier)
            .field("budget", &self.budget)
            .field("waits_for_retry_after", &self.waits_for_retry_after)
            .field("rule", &self.rule.as_ref().map(|_| "custom"))
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use http::{HeaderMap, StatusCode};

    use super::*;
    use crate::error::Scrubber;

    fn failed(status: StatusCode, retry_after: Option<&'static str>) -> Error {
        let mut headers = HeaderMap::new();
        if let Some(value) = retry_after {
            headers.insert("retry-after", http::HeaderValue::from_static(value));
        }
        Error::api(status, &headers, b"", &Scrubber::default())
    }

    fn delay(policy: &RetryPolicy, error: &Error, attempt: u32, elapsed: u64) -> Option<Duration> {
        let next = policy.next(&Failure {
            error,
            operation: "test",
            attempt,
            elapsed: Duration::from_secs(elapsed),
            idempotent: true,
        });
        match next {
            Next::Wait(delay) => Some(delay),
            Next::GiveUp => None,
            Next::Queue => panic!("{error} is not a rate limit for all"),
        }
    }

    #[test]
    fn waits_are_random_below_a_limit_that_doubles() {
        let policy = RetryPolicy::default().max_attempts(100);
        let error = failed(StatusCode::SERVICE_UNAVAILABLE, None);
        for (attempt, limit) in [
            (1, 250),
            (2, 500),
            (3, 1000),
            (5, 4000),
            (6, 5000),
            (99, 5000),
        ] {
            let waits: Vec<Duration> = (0..200)
                .filter_map(|_| delay(&policy, &error, attempt, 0))
                .collect();
            assert_eq!(waits.len(), 200);
            let limit = Duration::from_millis(limit);
            assert!(waits.iter().all(|wait| *wait <= limit), "{attempt}");
            assert!(waits.iter().any(|wait| *wait > limit / 2), "{attempt}");
            assert!(waits.iter().any(|wait| *wait < limit / 2), "{attempt}");
        }
    }

    #[test]
    fn a_wait_is_at_least_what_the_server_asks_and_at_most_the_budget() {
        let policy = RetryPolicy::default();
        for (status, asked) in [
            (StatusCode::TOO_MANY_REQUESTS, "90"),
            (StatusCode::SERVICE_UNAVAILABLE, "90"),
        ] {
            let error = failed(status, Some(asked));
            assert_eq!(delay(&policy, &error, 1, 0), Some(Duration::from_secs(90)));
            assert_eq!(delay(&policy, &error, 1, 1), None);
        }
        let error = failed(StatusCode::SERVICE_UNAVAILABLE, Some("3"));
        let wait = delay(&policy, &error, 1, 0).expect("a wait");
        assert!((3.0..=3.25).contains(&wait.as_secs_f64()), "{wait:?}");
    }

    #[test]
    fn a_rate_limit_is_a_pause_for_all_that_counts_for_none() {
        let policy = RetryPolicy::default();
        let next = |policy: &RetryPolicy, error: &Error| {
            policy.next(&Failure {
                error,
                operation: "test",
                attempt: 3,
                elapsed: Duration::from_secs(10_000),
                idempotent: false,
            })
        };
        for (asked, least, most) in [("0", 0.0, 0.5), ("3", 3.0, 3.25), ("60", 60.0, 60.25)] {
            let error = failed(StatusCode::TOO_MANY_REQUESTS, Some(asked));
            assert_eq!(next(&policy, &error), Next::Queue);
            let pause = policy.pause(&error, 1).expect("a pause").as_secs_f64();
            assert!((least..=most).contains(&pause), "{asked}: {pause}");
            assert_eq!(next(&RetryPolicy::none(), &error), Next::GiveUp);
        }
        for error in [
            failed(StatusCode::TOO_MANY_REQUESTS, None),
            failed(StatusCode::TOO_MANY_REQUESTS, Some("61")),
            failed(StatusCode::TOO_MANY_REQUESTS, Some("99999999999999999999")),
            failed(StatusCode::SERVICE_UNAVAILABLE, Some("3")),
        ] {
            assert_eq!(policy.pause(&error, 1), None, "{error:?}");
        }
        let again = failed(StatusCode::TOO_MANY_REQUESTS, Some("0"));
        let longest = (0..200)
            .filter_map(|_| policy.pause(&again, 10))
            .max()
            .expect("a pause");
        assert!(longest > Duration::from_secs(2), "no loop: {longest:?}");
    }

    #[test]
    fn a_policy_that_does_not_wait_for_the_server_gives_up() {
        let policy = RetryPolicy::default().wait_for_retry_after(false);
        for status in [
            StatusCode::TOO_MANY_REQUESTS,
            StatusCode::SERVICE_UNAVAILABLE,
        ] {
            for asked in ["0", "1", "600"] {
                assert_eq!(delay(&policy, &failed(status, Some(asked)), 1, 0), None);
            }
        }
        assert!(!policy.waits(Duration::from_secs(1)));
        let error = failed(StatusCode::BAD_GATEWAY, None);
        assert!(delay(&policy, &error, 1, 0).is_some());
    }

    #[test]
    fn the_budget_and_the_attempts_end() {
        let policy = RetryPolicy::default();
        let error = failed(StatusCode::BAD_GATEWAY, None);
        assert!(delay(&policy, &error, 2, 89).is_some());
        assert_eq!(delay(&policy, &error, 3, 0), None);
        assert_eq!(delay(&policy, &error, 1, 91), None);
        assert_eq!(delay(&RetryPolicy::none(), &error, 1, 0), None);
    }

    #[test]
    fn the_defaults_leave_time_for_every_attempt() {
        let policy = RetryPolicy::default();
        let limits = crate::client::Timeouts::default();
        let (connect, attempt, call) = (
            limits.connect.expect("a limit"),
            limits.attempt.expect("a limit"),
            limits.call.expect("a limit"),
        );
        assert!(connect < attempt);
        // As long as it can take until the last attempt begins, if no server asks for more time.
        let before_last: Duration = (1..policy.max_attempts)
            .map(|number| attempt + policy.limit(number))
            .sum();
        assert!(before_last <= policy.budget, "{before_last:?}");
        assert!(
            policy.budget + attempt <= call,
            "the last attempt has its time"
        );
        assert!(
            LONGEST_PAUSE <= policy.budget,
            "calls wait for a rate limit"
        );
    }

    #[test]
    fn extreme_settings_wait_five_seconds_at_most() {
        let error = failed(StatusCode::BAD_GATEWAY, None);
        for multiplier in [0.0, -1.0, f64::NAN, f64::INFINITY, 1e300] {
            let policy = RetryPolicy::default()
                .max_attempts(u32::MAX)
                .multiplier(multiplier)
                .initial_delay(Duration::MAX);
            for attempt in [1, 2, 50] {
                let wait = delay(&policy, &error, attempt, 0);
                assert!(
                    wait.is_some_and(|wait| wait <= Duration::from_secs(5)),
                    "{wait:?}"
                );
            }
        }
    }
}
