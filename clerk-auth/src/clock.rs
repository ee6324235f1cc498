//! What time it is, so that a test or a replay can say so.

use std::fmt;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

/// The wall clock that tokens are judged by; the system's unless another is given.
///
/// ```
/// use clerk_auth::Clock;
///
/// let clock = Clock::fixed(1_700_000_000_000);
/// assert_eq!(clock.now(), 1_700_000_000_000);
/// ```
#[derive(Clone, Default)]
pub struct Clock(Option<Arc<dyn Fn() -> i64 + Send + Sync>>);

impl Clock {
    /// The system's clock.
    pub fn system() -> Self {
        Self(None)
    }

    /// A clock that stands still, at this many milliseconds since the Unix epoch.
    pub fn fixed(milliseconds: i64) -> Self {
        Self::new(move || milliseconds)
    }

    /// A clock that asks this function for the milliseconds since the Unix epoch.
    pub fn new(now: impl Fn() -> i64 + Send + Sync + 'static) -> Self {
        Self(Some(Arc::new(now)))
    }

    /// The milliseconds since the Unix epoch.
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
            Some(_) => "Clock(given)",
        })
    }
}
