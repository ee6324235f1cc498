//! Limits the number of rejected calls: anyone can send any number of different invalid tokens.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use super::Unavailable;

/// The window in which Clerk counts calls.
const WINDOW: Duration = Duration::from_secs(10);

/// The calls of one kind that Clerk rejected in the current window.
pub(super) struct Rejections {
    most: u32,
    window: Mutex<Window>,
}

struct Window {
    began: Instant,
    rejected: u32,
    /// The remaining rejections.
    under_way: u32,
}

/// A call under way that may be rejected.
pub(super) struct Counted<'a>(&'a Rejections);

impl Rejections {
    pub(super) fn new(most: u32) -> Self {
        Self {
            most: most.max(1),
            window: Mutex::new(Window {
                began: Instant::now(),
                rejected: 0,
                under_way: 0,
            }),
        }
    }

    /// Returns an error if there have been too many.
    pub(super) fn check(&self) -> Result<(), Unavailable> {
        self.limit(&self.current())
    }

    /// Counts a call while it is under way as if it were rejected.
    pub(super) fn enter(&self) -> Result<Counted<'_>, Unavailable> {
        let mut window = self.current();
        self.limit(&window)?;
        if window.rejected.saturating_add(window.under_way) >= self.most {
            return Err(Unavailable::busy());
        }
        window.under_way += 1;
        Ok(Counted(self))
    }

    fn limit(&self, window: &Window) -> Result<(), Unavailable> {
        if window.rejected < self.most {
            return Ok(());
        }
        Err(Unavailable::new(
            "Clerk rejected too many tokens in the last seconds; unknown ones are not sent to it now.",
            WINDOW.saturating_sub(window.began.elapsed()),
        ))
    }

    fn current(&self) -> MutexGuard<'_, Window> {
        let mut window = self.window.lock().unwrap_or_else(PoisonError::into_inner);
        if window.began.elapsed() >= WINDOW {
            window.began = Instant::now();
            window.rejected = 0;
        }
        window
    }
}

impl Counted<'_> {
    pub(super) fn was_rejected(&self) {
        let mut window = self.0.current();
        window.rejected = window.rejected.saturating_add(1);
    }
}

impl Drop for Counted<'_> {
    fn drop(&mut self) {
        let mut window = self.0.current();
        window.under_way = window.under_way.saturating_sub(1);
    }
}
