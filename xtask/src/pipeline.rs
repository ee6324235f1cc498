//! The stages in order, from the inputs to the text of every machine-written file.
//!
//! Data flows one way: [`Inputs::read`] reads everything, the stages are functions without I/O, and
//! [`crate::support::output`] writes or compares the files. Each stage adds its findings and goes on
//! with what is sound, so one run reports the faults of all stages.

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
use crate::input::folder::File;
use crate::input::previous::Previous;
use crate::input::{CLIENT, Description, Fit, Inputs, load};
use crate::ir::{self, Api};
use crate::normalise;
use crate::record;
use crate::record::package;
use crate::review::changes;
use crate::support::error::{Error, Findings, Result};
use crate::support::output::{self, Files};
use crate::support::timings::stage;

/// A description after the stages that both have in common.
#[derive(Debug)]
pub struct Described {
    /// The corrected description; includes the bounds and patterns that the normal form omits.
    pub corrected: Value,
    /// The normal form.
    pub document: Value,
    pub api: Api,
    /// Whether nothing was left out.
    pub is_sound: bool,
}

/// The machine-written files, by path in the workspace. Default: those of the newest imported
/// version.
pub fn run(root: &Path, version: Option<&str>) -> Result<Files, Findings> {
    let files = Findings::gather(|findings| {
        let inputs = stage("read", || Inputs::read(root, version, findings))?;
        Some(generate(&inputs, findings))
    });
    Ok(files?.unwrap_or_default())
}

/// The machine-written files; none if anything was found.
pub fn generate(inputs: &Inputs, findings: &mut Findings) -> Files {
    let api = described(&inputs.api, inputs.previous.as_ref(), findings);
    let webhooks = inputs.webhooks.as_ref();
    let webhooks = webhooks.map(|webhooks| described(webhooks, None, findings));
    let Some(api) = api else {
        return Files::new();
    };
    if inputs.api.fit == Fit::Exact {
        package::check_versions(&inputs.manifests, &api.api.version, findings);
    }
    if let Some(manifest) = inputs.manifests.get(CLIENT) {
        findings.keep(record::features::check(manifest, &api.api, api.is_sound));
    }
    // Names that only the emitters reject are reported beside missing texts and features.
    let webhooks = webhooks.flatten();
    let all_sound = [Some(&api), webhooks.as_ref()];
    if !all_sound
        .into_iter()
        .flatten()
        .all(|described| described.is_sound)
    {
        return Files::new();
    }
    let files = files(inputs, &api, webhooks.as_ref());
    let files = findings.keep(files).unwrap_or_default();
    if findings.is_empty() {
        files
    } else {
        Files::new()
    }
}

/// Corrects, checks and normalises the description of the API for one version. Default: the newest
/// imported version.
pub fn describe(root: &Path, version: Option<&str>) -> Result<Described, Findings> {
    let described = Findings::gather(|findings| {
        let inputs = Inputs::read(root, version, findings)?;
        described(&inputs.api, inputs.previous.as_ref(), findings)
    });
    described?.ok_or_else(Findings::new)
}

/// Corrects, checks and normalises one of the descriptions; `None` if it could not be read, or if its
/// references or the nesting of its schemas have no end. `previous` shows what upstream renamed.
pub fn described(
    description: &Description,
    previous: Option<&Previous>,
    findings: &mut Findings,
) -> Option<Described> {
    let Description {
        version,
        document: File { path, document, .. },
        overlays,
        names,
        docs,
        ..
    } = description;
    if !description.is_readable {
        return None;
    }
    findings.keep(load::whole(document).map_err(|error| error.within(path)))?;
    let mut outdated = Findings::new();
    let corrected = stage("correct", || {
        overlay::corrected(document.clone(), overlays, version, &mut outdated)
    });
    // A correction that matches nothing may need an overlay that could not be read.
    let is_tolerated = |error: &Error| {
        error.remedy.is_some()
            && (description.fit == Fit::Replayed || !description.has_all_overlays)
    };
    findings.extend(outdated.into_iter().filter(|error| !is_tolerated(error)));
    if !description.has_all_overlays {
        return None;
    }
    let mut found = Findings::new();
    let made = stage("check", || {
        load::all_references(&corrected, &mut found) && lint::check(&corrected, &mut found)
    });
    let made = (made && names.is_complete).then(|| {
        let document = stage("normalise", || {
            normalise::document(&corrected, names, &mut found)
        });
        let api = stage("represent", || {
            ir::build(&document, names, docs, &mut found)
        });
        (document, api)
    });
    let is_sound = found.is_empty();
    findings.extend(found.within(path));
    let (document, api) = made?;
    // Pins and texts belong to the current version; an older one does not use all of them.
    if description.fit == Fit::Exact {
        let mut missing = Findings::new();
        stage("complete", || {
            docs.check_complete(|key| ir::facts::of(&api, key), &mut missing);
            samples::check_complete(&corrected, is_sound, &mut missing);
            operations::aliases::check(&api, &mut missing);
            if is_sound {
                docs.check_all_used(&mut missing);
            }
        });
        // Pins come first, because some of the rest is a consequence of a lost name.
        let is_clean = findings.is_empty() && missing.is_empty();
        changes::pins::check(description, previous, is_clean, findings);
        findings.extend(missing);
    }
    Some(Described {
        corrected,
        document,
        api,
        is_sound,
    })
}

