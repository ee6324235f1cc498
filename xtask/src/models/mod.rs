//! The models: progenitor's structs, finished, and the enums and unions that it cannot make.
//!
//! Data flows one way: [`lower`] turns the normalised document into one that [`progenitor`] takes,
//! the [`passes`] finish each struct that it gives back, [`enums`] and [`unions`] are emitted from
//! the intermediate representation, and [`split`] puts everything into files. Schemas are not
//! changed here (that is [`crate::normalise`]) and nothing is printed (that is [`crate::print`]).

use std::path::PathBuf;

use serde_json::Value;
use syn::Item;

use crate::error::Result;
use crate::ir::{Api, Definition, Kind};

pub mod enums;
pub mod lower;
pub mod passes;
pub mod presence;
pub mod progenitor;
pub mod split;
pub mod types;
pub mod unions;

/// A generated file.
#[derive(Clone, Debug)]
pub struct File {
    /// Below `clerk-api/src/generated`.
    pub path: PathBuf,
    pub source: syn::File,
}

/// A type of the API with all items that make it up.
#[derive(Clone, Debug)]
pub struct Model<'a> {
    pub definition: &'a Definition,
    pub items: Vec<Item>,
}

/// All files of the models, sorted by path.
pub fn emit(document: &Value, api: &Api) -> Result<Vec<File>> {
    let lowered = lower::lower(document, api)?;
    let mut structs = passes::paths::structs(progenitor::types(&lowered)?, api)?;
    let mut models = Vec::with_capacity(api.types.len());
    for definition in api.types.values() {
        let items = match &definition.kind {
            Kind::Struct { .. } => {
                passes::finish(api, definition, structs.shift_remove(&definition.name))?
            }
            Kind::Enum { variants } => vec![enums::item(definition, variants)?],
            Kind::Union { tag, variants } => vec![unions::item(definition, tag, variants)?],
        };
        models.push(Model { definition, items });
    }
    split::files(api, models)
}
