//! Copies of the workspace in which the pipeline may write, and the upstream documents to run it
//! on.
//!
//! A copy has what the pipeline reads and, for [`build()`], the hand-written sources that belong to
//! its output.

mod build;
mod upstream;

pub use build::build;
pub use upstream::{Upstream, documents};

use std::path::{Path, PathBuf};

use xtask::follow::scratch::Scratch;
use xtask::support::error::Result;

/// The workspace that contains this package.
pub fn workspace() -> PathBuf {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    package.ancestors().nth(2).unwrap_or(package).to_path_buf()
}

/// A copy of it at `root`.
pub fn scratch(root: impl Into<PathBuf>) -> Result<Scratch> {
    Scratch::new(&workspace(), root)
}
