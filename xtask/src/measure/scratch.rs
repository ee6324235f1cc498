//! The crate that holds stock progenitor's output, below `target/measure`.

use std::fs;
use std::path::{Path, PathBuf};

use super::{stock, unusable};
use crate::support::error::Result;
use crate::support::output;

/// Its dependencies are those that the generated code uses; the profile is the workspace's.
const MANIFEST: &str = r#"[package]
name = "stock-progenitor-output"
version = "0.0.0"
edition = "2024"
publish = false

[workspace]

[dependencies]
bytes = "1"
futures-core = "0.3"
progenitor-client = "=0.15.1"
reqwest = { version = "0.13", default-features = false, features = ["json", "query", "stream"] }
serde = { version = "1", features = ["derive"] }
serde_json = "1"

[profile.dev]
debug = false
"#;

/// Adds a manifest to the source that [`stock::run`] wrote. Returns the crate's folder.
pub(super) fn prepare(root: &Path) -> Result<PathBuf> {
    let folder = stock::command::folder(root);
    output::write_file(&folder.join("Cargo.toml"), MANIFEST)?;
    // Both crates must use the same versions of their common dependencies.
    let lock = folder.join("Cargo.lock");
    if !lock.exists() {
        fs::copy(root.join("Cargo.lock"), &lock).map_err(|fault| unusable(&lock, &fault))?;
    }
    Ok(folder)
}
