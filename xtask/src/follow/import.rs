//! `cargo xtask import FILE`: writes an upstream document as `spec/<version>.yaml` and records it
//! in the lock.
//!
//! Everything is checked before the first write. [`crate::input::canonical`] defines the canonical form.

use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::correct::lint;
use crate::emit::webhooks;
use crate::input::canonical::canonical;
use crate::input::load;
use crate::input::lock::{Lock, Source};
use crate::input::names::Names;
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
    /// Whether the description or the lock changed.
    pub changed: bool,
    /// Whether the previously generated state was kept in spec/previous, to compare with.
    pub kept_previous: bool,
    /// What upstream renamed.
    pub renames: Vec<Rename>,
}

/// The path of the description of `version`.
pub fn description(root: &Path, version: &str) -> PathBuf {
    root.join("spec").join(format!("{version}.yaml"))
}

/// Imports the document at `source` into the workspace at `root`. If that changes anything, the
/// previous state is kept in `spec/previous`.
pub fn import(root: &Path, source: &Path) -> Result<Imported> {
    import_with(root, source, Previous::Replaced)
}

/// What happens to the state in `spec/previous`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Previous {
    /// Replaced by the current generated state, if the import changes the description.
    Replaced,
    /// Left unchanged: the previous import has not been merged, and both are reviewed together.
    Left,
}

/// [`import`], with a choice for the previous state.
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

/// What the new description renamed, compared with the current one.
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
    /// The facts in canonical form, with a header.
    pub text: String,
}

/// The description for the upstream document `text`; `location` names it in errors.
pub fn description_of(location: &str, text: &str) -> Result<Description> {
    reject_cut(location, text)?;
    let document = load::parse(location, text)?;
    let facts = facts(&document).map_err(|error| error.within(location))?;
    let version = version(&facts).map_err(|error| error.within(location))?;
    let text = format!("{HEADER}{}", load::print(&facts)?);
    Ok(Description { version, text })
}

fn description_of_webhooks(source: &Path, text: &str) -> Result<Description> {
    let location = source.display().to_string();
    let version = webhooks_version(source)?;
    reject_cut(&location, text)?;
    let document = load::parse(&location, text)?;
    let described = webhooks::facts::description(&document, &version)
        .map_err(|error| error.within(&location))?;
    let facts = facts(&described).map_err(|error| error.within(&location))?;
    let text = format!("{HEADER_OF_WEBHOOKS}{}", load::print(&facts)?);
    Ok(Description { version, text })
}

/// The document itself does not contain its version.
fn webhooks_version(source: &Path) -> Result<String> {
    let version = source.file_stem().unwrap_or_default().to_string_lossy();
    check_version(&source.display().to_string(), &version)?;
    Ok(version.into_owned())
}

/// Whether importing the document would change what is generated from.
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

/// The facts of a valid OpenAPI document.
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

/// Block style has no end marker, but the last line of a text file ends with a line break.
fn reject_cut(location: &str, text: &str) -> Result<()> {
    if text.ends_with('\n') || text.trim_start().starts_with('{') || text.is_empty() {
        return Ok(());
    }
    Err(Error::new(
        location,
        "the last line has no line break at its end: the file may be cut short",
        "get the complete file; if it is complete, add the line break",
    ))
}

/// It becomes a file name and a header, so it must be a date.
fn version(facts: &Value) -> Result<String> {
    let version = facts
        .pointer("/info/version")
        .and_then(Value::as_str)
        .unwrap_or_default();
    check_version("#/info/version", version)?;
    Ok(version.to_owned())
}

/// Whether this is a date, as every version is.
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
        format!("`{version}` is not an API version"),
        "use a document whose version is a date, as in `2026-05-12`",
    ))
}

fn is_same_file(left: &Path, right: &Path) -> bool {
    match (left.canonicalize(), right.canonicalize()) {
        (Ok(left), Ok(right)) => left == right,
        _ => false,
    }
}
