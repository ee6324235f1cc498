//! The machine-written files: writes those that differ, deletes those that are no longer generated,
//! or only reports the differences.
//!
//! The contents are computed before, in memory; nothing here reads them.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use similar::TextDiff;

use crate::support::error::{Error, Result};

/// The folder of the generated Rust of `clerk-api`, relative to the workspace.
pub const CLIENT: &str = "clerk-api/src/generated";
/// The folder of the generated Rust of `clerk-auth`.
pub const WEBHOOKS: &str = "clerk-auth/src/webhook/generated";
/// The folder of the generated records.
pub const RECORDS: &str = "generated";
/// The folder of the generated table of response models.
pub const RESPONSE_MODELS: &str = "tests/additive-change/src/generated";
/// The folder of the generated calls of every operation.
pub const CALLS: &str = "tests/every-operation/src/generated";

/// The folders that contain machine-written files and nothing else.
pub const ROOTS: [&str; 5] = [CLIENT, WEBHOOKS, RECORDS, RESPONSE_MODELS, CALLS];

/// How many differing files are shown with their first hunk.
const SHOWN_FILES: usize = 5;
/// How many lines of a hunk are shown.
const SHOWN_LINES: usize = 30;

/// Files by their path in the workspace.
pub type Files = BTreeMap<PathBuf, String>;

/// The result of [`write()`].
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Changes {
    pub written: usize,
    pub deleted: usize,
    pub unchanged: usize,
}

impl fmt::Display for Changes {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "wrote {} files, deleted {}, left {} unchanged",
            self.written, self.deleted, self.unchanged
        )
    }
}

/// The result of [`check`].
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Differences {
    /// The differing files, sorted by path.
    pub files: BTreeMap<PathBuf, Difference>,
    hunks: Vec<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Difference {
    /// The file is generated but does not exist.
    Missing,
    /// The file exists but is no longer generated.
    Stale,
    Different,
}

impl Differences {
    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }
}

impl fmt::Display for Differences {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (path, difference) in &self.files {
            let word = match difference {
                Difference::Missing => "missing",
                Difference::Stale => "stale",
                Difference::Different => "different",
            };
            writeln!(formatter, "{word}: {}", path.display())?;
        }
        for hunk in &self.hunks {
            writeln!(formatter, "\n{}", hunk.trim_end())?;
        }
        write!(formatter, "\nhelp: run `cargo xtask regenerate`")
    }
}

/// Makes the machine-written folders below `root` contain exactly `files`.
pub fn write(root: &Path, files: &Files) -> Result<Changes> {
    reject_outside(files)?;
    let mut changes = Changes::default();
    for stale in present(root)?
        .iter()
        .filter(|path| !files.contains_key(*path))
    {
        let path = root.join(stale);
        fs::remove_file(&path).map_err(|error| unwritable(&path, &error))?;
        changes.deleted += 1;
    }
    for (path, text) in files {
        if write_file(&root.join(path), text)? {
            changes.written += 1;
        } else {
            changes.unchanged += 1;
        }
    }
    for folder in ROOTS {
        remove_empty_folders(&root.join(folder));
    }
    Ok(changes)
}

/// Compares the machine-written folders below `root` with `files`; writes nothing.
pub fn check(root: &Path, files: &Files) -> Result<Differences> {
    reject_outside(files)?;
    let mut differences = Differences::default();
    for (path, text) in files {
        match fs::read(root.join(path)) {
            Ok(present) if present == text.as_bytes() => {}
            Ok(present) => {
                if differences.hunks.len() < SHOWN_FILES {
                    differences.hunks.push(first_hunk(
                        path,
                        &String::from_utf8_lossy(&present),
                        text,
                    ));
                }
                differences
                    .files
                    .insert(path.clone(), Difference::Different);
            }
            Err(_) => {
                differences.files.insert(path.clone(), Difference::Missing);
            }
        }
    }
    for path in present(root)? {
        if !files.contains_key(&path) {
            differences.files.insert(path, Difference::Stale);
        }
    }
    Ok(differences)
}

/// Writes `text` to `path`, atomically, unless the file has it already. Returns whether it wrote. A link
/// stays one, and a device or a pipe gets the text.
pub fn write_file(path: &Path, text: &str) -> Result<bool> {
    if fs::metadata(path).is_ok_and(|present| !present.is_file()) {
        fs::write(path, text).map_err(|error| unwritable(path, &error))?;
        return Ok(true);
    }
    if fs::read(path).is_ok_and(|present| present == text.as_bytes()) {
        return Ok(false);
    }
    let target = path.canonicalize();
    replace(target.as_deref().unwrap_or(path), text).map_err(|error| unwritable(path, &error))?;
    Ok(true)
}

