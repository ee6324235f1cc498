//! Copies of the workspace in which the pipeline may write, and the upstream documents to run it
//! on.
//!
//! A copy has what the pipeline reads and, for [`build()`] and [`examples()`], the hand-written sources that belong to
//! its output.

mod build;
mod scratch;
mod upstream;

pub use build::{build, examples};
pub use scratch::{Counts, regenerate, scratch, workspace};
pub use upstream::{Upstream, documents};
