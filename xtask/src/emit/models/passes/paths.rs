//! Reduces typify's output to plain structs, with types written as we write them.
//!
//! Its error module, conversions and `Default` implementations are dropped. A type that is not a
//! struct, or that was not requested, means that the lowering missed something.

use indexmap::IndexMap;
use syn::punctuated::Punctuated;
use syn::visit_mut::{self, VisitMut};
use syn::{AngleBracketedGenericArguments, Fields, Item, ItemStruct, Path};

use super::super::lower::CRATE;
use crate::ir::{Api, Kind};
use crate::support::error::{Error, Result};

/// The structs by name.
pub fn structs(items: Vec<Item>, api: &Api) -> Result<IndexMap<String, ItemStruct>> {
    let mut structs = IndexMap::new();
    for item in items {
        match item {
            Item::Struct(mut item) => {
                let name = item.ident.to_string();
                if !is_expected(&item, &name, api) {
                    return Err(unexpected(&name));
                }
                Paths.visit_item_struct_mut(&mut item);
                structs.insert(name, item);
            }
            Item::Enum(item) => return Err(unexpected(&item.ident.to_string())),
            _ => {}
        }
    }
    Ok(structs)
}

fn is_expected(item: &ItemStruct, name: &str, api: &Api) -> bool {
    let is_struct = api
        .types
        .get(name)
        .is_some_and(|definition| matches!(definition.kind, Kind::Struct { .. }));
    is_struct && matches!(item.fields, Fields::Named(_))
}

fn unexpected(name: &str) -> Error {
    Error::new(
        "#/components/schemas",
        format!("progenitor generated an unexpected type `{name}`"),
        "replace its schema in xtask/src/emit/models/lower.rs, or name it in upper camel case",
    )
}

struct Paths;

impl VisitMut for Paths {
    fn visit_path_mut(&mut self, path: &mut Path) {
        visit_mut::visit_path_mut(self, path);
        if path.leading_colon.is_none() {
            return;
        }
        let names: Vec<String> = path
            .segments
            .iter()
            .map(|segment| segment.ident.to_string())
            .collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let ours = CRATE.replace('-', "_");
        match names.as_slice() {
            // In the prelude, or in the same module.
            ["std", "string" | "vec" | "option", _] => drop_segments(path, 2),
            [name, "models", _] if *name == ours => drop_segments(path, 2),
            [name, ..] if *name == ours => {
                if let Some(first) = path.segments.first_mut() {
                    first.ident = syn::Ident::new("crate", first.ident.span());
                }
            }
            _ => {}
        }
        path.leading_colon = None;
    }

    fn visit_angle_bracketed_generic_arguments_mut(
        &mut self,
        arguments: &mut AngleBracketedGenericArguments,
    ) {
        visit_mut::visit_angle_bracketed_generic_arguments_mut(self, arguments);
        arguments.colon2_token = None;
        arguments.args.pop_punct();
    }
}

fn drop_segments(path: &mut Path, count: usize) {
    let segments = std::mem::take(&mut path.segments);
    path.segments = segments
        .into_iter()
        .skip(count)
        .collect::<Punctuated<_, _>>();
}
