//! The runtime that a call needs.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

use tokio::runtime::Handle;

use super::Unavailable;

pub(crate) const NO_RUNTIME: &str =
    "calling Clerk requires a Tokio runtime with timers and I/O enabled (`enable_all`)";

/// The current runtime, if it has timers.
pub(crate) fn current() -> Result<Handle, Unavailable> {
    let unavailable = Unavailable::new(NO_RUNTIME, None);
    let handle = Handle::try_current().map_err(|_| unavailable)?;
    // Tokio does not report whether a runtime has timers; without them, creating one panics.
    let timer = || drop(tokio::time::sleep(Duration::ZERO));
    catch_unwind(AssertUnwindSafe(timer)).map_err(|_| unavailable)?;
    Ok(handle)
}
