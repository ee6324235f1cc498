//! Corrections of the imported description: the OpenAPI Overlay 1.0 documents in `spec/overlays`,
//! applied in the order of their names.
//!
//! Beyond the specification, each action must state its reason in `description`, match something
//! and change something, so that a correction which upstream has made itself is noticed. The
//! extension `x-versions` limits an overlay or an action to some API versions. The overlays
//! themselves are the only list of corrections.

mod apply;
mod document;
mod path;

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::input::load;
use crate::support::error::{Error, Result};

pub use document::Overlay;

/// The folder of the overlays, relative to the workspace.
const FOLDER: &str = "spec/overlays";

/// Applies the overlays of the workspace at `root` to the description of `version`.
pub fn apply_all(root: &Path, version: &str, document: Value) -> Result<Value> {
    apply_folder(root, FOLDER, version, document)
}

/// Applies the overlays of a folder in the workspace to the description of `version`.
pub fn apply_folder(
    root: &Path,
    folder: &str,
    version: &str,
    mut document: Value,
) -> Result<Value> {
    for path in paths(&root.join(folder))? {
        let location = path
            .strip_prefix(root)
            .unwrap_or(&path)
            .display()
            .to_string();
        let overlay =
            Overlay::read(&load::yaml(&path)?).map_err(|error| error.within(&location))?;
        apply(&overlay, version, &mut document).map_err(|error| error.within(&location))?;
    }
    Ok(document)
}

/// Applies the actions of `overlay` that are for `version`, each to the result of the one before.
pub fn apply(overlay: &Overlay, version: &str, document: &mut Value) -> Result<()> {
    if !overlay.is_for(version) {
        return Ok(());
    }
    overlay
        .actions
        .iter()
        .filter(|action| action.versions.include(version))
        .try_for_each(|action| apply::action(action, document))
}

fn paths(folder: &Path) -> Result<Vec<PathBuf>> {
    let unreadable = |error: std::io::Error| {
        Error::new(
            folder.display().to_string(),
            format!("the folder cannot be read: {error}"),
            "check that it is a folder and readable",
        )
    };
    if !folder.exists() {
        return Ok(Vec::new());
    }
    let mut paths = Vec::new();
    for entry in fs::read_dir(folder).map_err(unreadable)? {
        let path = entry.map_err(unreadable)?.path();
        match path.extension().and_then(|extension| extension.to_str()) {
            Some("yaml") => paths.push(path),
            Some("yml" | "json") => {
                return Err(Error::new(
                    path.display().to_string(),
                    "overlays must end in `.yaml`",
                    "rename the file, or move it elsewhere",
                ));
            }
            _ => {}
        }
    }
    paths.sort();
    Ok(paths)
}
