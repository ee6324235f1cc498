//! Errors of the data that the caller uploads: a file that changes, a stream that fails. The transport
//! would see an incomplete body and report a lost connection. Instead, the call fails at once with the
//! cause.

use std::future::{Future, poll_fn};
use std::io;
use std::pin::pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Poll, Waker};

use crate::error::Error;

/// The error of the body of an attempt, if there is one.
#[derive(Clone, Default)]
pub(crate) struct SourceFault(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    fault: Option<Error>,
    waiting: Option<Waker>,
}

impl SourceFault {
    /// Keeps the error for the attempt, and returns an error for the transport.
    pub(crate) fn report(&self, fault: Error) -> io::Error {
        let stopped = io::Error::other(fault.to_string());
        let mut state = self.lock();
        state.fault.get_or_insert(fault);
        if let Some(waiting) = state.waiting.take() {
            waiting.wake();
        }
        stopped
    }

    /// The result of the attempt, or the error of its body as soon as there is one.
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
