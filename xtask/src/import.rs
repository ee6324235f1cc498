//! `cargo xtask import FILE`: an upstream document becomes `spec/<version>.yaml` and a line of the
//! lock.
//!
//! All checks come before the first write. What the canonical form is belongs to
//! [`crate::canonical`].

use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::canonical::canonical;
use crate::changes::previous;
use crate::diff::{self, Rename};
use crate::error::{Error, Findings, Result};
use crate::lock::{Lock, Source};
use crate::names::Names;
use crate::{lint, load, output, webhooks};

const HEADER: &str = "\
# Facts of Clerk's Backend API, written by `cargo xtask import`.
# Do not edit: corrections belong in spec/overlays.
";

const HEADER_OF_WEBHOOKS: &str = "\
# Facts of Clerk's webhooks, written by `cargo xtask import`.
# Do not edit: corrections belong in spec/webhooks/overlays.
";

/// What an import did.
#[derive(Debug)]
pub struct Imported {
    pub version: String,
    /// The description.
    pub path: PathBuf,
    /// Whether the description or the lock is different from before.
    pub changed: bool,
    /// Whether what was generated before is kept in spec/previous to compare with.
    pub kept_previous: bool,
    /// What upstream calls otherwise than before.
    pub renames: Vec<Rename>,
}

/// Where the description of `version` is.
pub fn description(root: &Path, version: &str) -> PathBuf {
    root.join("spec").join(format!("{version}.yaml"))
}

/// Imports the document at `source` into the workspace at `root`, and keeps the state before it in
/// `spec/previous` when that changes.
pub fn import(root: &Path, source: &Path) -> Result<Imported> {
    import_with(root, source, Previous::Replaced)
}

/// What becomes of the state in `spec/previous`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Previous {
    /// By what is generated now, if the import changes the description.
    Replaced,
    /// Left as it is: the import before has not been merged, and both are reviewed together.
    Left,
}

/// [`import`], with a word on the state before.
pub fn import_with(root: &Path, source: &Path, former: Previous) -> Result<Imported> {
    let location = source.display().to_string();
    let text = load::text(source)?;
    if webhooks::is_own(root, source) || is_of_webhooks(&location, &text) {
        return import_webhooks(root, source, &text, former);
    }
    let Description {
        version,
        text: canonical,
    } = description_of(&location, &text)?;
    let path = description(root, &version);

    let mut lock = Lock::read(root)?;
    let current = lock.current.clone();
    let own_output = is_same_file(source, &path) && lock.sources.contains_key(&version);
    if !own_output {
        let name = source.file_name().unwrap_or_default().to_string_lossy();
        lock.record(&version, Source::new(&name, text.as_bytes()));
    }
    // Only the current description is generated from.
    let is_news = version == lock.current
        && (version != current || load::text(&path).is_ok_and(|former| former != canonical));
    let lock = lock.to_yaml()?;

    let renames = if is_news && !current.is_empty() {
        renames(root, &current, &canonical)?
    } else {
        Vec::new()
    };
    let kept_previous = is_news && former == Previous::Replaced && previous::keep(root)?;
    let description_changed = output::write_file(&path, &canonical)?;
    let lock_changed = output::write_file(&Lock::path(root), &lock)?;
    Ok(Imported {
        version,
        path,
        changed: description_changed || lock_changed,
        kept_previous,
        renames,
    })
}

/// What the new description calls otherwise than the one that is current.
fn renames(root: &Path, current: &str, canonical: &str) -> Result<Vec<Rename>> {
    let path = description(root, current);
    if !path.exists() {
        return Ok(Vec::new());
    }
    let side =
        |location: &str, document| diff::Description::new(location, document, Names::default());
    let old = side(current, load::yaml(&path)?)?;
    let new = side(
        "the new document",
        load::parse("the new document", canonical)?,
    )?;
    Ok(diff::compare(&old, &new).renames)
}

fn is_of_webhooks(location: &str, text: &str) -> bool {
    load::parse(location, text).is_ok_and(|document| webhooks::facts::is_webhooks(&document))
}

/// The same for a document of webhooks, whose version is the name of its file.
fn import_webhooks(root: &Path, source: &Path, text: &str, former: Previous) -> Result<Imported> {
    let version = webhooks_version(source)?;
    let path = webhooks::description(root, &version);
    let mut lock = Lock::read(root)?;
    let mut changed = false;
    let mut kept_previous = false;
    if !webhooks::is_own(root, source) {
        let description = description_of_webhooks(source, text)?;
        let name = source.file_name().unwrap_or_default().to_string_lossy();
        let from = Source::new(&name, text.as_bytes());
        lock.webhooks.insert(version.clone(), from);
        let is_news = lock.current_webhooks()? == version && differs(&path, &description.text);
        kept_previous = is_news && former == Previous::Replaced && previous::keep(root)?;
        changed |= output::write_file(&path, &description.text)?;
        changed |= output::write_file(&Lock::path(root), &lock.to_yaml()?)?;
    }
    Ok(Imported {
        version,
        path,
        changed,
        kept_previous,
        renames: Vec::new(),
    })
}

