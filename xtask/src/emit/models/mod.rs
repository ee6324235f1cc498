//! The models: progenitor's structs, finished, and the enums and unions that it cannot generate.
//!
//! Data flows one way, from the intermediate representation: [`lower`] converts its structs for [`progenitor`],
//! the [`passes`] finish each struct that it returns, [`enums`] and [`unions`] are emitted here, and [`split`]
//! distributes everything over files. Nothing is printed (see [`crate::emit::print`]).

use std::path::PathBuf;

use syn::Item;

use crate::ir::{Api, Definition, Kind};
use crate::support::error::Result;

pub mod enums;
pub mod lower;
pub mod passes;
pub mod progenitor;
pub mod split;
pub mod unions;

/// A generated file.
#[derive(Clone, Debug)]
pub struct File {
    /// Relative to `clerk-api/src/generated`.
    pub path: PathBuf,
    pub source: syn::File,
}

/// A type of the API with all of its items.
#[derive(Clone, Debug)]
pub struct Model<'a> {
    pub definition: &'a Definition,
    pub items: Vec<Item>,
}

/// All files of the models, sorted by path.
pub fn emit(api: &Api) -> Result<Vec<File>> {
    let lowered = lower::lower(api)?;
    let mut structs = passes::paths::structs(progenitor::types(&lowered)?, api)?;
    let mut models = Vec::with_capacity(api.types.len());
    for definition in api.types.values() {
        let items = match &definition.kind {
            Kind::Struct { .. } => {
                passes::finish(api, definition, structs.shift_remove(&definition.name))?
            }
            Kind::Enum { variants } => vec![enums::item(definition, variants)?],
            Kind::Union { tag, variants } => vec![unions::item(api, definition, tag, variants)?],
        };
        models.push(Model { definition, items });
    }
    split::files(api, models)
}
