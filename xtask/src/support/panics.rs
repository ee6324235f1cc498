//! Converts panics of the libraries that generate and print code to text.
//!
//! A generator may panic on an unexpected schema. That must be reported like any other fault of an
//! input, so nothing of the panic is printed to standard error.

use std::cell::{Cell, RefCell};
use std::panic::{self, AssertUnwindSafe};
use std::sync::Once;

thread_local! {
    static CATCHING: Cell<bool> = const { Cell::new(false) };
    static MESSAGE: RefCell<String> = const { RefCell::new(String::new()) };
}

/// The result of `work`, or the message of its panic with the location in its source.
pub fn catch<T>(work: impl FnOnce() -> T) -> Result<T, String> {
    silence_caught_panics();
    let outer = CATCHING.replace(true);
    let result = panic::catch_unwind(AssertUnwindSafe(work));
    CATCHING.set(outer);
    result.map_err(|_| MESSAGE.take())
}

/// The hook applies to the whole process, so it is set once and checks whether its own thread is
/// catching; setting and restoring it around each call would swallow the panics of other threads.
fn silence_caught_panics() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let previous = panic::take_hook();
        panic::set_hook(Box::new(move |panic| {
            if CATCHING.get() {
                MESSAGE.replace(describe(panic));
            } else {
                previous(panic);
            }
        }));
    });
}

fn describe(panic: &panic::PanicHookInfo<'_>) -> String {
    let payload = panic.payload();
    let said = payload
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| payload.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("a panic without a message");
    match panic.location() {
        // The path of the registry differs between machines; the file's name does not.
        Some(location) => {
            let file = location.file().rsplit('/').next().unwrap_or_default();
            format!("{said} ({file}:{})", location.line())
        }
        None => said.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_becomes_its_message_and_location() {
        let message = catch(|| -> u8 { panic!("no shelf for {}", "maps") }).unwrap_err();
        assert!(
            message.starts_with("no shelf for maps (panics.rs:"),
            "{message}"
        );
    }

    #[test]
    fn a_value_passes_through() {
        assert_eq!(catch(|| 7), Ok(7));
    }

    #[test]
    fn a_caught_panic_inside_a_caught_call_leaves_the_outer_one_catching() {
        let outer = catch(|| {
            let inner = catch(|| -> u8 { panic!("inner") });
            assert!(inner.unwrap_err().starts_with("inner"));
            panic!("outer")
        });
        let outer: Result<(), String> = outer;
        assert!(outer.unwrap_err().starts_with("outer"));
    }
}
