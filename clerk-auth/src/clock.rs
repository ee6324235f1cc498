//! The clock for the validity of tokens, which tests can replace.

use std::fmt;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

/// The wall clock for the validity of tokens and webhooks. Default: the system's clock.
///
/// ```
/// use clerk_auth::Clock;
///
/// let clock = Clock::fixed(1_700_000_000_000);
/// assert_eq!(clock.now(), 1_700_000_000_000);
/// ```
#[derive(Clone, Default)]
#[must_use = "has no effect until passed to a builder"]
pub struct Clock(Option<Arc<dyn Fn() -> i64 + Send + Sync>>);

impl Clock {
    /// Returns the system's clock.
    pub fn system() -> Self {
        Self(None)
    }

    /// Returns a clock that always shows the same time, in milliseconds since the Unix epoch.
    pub fn fixed(milliseconds: i64) -> Self {
        Self::new(move || milliseconds)
    }

    /// Creates a clock from a function that returns the milliseconds since the Unix epoch.
    pub fn new(now: impl Fn() -> i64 + Send + Sync + 'static) -> Self {
        Self(Some(Arc::new(now)))
    }

    /// Returns the milliseconds since the Unix epoch.
    pub fn now(&self) -> i64 {
        match &self.0 {
            Some(now) => now(),
            None => match SystemTime::now().duration_since(UNIX_EPOCH) {
                Ok(since) => i64::try_from(since.as_millis()).unwrap_or(i64::MAX),
                Err(before) => -i64::try_from(before.duration().as_millis()).unwrap_or(i64::MAX),
            },
        }
    }
}

impl fmt::Debug for Clock {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self.0 {
            None => "Clock(system)",
            Some(_) => "Clock(custom)",
        })
    }
}
