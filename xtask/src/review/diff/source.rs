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
use crate::correct::overlay::{self, Overlay};
use crate::emit::webhooks::facts;
use crate::input::load;
use crate::input::lock::Lock;
use crate::input::names::Names;
use crate::review::revision::Revision;
use crate::support::error::{Error, Result};

const LOCK: &str = "spec/lock.yaml";

/// Which description of a workspace.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    Api,
    Webhooks,
}

impl Subject {
    /// The folder of its description, overlays and names, relative to a workspace.
    fn folder(self) -> &'static str {
        match self {
            Self::Api => "spec",
            Self::Webhooks => "spec/webhooks",
        }
    }

    fn names(self) -> String {
        format!("{}/names.yaml", self.folder())
    }

    fn overlays(self) -> String {
        format!("{}/overlays", self.folder())
    }

    fn version(self, lock: &Lock) -> Result<&str> {
        match self {
            Self::Api => lock.current(),
            Self::Webhooks => lock.current_webhooks(),
        }
    }
}

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
    if facts::is_webhooks(&document) {
        let version = path.file_stem().unwrap_or_default().to_string_lossy();
        document = facts::description(&document, &version).map_err(|error| error.within(name))?;
    }
    let subject = if facts::is_description(&document) {
        Subject::Webhooks
    } else {
        Subject::Api
    };
    let names = if root.join(subject.names()).exists() {
        Names::read_file(root, &subject.names())?
    } else {
        Names::default()
    };
    Description::new(name, document, names)
}

fn workspace(root: &Path, name: &str, subject: Subject) -> Result<Description> {
    let lock = Lock::read(root)?;
    let version = subject.version(&lock)?;
    let imported = load::yaml(&root.join(format!("{}/{version}.yaml", subject.folder())))?;
    let document = overlay::apply_folder(root, &subject.overlays(), version, imported)?;
    Description::new(name, document, Names::read_file(root, &subject.names())?)
}

fn revised(revision: &Revision<'_>, subject: Subject) -> Result<Description> {
    let lock = Lock::parse(&revision.location(LOCK), &revision.text(LOCK)?)?;
    let version = subject.version(&lock)?;
    let mut document: Value = revision.yaml(&format!("{}/{version}.yaml", subject.folder()))?;
    for path in revision.files(&subject.overlays())? {
        if !path.ends_with(".yaml") {
            continue;
        }
        let location = revision.location(&path);
        let overlay =
            Overlay::read(&revision.yaml(&path)?).map_err(|error| error.within(&location))?;
        overlay::apply(&overlay, version, &mut document)
            .map_err(|error| error.within(&location))?;
    }
    let names = Names::from_document(&revision.yaml(&subject.names())?)?;
    Description::new(revision.name(), document, names)
}
