//! `cargo xtask import FILE`: writes an upstream document as `spec/<version>.yaml`, or
//! `spec/webhooks/<version>.yaml`, and records it in the lock.
//!
//! Everything is checked before the first write. [`crate::input::canonical`] defines the canonical form.

use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::correct::lint;
use crate::follow::checkout;
use crate::input::canonical::{Canonical, canonical};
use crate::input::lock::{Lock, Source};
use crate::input::version::{self, is_version};
use crate::input::{Subject, load, webhooks};
use crate::review::changes::previous;
use crate::review::diff::{self, Rename};
use crate::support::error::{Error, Findings, Result};
use crate::support::output;

const HEADER: &str = "\
# Facts of Clerk's Backend API, written by `cargo xtask import`.
# Do not edit: corrections belong in spec/overlays.
";

const HEADER_OF_WEBHOOKS: &str = "\
# Facts of Clerk's webhooks, written by `cargo xtask import`.
# Do not edit: corrections belong in spec/webhooks/overlays.
";

/// The result of an import.
#[derive(Debug)]
pub struct Imported {
    pub version: String,
    /// The path of the description.
    pub path: PathBuf,
    /// Whether the crate is generated from this version.
    pub is_current: bool,
    /// Whether the description or the lock changed.
    pub changed: bool,
    /// Whether the previously generated state was kept in spec/previous, to compare with.
    pub kept_previous: bool,
    /// What upstream renamed.
    pub renames: Vec<Rename>,
    /// What was dropped though it may be a fact, and a version that does not fit.
    pub warnings: Vec<Error>,
}

/// What happens to the state in `spec/previous`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Previous {
    /// Replaced by the current generated state, if the import changes the description.
    Replaced,
    /// Left unchanged: the previous import has not been merged, and both are reviewed together.
    Left,
}

/// Imports the document at `source` into the workspace at `root`. If that changes anything, the
/// previous state is kept in `spec/previous`.
pub fn import(root: &Path, source: &Path) -> Result<Imported, Findings> {
    import_with(root, source, Previous::Replaced)
}

/// [`import`], with a choice for the previous state.
pub fn import_with(root: &Path, source: &Path, former: Previous) -> Result<Imported, Findings> {
    Ok(Document::read(root, source)?.import(root, former)?)
}

/// What is written for an upstream document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Description {
    pub version: String,
    /// The facts in canonical form, with a header.
    pub text: String,
    /// One for each unknown extension that was dropped.
    pub warnings: Vec<Error>,
}

/// An upstream document, read and checked.
#[derive(Debug)]
pub struct Document {
    subject: Subject,
    /// The version that the file is named after.
    named: String,
    description: Description,
    /// The path to write the description to.
    path: PathBuf,
    /// `None` if the document is itself the result of an import.
    source: Option<Source>,
}

impl Document {
    /// Reads a document of the API or of webhooks, or reports all its faults.
    pub fn read(root: &Path, file: &Path) -> Result<Self, Findings> {
        let location = file.display().to_string();
        let text = load::text(file)?;
        let document = parse(&location, &text)?;
        let (subject, description) = if is_own_webhooks(root, file) {
            (Subject::Webhooks, of_api(&document, HEADER_OF_WEBHOOKS))
        } else if webhooks::is_webhooks(&document) {
            (Subject::Webhooks, of_webhooks(file, &document))
        } else {
            (Subject::Api, of_api(&document, HEADER))
        };
        let mut description = within(description, &location)?;
        let stem = file.file_stem().unwrap_or_default().to_string_lossy();
        let named = is_version(&stem).then(|| stem.into_owned());
        let named = named.unwrap_or_else(|| description.version.clone());
        if named != description.version {
            description.warnings.push(Error::new(
                format!("{location}#/info/version"),
                format!(
                    "the document is named `{named}`, but it describes version `{}`",
                    description.version
                ),
                "if its name is right, wait for a document with that version",
            ));
        }
        let path = root.join(subject.description(&description.version));
        let lock = Lock::read(root)?;
        let sources = match subject {
            Subject::Api => &lock.sources,
            Subject::Webhooks => &lock.webhooks,
        };
        let is_recorded = sources.contains_key(&description.version);
        let source = || {
            let name = file.file_name().unwrap_or_default().to_string_lossy();
            let commit = checkout::commit(file);
            Source {
                commit,
                ..Source::new(&name, text.as_bytes())
            }
        };
        Ok(Self {
            subject,
            named,
            source: (!is_recorded || !is_same_file(file, &path)).then(source),
            description,
            path,
        })
    }

    /// Whether the document is not older than what is generated from, and not imported yet.
    pub fn is_news(&self, root: &Path) -> Result<bool> {
        let lock = Lock::read(root)?;
        Ok(self.named.as_str() >= self.current(&lock) && self.differs())
    }

