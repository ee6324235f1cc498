//! Checks that a call is awaited in a Tokio runtime with timers and I/O.

use std::any::Any;
use std::future::{Future, poll_fn};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

use tokio::runtime::Handle;

use crate::error::Error;

/// The beginning of Tokio's panics about the state of the runtime.
const ABOUT_THE_RUNTIME: &str = "A Tokio 1.x context was found, but";

/// Returns an error if there is no runtime.
pub(crate) fn check() -> Result<(), Error> {
    if Handle::try_current().is_err() {
        return Err(Error::configuration(
            "there is no Tokio runtime; call from within one, or use `clerk_api::blocking`",
        ));
    }
    Ok(())
}

/// The result of a call, or an error if the runtime has no timers or no I/O.
///
/// Tokio cannot be asked how a runtime was built; it panics. Only those panics become errors. A panic
/// hook still sees them.
pub(crate) async fn within<T>(call: impl Future<Output = Result<T, Error>>) -> Result<T, Error> {
    check()?;
    let call = async {
        // Fails before anything is sent.
        drop(tokio::time::sleep(Duration::ZERO));
        call.await
    };
    let mut call = pin!(call);
    poll_fn(|context| {
        // After a panic the call is not polled again.
        let polled = catch_unwind(AssertUnwindSafe(|| call.as_mut().poll(context)));
        polled.unwrap_or_else(|panic| match reason(&*panic) {
            Some(reason) => Poll::Ready(Err(Error::configuration(reason))),
            None => resume_unwind(panic),
        })
    })
    .await
}

fn reason(panic: &(dyn Any + Send)) -> Option<&'static str> {
    let text = panic.downcast_ref::<&str>().copied();
    let text = text.or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    let about = text?.strip_prefix(ABOUT_THE_RUNTIME)?;
    if about.contains("disabled") {
        Some("the Tokio runtime has no timers or no I/O; build it with `enable_all`")
    } else {
        Some("the Tokio runtime is shutting down")
    }
}
