//! What `OLD` and `NEW` of a comparison refer to: a description file, a workspace, or a git
//! revision of this workspace.
//!
//! A file is read as it is. For a workspace and a revision, the current description is read with
//! their own overlays, and the record of the public items that were generated from it. There are
//! two descriptions, of the API and of webhooks; of a file, the contents determine which one it is.

use std::path::Path;

use serde_json::Value;

use super::Description;
use crate::correct::overlay;
use crate::input::folder::Folder;
use crate::input::lock::{self, Lock};
use crate::input::subject::overlays;
use crate::input::{Subject, load, webhooks};
use crate::record;
use crate::record::surface::FORM;
use crate::review::revision::Revision;
use crate::support::error::{Error, Findings, Result};
use crate::support::output;

/// One side of a comparison.
#[derive(Debug)]
pub struct Side {
    pub description: Description,
    /// The record of public items; `None` for a file, and if there is none in the present form.
    pub surface: Option<String>,
}

/// Reads what `name` refers to, relative to the workspace at `root`.
pub fn read(root: &Path, name: &str, subject: Subject) -> Result<Side> {
    let path = Path::new(name);
    if path.is_dir() {
        return workspace(path, name, subject);
    }
    if path.exists() {
        return file(path, name);
    }
    match Revision::find(root, name) {
        Some(revision) => revised(&revision, subject),
        None => Err(Error::new(
            name,
            "this is not a file, a workspace or a git revision",
            "pass a description file, a workspace folder, or a commit, branch or tag",
        )),
    }
}

fn file(path: &Path, name: &str) -> Result<Side> {
    let mut document = load::yaml(path)?;
    if webhooks::is_webhooks(&document) {
        let version = path.file_stem().unwrap_or_default().to_string_lossy();
        document =
            webhooks::description(&document, &version).map_err(|error| error.within(name))?;
    }
    Ok(Side {
        description: Description::new(name, document)?,
        surface: None,
    })
}

/// The record of what is generated from a description.
fn record(subject: Subject) -> String {
    let name = match subject {
        Subject::Api => "surface.txt",
        Subject::Webhooks => record::WEBHOOKS,
    };
    format!("{}/{name}", output::RECORDS)
}

fn workspace(root: &Path, name: &str, subject: Subject) -> Result<Side> {
    let lock = Lock::read(root)?;
    let version = subject.version(&lock)?;
    let folder = Folder::new(root);
    let document = folder.yaml(&subject.description(version))?.document;
    let document = Findings::gather(|findings| match overlays(folder, subject, findings) {
        (overlays, true) => overlay::corrected(document, &overlays, version, findings),
        (_, false) => document,
    })?;
    let record = record(subject);
    let record = folder
        .has(&record)
        .then(|| folder.text(&record))
        .transpose()?;
    Ok(Side {
        description: Description::new(name, document)?,
        surface: record.filter(|record| record.starts_with(FORM)),
    })
}

fn revised(revision: &Revision<'_>, subject: Subject) -> Result<Side> {
    let lock = Lock::parse(&revision.location(lock::FILE), &revision.text(lock::FILE)?)?;
    let version = subject.version(&lock)?;
    let mut document: Value = revision.yaml(&subject.description(version))?;
    for path in revision.files(&subject.overlays())? {
        if path.ends_with(".yaml") {
            let file = revision.yaml(&path)?;
            Findings::gather(|findings| overlay::apply(&file, version, &mut document, findings))
                .map_err(|found| found.within(revision.location(&path)))?;
        }
    }
    let record = record(subject);
    let record = (revision.has(&record)?)
        .then(|| revision.text(&record))
        .transpose()?;
    Ok(Side {
        description: Description::new(revision.name(), document)?,
        surface: record.filter(|record| record.starts_with(FORM)),
    })
}
