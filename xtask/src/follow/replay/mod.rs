//! `cargo xtask replay DIR`: imports, generates and compares successive versions of the description
//! in a copy of the workspace.
//!
//! It shows how the toolchain copes with upstream changes: how much generated code a version
//! changes, which names it removes, and what is rejected. A version that fails is reported and
//! skipped; the next one is compared with the last that succeeded. Nothing is written to the
//! workspace.

mod step;
mod table;

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::Value;

use crate::follow::scratch::Scratch;
use crate::input::load;
use crate::support::error::{Error, Findings, Result};

pub use self::step::{Counts, Step};
pub use self::table::table;

use self::step::State;

/// The result for one file.
#[derive(Debug)]
pub struct Version {
    /// The file's name.
    pub name: String,
    pub outcome: Outcome,
}

#[derive(Debug)]
pub enum Outcome {
    Made(Box<Step>),
    /// The faults that lint, overlays or a later stage reported.
    Rejected(Findings),
    /// Not a description but an overlay.
    Skipped,
}

/// Replays the descriptions in `folder`, by name, in a copy of the workspace at `root`.
pub fn replay(root: &Path, folder: &Path) -> Result<Vec<Version>> {
    let paths = documents(folder)?;
    let copy = Copy::of(root)?;
    let mut last: Option<State> = None;
    let mut versions = Vec::new();
    for path in paths {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let outcome = match read(&path) {
            Ok(document) if document.get("overlay").is_some() => Outcome::Skipped,
            Ok(_) => match step::step(&copy.scratch, &path, last.as_ref()) {
                Ok((state, step)) => {
                    last = Some(state);
                    Outcome::Made(Box::new(step))
                }
                Err(findings) => Outcome::Rejected(findings),
            },
            Err(error) => Outcome::Rejected(error.into()),
        };
        versions.push(Version {
            name: name.into_owned(),
            outcome,
        });
    }
    Ok(versions)
}

fn read(path: &Path) -> Result<Value> {
    load::yaml(path)
}

/// The files that may be descriptions, by name.
fn documents(folder: &Path) -> Result<Vec<PathBuf>> {
    let unreadable = |error: std::io::Error| {
        Error::new(
            folder.display().to_string(),
            format!("the folder cannot be read: {error}"),
            "pass a folder with one file for each version of the description",
        )
    };
    let mut paths = Vec::new();
    for entry in fs::read_dir(folder).map_err(unreadable)? {
        let path = entry.map_err(unreadable)?.path();
        let ending = path.extension().and_then(|ending| ending.to_str());
        if matches!(ending, Some("yaml" | "yml" | "json")) {
            paths.push(path);
        }
    }
    paths.sort();
    if paths.is_empty() {
        return Err(Error::new(
            folder.display().to_string(),
            "the folder contains no description",
            "add OpenAPI documents that end in .yaml, .yml or .json",
        ));
    }
    Ok(paths)
}

/// A copy of the workspace, deleted when dropped.
struct Copy {
    scratch: Scratch,
}

impl Copy {
    fn of(root: &Path) -> Result<Self> {
        // Several can run at once, also in one process.
        static COPIES: AtomicUsize = AtomicUsize::new(0);
        let copy = COPIES.fetch_add(1, Ordering::Relaxed);
        let name = format!("clerk-xtask-replay-{}-{copy}", std::process::id());
        let folder = std::env::temp_dir().join(name);
        let scratch = Scratch::inputs(root, &folder)?;
        Ok(Self { scratch })
    }
}

impl Drop for Copy {
    fn drop(&mut self) {
        // On failure, the rest stays in the system's folder for temporary files.
        let _ = fs::remove_dir_all(self.scratch.root());
    }
}