    /// The version that is generated from; empty before the first import.
    fn current<'a>(&self, lock: &'a Lock) -> &'a str {
        self.subject.version(lock).unwrap_or_default()
    }

    /// The description that this one replaces; `None` before the first import.
    pub fn replaced(&self, root: &Path) -> Result<Option<PathBuf>> {
        let lock = Lock::read(root)?;
        let path = match self.current(&lock) {
            "" => return Ok(None),
            version => root.join(self.subject.description(version)),
        };
        Ok(path.exists().then_some(path))
    }

    fn differs(&self) -> bool {
        !load::text(&self.path).is_ok_and(|present| present == self.description.text)
    }

    /// Writes the description and the lock.
    pub fn import(self, root: &Path, former: Previous) -> Result<Imported> {
        let replaced = self.replaced(root)?;
        let mut lock = Lock::read(root)?;
        if let Some(source) = self.source.clone() {
            let version = &self.description.version;
            match self.subject {
                Subject::Api => lock.record(version, source),
                Subject::Webhooks => lock.record_webhooks(version, source),
            }
        }
        let is_current = self.current(&lock) == self.description.version;
        let is_news = is_current && self.differs();
        let renames = match replaced {
            Some(replaced) if is_news && self.subject == Subject::Api => {
                renames(&replaced, &self.description.text)?
            }
            _ => Vec::new(),
        };
        let lock = lock.to_yaml()?;
        let kept_previous = is_news && former == Previous::Replaced && previous::keep(root)?;
        let description_changed = output::write_file(&self.path, &self.description.text)?;
        let lock_changed = output::write_file(&Lock::path(root), &lock)?;
        Ok(Imported {
            version: self.description.version,
            path: self.path,
            is_current,
            changed: description_changed || lock_changed,
            kept_previous,
            renames,
            warnings: self.description.warnings,
        })
    }
}

/// Whether a file was written by an import of webhooks.
fn is_own_webhooks(root: &Path, file: &Path) -> bool {
    let folder = root.join(Subject::Webhooks.folder()).canonicalize();
    match (folder, file.canonicalize()) {
        (Ok(folder), Ok(file)) => file.parent() == Some(&folder),
        _ => false,
    }
}

/// The description for the upstream document `text`; `location` names it in errors.
pub fn description_of(location: &str, text: &str) -> Result<Description, Findings> {
    let document = parse(location, text)?;
    within(of_api(&document, HEADER), location)
}

fn within(read: Result<Description, Findings>, location: &str) -> Result<Description, Findings> {
    let mut description = read.map_err(|findings| findings.within(location))?;
    let warnings = description.warnings.into_iter();
    description.warnings = warnings.map(|warning| warning.within(location)).collect();
    Ok(description)
}

fn parse(location: &str, text: &str) -> Result<Value> {
    reject_cut(location, text)?;
    load::parse(location, text)
}

fn of_webhooks(file: &Path, document: &Value) -> Result<Description, Findings> {
    // The document itself does not contain its version.
    let version = file.file_stem().unwrap_or_default().to_string_lossy();
    version::check("", &version)?;
    let described = webhooks::description(document, &version)?;
    of_api(&described, HEADER_OF_WEBHOOKS)
}

/// All faults of an OpenAPI document, or what is written for it.
fn of_api(document: &Value, header: &str) -> Result<Description, Findings> {
    load::openapi_version(document)?;
    let mut findings = Findings::new();
    findings.keep(load::references(document));
    lint::check_imported(document, &mut findings);
    let version = document.pointer("/info/version").and_then(Value::as_str);
    match canonical(document) {
        Ok(Canonical { facts, warnings }) if findings.is_empty() => Ok(Description {
            version: version.unwrap_or_default().to_owned(),
            text: format!("{header}{}", load::print(&facts)?),
            warnings,
        }),
        canonical => {
            findings.keep(canonical);
            Err(findings)
        }
    }
}

/// What the new description renamed, compared with the one at `replaced`.
fn renames(replaced: &Path, new: &str) -> Result<Vec<Rename>> {
    let old = replaced.display().to_string();
    let old = diff::Description::new(old, load::yaml(replaced)?)?;
    let location = "the new document";
    let new = diff::Description::new(location, load::parse(location, new)?)?;
    Ok(diff::compare(&old, &new).renames)
}

/// Block style has no end marker, but the last line of a text file ends with a line break.
fn reject_cut(location: &str, text: &str) -> Result<()> {
    let text = load::without_mark(text);
    if text.ends_with('\n') || text.trim_start().starts_with('{') || text.is_empty() {
        return Ok(());
    }
    Err(Error::new(
        location,
        "the last line has no line break at its end: the file may be cut short",
        "get the complete file; if it is complete, add the line break",
    ))
}

fn is_same_file(left: &Path, right: &Path) -> bool {
    match (left.canonicalize(), right.canonicalize()) {
        (Ok(left), Ok(right)) => left == right,
        _ => false,
    }
}
