//! Limits the calls under way, and pauses them while Clerk asks for it or does not respond.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::{Instant, timeout};

use super::{CallLimits, Unavailable};

/// The longest pause: a server that asks for more is mistaken.
pub(crate) const LONGEST_PAUSE: Duration = Duration::from_secs(3600);

/// A call that fails after this time has held requests too long.
const SLOW: Duration = Duration::from_secs(2);
/// The pause after such a call.
const PAUSE_AFTER_SLOW: Duration = Duration::from_secs(5);

/// The gate for all calls of an authenticator.
pub(crate) struct Gate {
    limits: CallLimits,
    permits: Semaphore,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    pause: Option<Pause>,
    /// When Clerk last responded to a call.
    responded_at: Option<Instant>,
}

#[derive(Clone, Copy)]
struct Pause {
    until: Instant,
    why: &'static str,
}

impl Gate {
    pub(crate) fn new(limits: CallLimits) -> Self {
        let permits = limits.under_way.clamp(1, Semaphore::MAX_PERMITS);
        Self {
            limits,
            permits: Semaphore::new(permits),
            state: Mutex::default(),
        }
    }

    pub(super) fn limits(&self) -> &CallLimits {
        &self.limits
    }

    /// Makes no call for this time, as Clerk asks.
    pub(super) fn pause(&self, time: Duration) {
        let why = "Clerk asks for a pause (Retry-After); no call is made until it is over.";
        self.lock().pause(time.min(LONGEST_PAUSE), why);
    }

    /// Records that Clerk has responded to a call.
    pub(super) fn responded(&self) {
        self.lock().responded_at = Some(Instant::now());
    }

    /// Records a failed call that began at this time. If it took long and no other call got a response in the
    /// meantime, Clerk does not respond at all, and each request would wait as long.
    pub(super) fn failed(&self, began: Instant) {
        let mut state = self.lock();
        let is_alive = state.responded_at.is_some_and(|at| at >= began);
        if began.elapsed() >= SLOW && !is_alive {
            let why = "Clerk did not respond in time; no call is made for a few seconds.";
            state.pause(PAUSE_AFTER_SLOW, why);
        }
    }

    pub(super) fn is_open(&self) -> Result<(), Unavailable> {
        let Some(pause) = self.lock().pause else {
            return Ok(());
        };
        let rest = pause.until.saturating_duration_since(Instant::now());
        if rest.is_zero() {
            return Ok(());
        }
        Err(Unavailable::new(pause.why, rest))
    }

    /// Waits for a permit for a limited time.
    pub(super) async fn enter(&self) -> Result<SemaphorePermit<'_>, Unavailable> {
        let permit = match timeout(self.limits.wait, self.permits.acquire()).await {
            Ok(Ok(permit)) => permit,
            Ok(Err(_)) | Err(_) => return Err(Unavailable::busy()),
        };
        self.is_open()?;
        Ok(permit)
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// The later end of two pauses counts.
    fn pause(&mut self, time: Duration, why: &'static str) {
        let until = Instant::now() + time;
        if self.pause.is_none_or(|pause| pause.until < until) {
            self.pause = Some(Pause { until, why });
        }
    }
}