/// The machine-written files of sound descriptions.
pub fn files(
    inputs: &Inputs,
    api: &Described,
    webhooks: Option<&Described>,
) -> Result<Files, Findings> {
    let mut files = Files::new();
    let mut trees = BTreeMap::new();
    let preamble = print::preamble(&api.api.version);
    let examples = stage("examples", || calls::Examples::of(&api.api, &api.corrected))?;
    for (path, tree) in stage("operations", || operations::emit(&api.api, &examples))? {
        trees.insert(path, tree);
    }
    for file in stage("models", || models::emit(&api.api))? {
        trees.insert(file.path, file.source);
    }
    let surface = stage("surface", || record::surface::surface(&trees))?;
    for (path, tree) in trees {
        let text = printed(&preamble, tree)?;
        files.insert(Path::new(output::CLIENT).join(path), text);
    }
    let records = |name: PathBuf| Path::new(output::RECORDS).join(name);
    let recorded = stage("record", || {
        record::emit(inputs, &api.document, &api.api, &surface, &files)
    })?;
    for (name, text) in recorded {
        files.insert(records(name), text);
    }
    let mut of_webhooks = String::new();
    if let Some(webhooks) = webhooks {
        let (written, surface) = files_of_webhooks(webhooks)?;
        files.extend(written);
        files.insert(records(record::WEBHOOKS.into()), surface.clone());
        of_webhooks = surface;
    }
    let changes = stage("review", || {
        changes::emit(inputs, &api.corrected, &surface, &of_webhooks)
    })?;
    for (name, text) in changes {
        files.insert(records(name), text);
    }
    // For tools, behind a feature; the client does not read it.
    files.insert(
        Path::new(output::CLIENT).join("description.json"),
        format!("{}\n", published(api.corrected.clone())),
    );
    for (path, tree) in stage("calls", || calls::emit(&api.api, &api.corrected))? {
        let text = printed(&preamble, tree)?;
        files.insert(Path::new(output::CALLS).join(path), text);
    }
    let (path, tree) = response_models::emit(&api.api)?;
    let text = printed(&preamble, tree)?;
    files.insert(Path::new(output::RESPONSE_MODELS).join(path), text);
    Ok(files)
}

/// The generated Rust for webhooks, and the list of its public items.
pub fn files_of_webhooks(described: &Described) -> Result<(Files, String), Findings> {
    let preamble = print::preamble(&format!("of webhooks {}", described.api.version));
    let emitted = stage("models", || webhooks::emit(&described.api))?;
    let mut files = Files::new();
    for (path, tree) in emitted.files {
        let text = printed(&preamble, tree)?;
        files.insert(Path::new(output::WEBHOOKS).join(path), text);
    }
    let public = emitted.public.into_iter().collect();
    let surface = stage("surface", || record::surface::surface(&public))?;
    Ok((files, surface))
}

fn printed(preamble: &str, tree: syn::File) -> Result<String> {
    stage("print", || print::source(preamble, tree))
}

/// The corrected description without the samples of single operations, which only our own tests and
/// examples need. The table of sample values stays: the fake Clerk makes its values from it.
fn published(mut corrected: Value) -> Value {
    if let Value::Object(members) = &mut corrected {
        members.shift_remove(crate::correct::samples::KEYWORD);
    }
    corrected
}