/// What is written for an upstream document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Description {
    pub version: String,
    /// The facts in canonical form, under a header.
    pub text: String,
}

/// What is written for the upstream document `text`; `location` names it in errors.
pub fn description_of(location: &str, text: &str) -> Result<Description> {
    refuse_cut(location, text)?;
    let document = load::parse(location, text)?;
    let facts = facts(&document).map_err(|error| error.within(location))?;
    let version = version(&facts).map_err(|error| error.within(location))?;
    let text = format!("{HEADER}{}", load::print(&facts)?);
    Ok(Description { version, text })
}

fn description_of_webhooks(source: &Path, text: &str) -> Result<Description> {
    let location = source.display().to_string();
    let version = webhooks_version(source)?;
    refuse_cut(&location, text)?;
    let document = load::parse(&location, text)?;
    let described = webhooks::facts::description(&document, &version)
        .map_err(|error| error.within(&location))?;
    let facts = facts(&described).map_err(|error| error.within(&location))?;
    let text = format!("{HEADER_OF_WEBHOOKS}{}", load::print(&facts)?);
    Ok(Description { version, text })
}

/// The document does not tell it.
fn webhooks_version(source: &Path) -> Result<String> {
    let version = source.file_stem().unwrap_or_default().to_string_lossy();
    check_version(&source.display().to_string(), &version)?;
    Ok(version.into_owned())
}

/// Whether an import of the document would change what is generated from.
pub fn is_news(root: &Path, source: &Path) -> Result<bool> {
    let location = source.display().to_string();
    let text = load::text(source)?;
    let lock = Lock::read(root)?;
    let (current, path, incoming) = if is_of_webhooks(&location, &text) {
        let incoming = description_of_webhooks(source, &text)?;
        let path = webhooks::description(root, &incoming.version);
        let current = lock.webhooks.keys().next_back().cloned();
        (current.unwrap_or_default(), path, incoming)
    } else {
        let incoming = description_of(&location, &text)?;
        let path = description(root, &incoming.version);
        (lock.current, path, incoming)
    };
    Ok(incoming.version >= current && differs(&path, &incoming.text))
}

fn differs(path: &Path, wanted: &str) -> bool {
    !load::text(path).is_ok_and(|present| present == wanted)
}

/// The facts of a document that is sound as OpenAPI.
fn facts(document: &Value) -> Result<Value> {
    load::references(document)?;
    let facts = canonical(document)?;
    let mut findings = Findings::new();
    lint::unique_ids(&facts, &mut findings);
    match findings.into_iter().next() {
        None => Ok(facts),
        Some(error) => Err(error),
    }
}

/// Block style tells nothing about its end, but a text file's last line is ended.
fn refuse_cut(location: &str, text: &str) -> Result<()> {
    if text.ends_with('\n') || text.trim_start().starts_with('{') || text.is_empty() {
        return Ok(());
    }
    Err(Error::new(
        location,
        "the last line is not ended: the file may be cut short",
        "get the whole file; if it is whole, end its last line",
    ))
}

/// It becomes a file name and a header, so only a date will do.
fn version(facts: &Value) -> Result<String> {
    let version = facts
        .pointer("/info/version")
        .and_then(Value::as_str)
        .unwrap_or_default();
    check_version("#/info/version", version)?;
    Ok(version.to_owned())
}

/// Whether this is a date, as versions are.
pub fn is_version(version: &str) -> bool {
    version.len() == 10
        && version
            .bytes()
            .enumerate()
            .all(|(index, byte)| match index {
                4 | 7 => byte == b'-',
                _ => byte.is_ascii_digit(),
            })
}

fn check_version(location: &str, version: &str) -> Result<()> {
    if is_version(version) {
        return Ok(());
    }
    Err(Error::new(
        location,
        format!("`{version}` is no API version"),
        "name a document whose version is a date, as in `2026-05-12`",
    ))
}

fn is_same_file(left: &Path, right: &Path) -> bool {
    match (left.canonicalize(), right.canonicalize()) {
        (Ok(left), Ok(right)) => left == right,
        _ => false,
    }
}
