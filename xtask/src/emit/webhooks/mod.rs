//! The events of webhooks: the models and kinds of `clerk-auth`.
//!
//! The description passes through the same stages as that of the API; its operations are events,
//! and their responses are the events' data. `kinds` emits the code that distinguishes the events.

use std::path::PathBuf;

use syn::visit_mut::VisitMut;
use syn::{Attribute, File, Item, parse_quote};

use crate::emit::documentation;
use crate::emit::models;
use crate::ir::{Api, Response, Type};
use crate::support::error::{Error, Result};

mod kinds;

/// The generated Rust.
#[derive(Debug)]
pub struct Emitted {
    /// By path in its folder.
    pub files: Vec<(PathBuf, File)>,
    /// The files with the public items; those of `kinds.rs` are exported beside the models.
    pub public: Vec<(PathBuf, File)>,
}

/// The machine-written files of the description in normal form.
pub fn emit(api: &Api) -> Result<Emitted> {
    let mut files = Vec::new();
    for mut file in models::emit(api)? {
        finish(&mut file.source);
        files.push((file.path, file.source));
    }
    let [root, kinds] = kinds::emit(&events(api)?)?;
    let mut public = files.clone();
    public.push((PathBuf::from("mod.rs"), kinds.clone()));
    files.push((PathBuf::from("mod.rs"), root));
    files.push((PathBuf::from("kinds.rs"), kinds));
    Ok(Emitted { files, public })
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
