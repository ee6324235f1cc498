//! A checkout of upstream's repository: its newest documents, and the commit they are from.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::input::version::is_version;
use crate::support::error::{Error, Result};

/// The folders of the documents in upstream's repository.
pub const FOLDERS: [&str; 2] = ["bapi", "webhooks"];

/// The document of the newest version in a folder; files are named after their versions.
pub fn newest(folder: &Path) -> Result<PathBuf> {
    let unreadable = |error: std::io::Error| {
        Error::new(
            folder.display().to_string(),
            format!("the folder cannot be read: {error}"),
            "pass a checkout of github.com/clerk/openapi-specs",
        )
    };
    let mut documents = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(unreadable)? {
        let path = entry.map_err(unreadable)?.path();
        let is_yaml = path
            .extension()
            .is_some_and(|end| end == "yml" || end == "yaml");
        let version = path.file_stem().unwrap_or_default().to_string_lossy();
        if is_yaml && is_version(&version) {
            documents.push(path);
        }
    }
    // Names are dates, so the last by name is the newest.
    documents.sort();
    documents.pop().ok_or_else(|| {
        Error::new(
            folder.display().to_string(),
            "no file is named after a version, as in `2026-05-12.yml`",
            "find where upstream keeps its documents now, and update xtask/src/follow/checkout.rs",
        )
    })
}

/// The commit of upstream's repository that contains this document as it is. `None` if the file is not
/// in a checkout of it, or was changed there.
pub fn commit(document: &Path) -> Option<String> {
    let folder = document.parent()?;
    let name = document.file_name()?.to_str()?;
    let git = |arguments: &[&str]| {
        let mut command = Command::new("git");
        let output = command
            .arg("-C")
            .arg(folder)
            .args(arguments)
            .output()
            .ok()?;
        let text = String::from_utf8(output.stdout).ok()?;
        output.status.success().then(|| text.trim_end().to_owned())
    };
    // Another repository that contains a copy, like this one, has no such folder at its top.
    let below = git(&["rev-parse", "--show-prefix"])?;
    if !FOLDERS.contains(&below.trim_end_matches('/')) {
        return None;
    }
    let committed = git(&["rev-parse", &format!("HEAD:./{name}")])?;
    let present = git(&["hash-object", "--", name])?;
    if committed != present {
        return None;
    }
    git(&["rev-parse", "HEAD"])
}
