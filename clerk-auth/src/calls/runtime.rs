//! Whether a call can be made here at all.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

use tokio::runtime::Handle;

use super::Unavailable;

pub(crate) const NO_RUNTIME: &str = "a Tokio runtime is needed to call Clerk: use this within one that has its timers and I/O enabled (`enable_all`)";

/// The runtime that a call is made in.
pub(crate) fn current() -> Result<Handle, Unavailable> {
    let unavailable = Unavailable::new(NO_RUNTIME, None);
    let handle = Handle::try_current().map_err(|_| unavailable)?;
    // Tokio does not say whether a runtime has timers; a timer panics where it has none.
    let timer = || drop(tokio::time::sleep(Duration::ZERO));
    catch_unwind(AssertUnwindSafe(timer)).map_err(|_| unavailable)?;
    Ok(handle)
}
