//! What `OLD` and `NEW` of a comparison refer to: a description file, a workspace, or a git
//! revision of this workspace.
//!
//! A file is read as it is, with the pins of this workspace. For a workspace and a revision, the
//! current description is read with their own overlays and pins, from which their crate was
//! generated. There are two descriptions, of the API and of webhooks; for a file, its contents
//! determine which one it is.

use std::path::Path;

use serde_json::Value;

use super::Description;
use crate::correct::overlay;
use crate::input::folder::Folder;
use crate::input::lock::{self, Lock};
use crate::input::names::Names;
use crate::input::subject::overlays;
use crate::input::{Subject, load, webhooks};
use crate::review::revision::Revision;
use crate::support::error::{Error, Findings, Result};

/// Reads the description that `name` refers to, relative to the workspace at `root`.
pub fn read(root: &Path, name: &str, subject: Subject) -> Result<Description> {
    let path = Path::new(name);
    if path.is_dir() {
        return workspace(path, name, subject);
    }
    if path.exists() {
        return file(root, path, name);
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

fn file(root: &Path, path: &Path, name: &str) -> Result<Description> {
    let mut document = load::yaml(path)?;
    if webhooks::is_webhooks(&document) {
        let version = path.file_stem().unwrap_or_default().to_string_lossy();
        document =
            webhooks::description(&document, &version).map_err(|error| error.within(name))?;
    }
    let subject = if webhooks::is_description(&document) {
        Subject::Webhooks
    } else {
        Subject::Api
    };
    let folder = Folder::new(root);
    let names = if folder.has(&subject.names()) {
        Findings::gather(|findings| Names::read(folder, &subject.names(), findings))?
    } else {
        Names::default()
    };
    Description::new(name, document, names)
}

fn workspace(root: &Path, name: &str, subject: Subject) -> Result<Description> {
    let lock = Lock::read(root)?;
    let version = subject.version(&lock)?;
    let folder = Folder::new(root);
    let document = folder.yaml(&subject.description(version))?.document;
    let (document, names) = Findings::gather(|findings| {
        let overlays = overlays(folder, subject, findings).unwrap_or_default();
        let names = Names::read(folder, &subject.names(), findings);
        let document = overlay::corrected(document, &overlays, version, findings);
        (document, names)
    })?;
    Description::new(name, document, names)
}

fn revised(revision: &Revision<'_>, subject: Subject) -> Result<Description> {
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
    let names = revision.yaml(&subject.names())?;
    let path = subject.names();
    let names = Findings::gather(|findings| Names::from_document(&path, &names, findings))?;
    Description::new(revision.name(), document, names)
}
