//! The events of webhooks: from `spec/webhooks` to the models and kinds of `clerk-auth`.
//!
//! The description passes through the same stages as that of the API; its operations are events,
//! and their responses are the events' data. [`facts`] converts it, `kinds` emits the code that
//! distinguishes the events.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde_json::Value;
use syn::visit_mut::VisitMut;
use syn::{Attribute, File, Item, parse_quote};

use crate::correct::lint;
use crate::correct::overlay;
use crate::emit::documentation;
use crate::emit::models;
use crate::emit::print;
use crate::input::docs::Docs;
use crate::input::load;
use crate::input::lock::Lock;
use crate::input::names::Names;
use crate::ir::{self, Api, Response, Type};
use crate::normalise;
use crate::record::surface::surface;
use crate::support::error::{Error, Findings, Result};

pub mod facts;
mod kinds;

/// The folder of the generated Rust, relative to the workspace.
pub const RUST: &str = "clerk-auth/src/webhook/generated";
/// The file that lists the public items for review, relative to the workspace.
pub const RECORD: &str = "generated/webhooks-surface.txt";
/// The folder of the description, its overlays, names and texts, relative to the workspace.
const FOLDER: &str = "spec/webhooks";

/// The path of the description of `version`.
pub fn description(root: &Path, version: &str) -> PathBuf {
    root.join(FOLDER).join(format!("{version}.yaml"))
}

/// Whether a file was written by an import of webhooks.
pub fn is_own(root: &Path, file: &Path) -> bool {
    let folder = root.join(FOLDER).canonicalize();
    let parent = file.canonicalize();
    match (folder, parent) {
        (Ok(folder), Ok(file)) => file.parent() == Some(&folder),
        _ => false,
    }
}

/// The machine-written files, by path in the workspace; empty if no webhooks were imported.
pub fn emit(root: &Path) -> Result<BTreeMap<PathBuf, String>, Findings> {
    let Some(version) = version(root)? else {
        return Ok(BTreeMap::new());
    };
    let api = describe(root, &version)?;
    let events = events(&api)?;
    let preamble = print::preamble(&format!("of webhooks {version}"));
    let mut files = BTreeMap::new();
    let mut public = BTreeMap::new();
    for mut file in models::emit(&api)? {
        finish(&mut file.source);
        files.insert(
            Path::new(RUST).join(&file.path),
            print::source(&preamble, file.source.clone())?,
        );
        public.insert(file.path, file.source);
    }
    let [root, kinds] = kinds::emit(&events)?;
    // The items of `kinds` are exported beside `models`.
    public.insert(PathBuf::from("mod.rs"), kinds.clone());
    for (path, tree) in [("mod.rs", root), ("kinds.rs", kinds)] {
        files.insert(Path::new(RUST).join(path), print::source(&preamble, tree)?);
    }
    files.insert(PathBuf::from(RECORD), surface(&public)?);
    Ok(files)
}

/// A kind of event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// `user.created`.
    pub kind: String,
    /// `UserCreated`.
    pub name: String,
    /// The model of its data.
    pub model: String,
    pub docs: String,
}

/// The newest imported version, if any.
pub fn version(root: &Path) -> Result<Option<String>> {
    Ok(Lock::read(root)?.webhooks.into_keys().next_back())
}

/// The description of `version` with its corrections, checked.
pub fn corrected(root: &Path, version: &str) -> Result<Value, Findings> {
    let imported = load::yaml(&description(root, version))?;
    let overlays = format!("{FOLDER}/overlays");
    let corrected = overlay::apply_folder(root, &overlays, version, imported)?;
    let location = format!("{FOLDER}/{version}.yaml");
    load::references(&corrected).map_err(|error| error.within(&location))?;
    lint::check(&corrected).map_err(|findings| findings.within(&location))?;
    Ok(corrected)
}

fn describe(root: &Path, version: &str) -> Result<Api, Findings> {
    let corrected = corrected(root, version)?;
    let names = Names::read_file(root, &format!("{FOLDER}/names.yaml"))?;
    let docs = Docs::read_folder(root, &format!("{FOLDER}/docs"), true)?
        .with_shared(Docs::read(root, false)?);
    let document = normalise::document(&corrected, &names)?;
    let api = ir::build(&document, &names, &docs)?;
    names.check_all_used()?;
    docs.check_complete()?;
    docs.check_all_used()?;
    Ok(api)
}

/// The kinds, sorted by name.
fn events(api: &Api) -> Result<Vec<Event>> {
    let mut events = Vec::new();
    for resource in api.resources.values() {
        for operation in &resource.operations {
            let Response::Json {
                ty: Type::Named(model),
            } = &operation.response
            else {
                return Err(Error::new(
                    format!("#/paths/{}", operation.path),
                    "the data of the event is not a model",
                    "describe it as an object in an overlay in spec/webhooks/overlays",
                ));
            };
            events.push(Event {
                kind: operation.path.trim_start_matches('/').to_owned(),
                name: operation.wire_name.clone(),
                model: model.clone(),
                docs: operation.docs.clone(),
            });
        }
    }
    events.sort_by(|left, right| left.kind.cmp(&right.kind));
    Ok(events)
}

/// The models exist whichever features are enabled.
fn finish(file: &mut File) {
    Ungate.visit_file_mut(file);
    let is_root = file.items.iter().any(|item| matches!(item, Item::Mod(_)));
    if is_root {
        file.attrs
            .retain(|attribute| !attribute.path().is_ident("doc"));
        let mut docs = documentation::inner_attributes("Models of the data of webhook events.");
        docs.append(&mut file.attrs);
        file.attrs = docs;
    } else {
        // The files are named after events and contain the models that only those use.
        file.attrs
            .retain(|attribute| !attribute.path().is_ident("doc"));
        let docs = documentation::inner_attributes("Models of the data of events.");
        file.attrs.splice(0..0, docs);
    }
}

struct Ungate;

impl VisitMut for Ungate {
    fn visit_attributes_mut(&mut self, attributes: &mut Vec<Attribute>) {
        let gate: Attribute = parse_quote!(#[cfg(feature = "x")]);
        attributes.retain(|attribute| attribute.path() != gate.path());
    }
}
