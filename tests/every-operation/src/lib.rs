//! Every operation of `clerk-api`, called twice: with only what it requires, and with every
//! optional parameter and body field.
//!
//! The calls are machine-written from the API description. [`calls`] returns them, to be run with a
//! client of the caller's choice, async or blocking. The binary of the same name runs them against
//! a server and prints a line of JSON for each; [`recording`] records what is sent, and [`report`]
//! formats the lines.

#[macro_use]
mod call;
#[allow(deprecated)]
#[rustfmt::skip]
mod generated;
mod image;
pub mod recording;
pub mod report;

pub use call::{Answer, Call, Variant};

/// The calls of all operations: by resource, then by operation, `required` before `all`.
pub fn calls() -> impl Iterator<Item = &'static Call> {
    generated::CALLS.iter().copied().flatten()
}
