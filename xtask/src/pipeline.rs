//! The stages in order, from the files in `spec/` to the text of every machine-written file.
//!
//! Data flows one way and nothing is written here: [`crate::support::output`] writes or compares the files.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::correct::lint;
use crate::correct::overlay;
use crate::emit::calls;
use crate::emit::models;
use crate::emit::operations;
use crate::emit::print;
use crate::emit::response_models;
use crate::emit::samples;
use crate::emit::webhooks;
use crate::input::docs::Docs;
use crate::input::load;
use crate::input::lock::Lock;
use crate::input::names::Names;
use crate::ir::{self, Api};
use crate::normalise;
use crate::record;
use crate::record::package;
use crate::review::changes;
use crate::support::error::{Error, Findings, Result};

/// The folder of the generated Rust, relative to the workspace.
pub const RUST: &str = "clerk-api/src/generated";
/// The folder of the generated calls of every operation, relative to the workspace.
pub const CALLS: &str = "tests/every-operation/src/generated";
/// The folder of the generated table of response models, relative to the workspace.
pub const RESPONSE_MODELS: &str = "tests/additive-change/src/generated";
/// The folder of the generated records, relative to the workspace.
pub const RECORDS: &str = "generated";

/// The corrected description, its normal form, and the intermediate representation.
#[derive(Debug)]
pub struct Described {
    /// Includes the bounds and patterns that the normal form omits.
    pub corrected: Value,
    pub document: Value,
    pub api: Api,
}

/// How closely pins and documentation must match a description.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fit {
    /// As required for the current version: none missing, none unused.
    Exact,
    /// For other versions: an older one does not use some, and a newer one lacks some.
    Loose,
}

/// The machine-written files, by path in the workspace.
pub fn run(root: &Path, version: Option<&str>) -> Result<BTreeMap<PathBuf, String>, Findings> {
    files(root, &describe(root, version)?)
}

/// The machine-written files of a description.
pub fn files(root: &Path, described: &Described) -> Result<BTreeMap<PathBuf, String>, Findings> {
    let mut files = BTreeMap::new();
    let mut trees = BTreeMap::new();
    let preamble = print::preamble(&described.api.version);
    for (path, tree) in emit(described)? {
        files.insert(
            Path::new(RUST).join(&path),
            print::source(&preamble, tree.clone())?,
        );
        trees.insert(path, tree);
    }
    for (path, text) in record::emit(root, &described.document, &described.api, &trees, &files)? {
        files.insert(Path::new(RECORDS).join(path), text);
    }
    let surface = files.get(Path::new(RECORDS).join("surface.txt").as_path());
    let surface = surface.cloned().unwrap_or_default();
    let version = &described.api.version;
    files.extend(webhooks::emit(root)?);
    let of_webhooks = files.get(Path::new(webhooks::RECORD));
    let of_webhooks = of_webhooks.cloned().unwrap_or_default();
    let corrected = &described.corrected;
    for (path, text) in changes::emit(root, version, corrected, &surface, &of_webhooks)? {
        files.insert(Path::new(RECORDS).join(path), text);
    }
    // For tools, behind a feature; the client does not read it.
    files.insert(
        Path::new(RUST).join("description.json"),
        format!("{}\n", published(described.corrected.clone())),
    );
    for (path, tree) in calls::emit(&described.api, &described.corrected)? {
        files.insert(Path::new(CALLS).join(path), print::source(&preamble, tree)?);
    }
    let (path, tree) = response_models::emit(&described.api)?;
    files.insert(
        Path::new(RESPONSE_MODELS).join(path),
        print::source(&preamble, tree)?,
    );
    record::features::check(root, &described.api)?;
    Ok(files)
}

/// The corrected description without the samples of single operations, which only our own tests and
/// examples need. The table of sample values stays: the fake Clerk makes its values from it.
fn published(mut corrected: Value) -> Value {
    if let Value::Object(members) = &mut corrected {
        members.shift_remove(crate::correct::samples::KEYWORD);
    }
    corrected
}

/// Loads, corrects, checks and normalises the description of one version. Default: the newest
/// imported version.
pub fn describe(root: &Path, version: Option<&str>) -> Result<Described, Findings> {
    let lock = Lock::read(root)?;
    let version = version.unwrap_or(&lock.current);
    if !lock.sources.contains_key(version) {
        return Err(Error::new(
            "spec/lock.yaml",
            format!("the version {version} has not been imported"),
            "run `cargo xtask import FILE` with Clerk's document of that version",
        )
        .into());
    }
    let fit = if version == lock.current {
        Fit::Exact
    } else {
        Fit::Loose
    };
    describe_as(root, version, fit)
}

/// The same for an imported version, regardless of the lock.
pub fn describe_as(root: &Path, version: &str, fit: Fit) -> Result<Described, Findings> {
    let path = root.join(format!("spec/{version}.yaml"));
    let imported = load::yaml(&path)?;
    let described = of_imported(root, version, fit, imported);
    if let (Err(findings), Fit::Exact) = (&described, fit)
        && let Some(advised) = changes::pins::advised(root, &path, findings)
    {
        return Err(advised);
    }
    described
}

fn of_imported(
    root: &Path,
    version: &str,
    fit: Fit,
    imported: Value,
) -> Result<Described, Findings> {
    let names = Names::read(root)?;
    let docs = Docs::read(root, fit == Fit::Exact)?;
    let corrected = overlay::apply_all(root, version, imported)?;
    let location = format!("spec/{version}.yaml");
    load::references(&corrected).map_err(|error| error.within(&location))?;
    lint::check(&corrected).map_err(|findings| findings.within(&location))?;
    let document = normalise::document(&corrected, &names)?;
    let api = ir::build(&document, &names, &docs)?;
    if fit == Fit::Exact {
        // Pins and texts belong to the current version; an older one does not use all of them.
        names.check_all_used()?;
        // What a new name needs is reported at once.
        let mut findings = Findings::new();
        findings.take(docs.check_complete());
        findings.take(samples::check_complete(&corrected));
        findings.take(operations::aliases::check(&api));
        findings.into_result()?;
        docs.check_all_used()?;
        package::check_versions(root, version)?;
    }
    Ok(Described {
        corrected,
        document,
        api,
    })
}

fn emit(described: &Described) -> Result<Vec<(PathBuf, syn::File)>> {
    let examples = calls::Examples::of(&described.api, &described.corrected)?;
    let mut files = operations::emit(&described.api, &examples)?;
    let models = models::emit(&described.api)?;
    files.extend(models.into_iter().map(|file| (file.path, file.source)));
    Ok(files)
}
