//! How many calls are under way, and the pause that Clerk asks for.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::{Instant, timeout};

use super::{CallLimits, Unavailable};

/// A longer pause is a mistake of whoever answered.
pub(crate) const LONGEST_PAUSE: Duration = Duration::from_secs(3600);

/// What all calls of an authenticator pass.
pub(crate) struct Gate {
    limits: CallLimits,
    permits: Semaphore,
    paused_until: Mutex<Option<Instant>>,
}

impl Gate {
    pub(crate) fn new(limits: CallLimits) -> Self {
        let permits = limits.under_way.clamp(1, Semaphore::MAX_PERMITS);
        Self {
            limits,
            permits: Semaphore::new(permits),
            paused_until: Mutex::default(),
        }
    }

    pub(super) fn limits(&self) -> &CallLimits {
        &self.limits
    }

    /// No call is made for this time.
    pub(super) fn pause(&self, time: Duration) {
        let until = Instant::now() + time.min(LONGEST_PAUSE);
        let mut paused_until = self.lock();
        *paused_until = (*paused_until).max(Some(until));
    }

    pub(super) fn is_open(&self) -> Result<(), Unavailable> {
        let rest = self
            .lock()
            .map(|until| until.saturating_duration_since(Instant::now()));
        match rest.filter(|rest| !rest.is_zero()) {
            None => Ok(()),
            Some(rest) => Err(Unavailable::new(
                "Clerk asks for a pause (Retry-After); no call is made until it is over.",
                rest,
            )),
        }
    }

    /// Waits for a free place, but not long.
    pub(super) async fn enter(&self) -> Result<SemaphorePermit<'_>, Unavailable> {
        let permit = match timeout(self.limits.wait, self.permits.acquire()).await {
            Ok(Ok(permit)) => permit,
            Ok(Err(_)) | Err(_) => return Err(Unavailable::busy()),
        };
        self.is_open()?;
        Ok(permit)
    }

    fn lock(&self) -> MutexGuard<'_, Option<Instant>> {
        self.paused_until
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}
