//! The passes that turn progenitor's structs into ours, one concern each.
//!
//! [`paths`] runs once over all items; the others run on one struct after another, in the order in
//! which [`finish`] calls them. Passes after [`field_order`] can rely on the fields being those of
//! the definition, in its order.

use syn::{Item, ItemStruct};

use crate::ir::{Api, Definition, Field};
use crate::support::error::{Error, Result};

pub mod attributes;
pub mod constructors;
pub mod debug;
pub mod docs;
pub mod field_order;
pub mod gates;
pub mod paths;
pub mod shapes;

/// The finished struct and the items that belong to it.
pub fn finish(api: &Api, definition: &Definition, item: Option<ItemStruct>) -> Result<Vec<Item>> {
    let mut item = item.ok_or_else(|| {
        Error::new(
            location(definition),
            "progenitor generated no struct of this name",
            "give the type a name in upper camel case whose acronyms are one word",
        )
    })?;
    field_order::apply(api, definition, &mut item)?;
    attributes::apply(api, definition, &mut item);
    docs::apply(definition, &mut item);

    let constructors = constructors::items(api, definition, &item)?;
    let shapes = shapes::items(api, definition, &item);
    let debug = debug::item(definition, &item);
    Ok([Item::Struct(item)]
        .into_iter()
        .chain(debug)
        .chain(constructors)
        .chain(shapes)
        .collect())
}

/// Each field with its definition; the `extra` of an open struct has none.
fn fields<'a>(
    definition: &'a Definition,
    item: &'a mut ItemStruct,
) -> impl Iterator<Item = (&'a mut syn::Field, Option<&'a Field>)> {
    let described = definition.fields().iter().map(Some);
    item.fields
        .iter_mut()
        .zip(described.chain(std::iter::repeat(None)))
}

fn location(definition: &Definition) -> String {
    format!("#/components/schemas/{}", definition.name)
}

fn field_location(definition: &Definition, wire_name: &str) -> String {
    crate::support::pointer::child(&format!("{}/properties", location(definition)), wire_name)
}
