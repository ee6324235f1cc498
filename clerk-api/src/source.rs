//! Faults of what the caller sends: a file that changes, a stream that fails. The transport sees them
//! as bodies that break off, and would report a lost connection; the call they belong to fails with
//! their cause, at once and once.

use std::future::{Future, poll_fn};
use std::io;
use std::pin::pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Poll, Waker};

use crate::error::Error;

/// The fault of an attempt's body, if it has one.
#[derive(Clone, Default)]
pub(crate) struct SourceFault(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    fault: Option<Error>,
    waiting: Option<Waker>,
}

impl SourceFault {
    /// Keeps the fault for the attempt, and returns what the transport gets instead.
    pub(crate) fn report(&self, fault: Error) -> io::Error {
        let stopped = io::Error::other(fault.to_string());
        let mut state = self.lock();
        state.fault.get_or_insert(fault);
        if let Some(waiting) = state.waiting.take() {
            waiting.wake();
        }
        stopped
    }

    /// The result of the attempt, or the fault of its body as soon as there is one.
    pub(crate) async fn or<T>(
        &self,
        attempt: impl Future<Output = Result<T, Error>>,
    ) -> Result<T, Error> {
        let mut attempt = pin!(attempt);
        poll_fn(|context| {
            let result = attempt.as_mut().poll(context);
            let mut state = self.lock();
            if let Some(fault) = state.fault.take() {
                return Poll::Ready(Err(fault));
            }
            if result.is_pending() {
                state.waiting = Some(context.waker().clone());
            }
            result
        })
        .await
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
