//! When a failed attempt is made again, and how long to wait before.

use std::collections::hash_map::RandomState;
use std::fmt;
use std::hash::BuildHasher;
use std::sync::Arc;
use std::time::Duration;

use crate::error::Error;

/// Whether and when a failed call is sent again.
///
/// By default a call is sent at most three times:
/// - after a lost connection, an attempt that took too long, or a 5xx, if sending it twice does what
///   sending it once does (GET, PUT, DELETE);
/// - after a 429, whatever its method, if `Retry-After` says when.
///
/// The waits are random up to a limit that doubles from 250 ms to 5 s, and at least as long as
/// `Retry-After` asks. Once 20 s would have passed since the call began, the last error is returned
/// instead. A call that uploads a stream is never sent again.
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
pub struct RetryPolicy {
    max_attempts: u32,
    initial_delay: Duration,
    max_delay: Duration,
    multiplier: f64,
    budget: Duration,
    rule: Option<Rule>,
}

type Rule = Arc<dyn Fn(&Failure<'_>) -> Decision + Send + Sync>;

/// What to do after a failed attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Decision {
    /// Return the error.
    GiveUp,
    /// Send again after a random wait, or after `Retry-After` where that is longer.
    Retry,
    /// Send again after this wait.
    RetryAfter(Duration),
}

/// A failed attempt, as a rule of the caller's sees it.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Failure<'a> {
    /// Why it failed.
    pub error: &'a Error,
    /// The operation: `users.get`.
    pub operation: &'static str,
    /// Which attempt it was; the first is 1.
    pub attempt: u32,
    /// Since the call began.
    pub elapsed: Duration,
    /// Whether sending the call twice does what sending it once does.
    pub idempotent: bool,
}

impl Failure<'_> {
    /// What happens where the caller has no rule.
    pub fn default_decision(&self) -> Decision {
        let error = self.error;
        let retry = if error.is_rate_limited() {
            error.retry_after().is_some()
        } else {
            self.idempotent && error.is_retryable()
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
            budget: Duration::from_secs(20),
            rule: None,
        }
    }
}

impl RetryPolicy {
    /// Every call is sent once.
    pub fn none() -> Self {
        Self::default().max_attempts(1)
    }

    /// Lets a rule of the caller's decide; attempts, waits and the budget stay limited as they are.
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

    /// How many times a call is sent at most, the first time included.
    pub fn max_attempts(mut self, attempts: u32) -> Self {
        self.max_attempts = attempts.max(1);
        self
    }

    /// The limit of the first random wait.
    pub fn initial_delay(mut self, delay: Duration) -> Self {
        self.initial_delay = delay;
        self
    }

    /// The limit of every random wait.
    pub fn max_delay(mut self, delay: Duration) -> Self {
        self.max_delay = delay;
        self
    }

    /// By how much the limit of the random wait grows from one attempt to the next.
    pub fn multiplier(mut self, multiplier: f64) -> Self {
        self.multiplier = multiplier;
        self
    }

    /// No attempt begins later than this after the call began.
    pub fn budget(mut self, budget: Duration) -> Self {
        self.budget = budget;
        self
    }

    /// How long to wait before the next attempt; `None` gives up.
    pub(crate) fn delay(&self, failure: &Failure<'_>) -> Option<Duration> {
        if failure.attempt >= self.max_attempts {
            return None;
        }
        let decision = match &self.rule {
            Some(rule) => rule(failure),
            None => failure.default_decision(),
        };
        let delay = match decision {
            Decision::GiveUp => return None,
            Decision::RetryAfter(delay) => delay,
            Decision::Retry => match failure.error.retry_after() {
                // Everyone who was refused waits as long, so that some spread is due here too. It
                // must not be what breaks the budget.
                Some(asked) if failure.elapsed.saturating_add(asked) <= self.budget => {
                    let spread = jitter(self.initial_delay.min(self.max_delay));
                    let room = self.budget.saturating_sub(failure.elapsed);
                    asked.saturating_add(spread).min(room)
                }
                Some(asked) => asked,
                None => jitter(self.limit(failure.attempt)),
            },
        };
        (failure.elapsed.saturating_add(delay) <= self.budget).then_some(delay)
    }

    fn limit(&self, attempt: u32) -> Duration {
        let exponent = i32::try_from(attempt.saturating_sub(1)).unwrap_or(i32::MAX);
        let seconds = self.initial_delay.as_secs_f64() * self.multiplier.powi(exponent);
        Duration::try_from_secs_f64(seconds)
            .unwrap_or(self.max_delay)
            .min(self.max_delay)
    }
}

/// Anything from nothing to `limit`.
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
        policy.delay(&Failure {
            error,
            operation: "test",
            attempt,
            elapsed: Duration::from_secs(elapsed),
            idempotent: true,
        })
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
        for status in [
            StatusCode::TOO_MANY_REQUESTS,
            StatusCode::SERVICE_UNAVAILABLE,
        ] {
            let error = failed(status, Some("20"));
            assert_eq!(delay(&policy, &error, 1, 0), Some(Duration::from_secs(20)));
            assert_eq!(delay(&policy, &error, 1, 1), None);
            let wait = delay(&policy, &failed(status, Some("3")), 1, 0).expect("a wait");
            assert!((3.0..=3.25).contains(&wait.as_secs_f64()), "{wait:?}");
        }
    }

    #[test]
    fn the_budget_and_the_attempts_end() {
        let policy = RetryPolicy::default();
        let error = failed(StatusCode::BAD_GATEWAY, None);
        assert!(delay(&policy, &error, 2, 19).is_some());
        assert_eq!(delay(&policy, &error, 3, 0), None);
        assert_eq!(delay(&policy, &error, 1, 21), None);
        assert_eq!(delay(&RetryPolicy::none(), &error, 1, 0), None);
    }

    #[test]
    fn odd_settings_do_no_harm() {
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