/// A reader sees the old text or the new one, never a part.
fn replace(path: &Path, text: &str) -> io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder)?;
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let unfinished = folder.join(format!(".{name}.{}.unfinished", std::process::id()));
    let written = fs::File::create(&unfinished)
        .and_then(|mut file| file.write_all(text.as_bytes()))
        .and_then(|()| fs::rename(&unfinished, path));
    if written.is_err() {
        // The first error is the one to report.
        let _ = fs::remove_file(&unfinished);
    }
    written
}

/// The error for a path that cannot be written.
pub fn unwritable(path: &Path, error: &io::Error) -> Error {
    use io::ErrorKind::{
        FileTooLarge, IsADirectory, NotADirectory, PermissionDenied, QuotaExceeded,
        ReadOnlyFilesystem, StorageFull,
    };
    let help = match error.kind() {
        StorageFull | QuotaExceeded | FileTooLarge => {
            "free space on the disk, and run the command again; it completes what it began"
        }
        PermissionDenied => "make the folder and the file writable, and run the command again",
        ReadOnlyFilesystem => "work in a checkout on a file system that can be written",
        NotADirectory | IsADirectory => {
            "move what is in the way, a file for a folder or a folder for a file, elsewhere"
        }
        _ => "remove the cause, and run the command again; it completes what it began",
    };
    Error::new(
        path.display().to_string(),
        format!("it cannot be written: {error}"),
        help,
    )
}

/// A stage that names a file elsewhere would overwrite hand-written files.
fn reject_outside(files: &Files) -> Result<()> {
    for path in files.keys() {
        let plain = path
            .components()
            .all(|part| matches!(part, std::path::Component::Normal(_)));
        if !plain || !ROOTS.iter().any(|root| path.starts_with(root)) {
            return Err(Error::new(
                path.display().to_string(),
                "a stage generated a file outside the machine-written folders",
                "report this as a bug in xtask",
            ));
        }
    }
    Ok(())
}

/// The files in the machine-written folders, by path relative to `root`.
fn present(root: &Path) -> Result<BTreeSet<PathBuf>> {
    let mut found = BTreeSet::new();
    let mut folders: Vec<PathBuf> = ROOTS.iter().map(PathBuf::from).collect();
    while let Some(folder) = folders.pop() {
        let path = root.join(&folder);
        let unreadable = |error: io::Error| {
            Error::new(
                path.display().to_string(),
                format!("the folder cannot be read: {error}"),
                "check that it is a folder and readable",
            )
        };
        let entries = match fs::read_dir(&path) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            Err(error) => return Err(unreadable(error)),
        };
        for entry in entries {
            let entry = entry.map_err(unreadable)?;
            let inner = folder.join(entry.file_name());
            if entry.file_type().map_err(unreadable)?.is_dir() {
                folders.push(inner);
            } else {
                found.insert(inner);
            }
        }
    }
    Ok(found)
}

/// Deletes `folder` and the folders in it, as far as they are empty.
fn remove_empty_folders(folder: &Path) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            remove_empty_folders(&entry.path());
        }
    }
    // Fails for a folder that is not empty, as intended.
    let _ = fs::remove_dir(folder);
}

fn first_hunk(path: &Path, present: &str, wanted: &str) -> String {
    let diff = TextDiff::from_lines(present, wanted);
    let unified = diff.unified_diff();
    let hunk = unified
        .iter_hunks()
        .next()
        .map(|hunk| hunk.to_string())
        .unwrap_or_default();
    let mut lines: Vec<&str> = hunk.lines().take(SHOWN_LINES).collect();
    if hunk.lines().count() > SHOWN_LINES {
        lines.push("…");
    }
    format!(
        "--- {path} (present)\n+++ {path} (wanted)\n{}",
        lines.join("\n"),
        path = path.display()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_written_has_a_way_out() {
        for (kind, way) in [
            (io::ErrorKind::StorageFull, "free space on the disk"),
            (io::ErrorKind::QuotaExceeded, "free space on the disk"),
            (io::ErrorKind::PermissionDenied, "writable"),
            (io::ErrorKind::ReadOnlyFilesystem, "can be written"),
            (io::ErrorKind::NotADirectory, "in the way"),
        ] {
            let error = unwritable(Path::new("generated/a"), &io::Error::from(kind));
            assert_eq!(error.location, "generated/a");
            assert!(error.help.contains(way), "{error}");
        }
    }
}
