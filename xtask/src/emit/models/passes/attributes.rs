//! Derives, serde attributes and deprecations, all of them generated here.
//!
//! None of typify's are kept: it fills absent lists with empty ones, rejects unknown fields if a
//! schema is closed, and omits deprecations. `Deserialize` is not derived but comes with the [table
//! of the fields](super::shapes), at half the cost. A type that is only sent is never
//! deserialised, because serde reads null as absent where `Option<Nullable<_>>` distinguishes the
//! two.

use quote::quote;
use syn::{Attribute, ItemStruct, parse_quote};

use super::fields;
use crate::emit::documentation;
use crate::ir::{Api, Definition, Field, Presence, reach};

pub fn apply(api: &Api, definition: &Definition, item: &mut ItemStruct) {
    let has_default = definition.is_only_sent() && !has_arguments(definition);
    let default = has_default.then(|| quote!(Default,));
    let debug = (!definition.is_open()).then(|| quote!(Debug,));
    let total = (!reach::holds_fractions(api, &definition.name)).then(|| quote!(Eq,));
    item.attrs = documentation::deprecation(definition.deprecated)
        .into_iter()
        .chain([
            parse_quote!(#[derive(Clone, #debug #default PartialEq, #total serde::Serialize)]),
            parse_quote!(#[non_exhaustive]),
        ])
        .chain(definition.is_only_sent().then(
            || parse_quote!(#[must_use = "a value does nothing until it is passed to a call"]),
        ))
        .collect();
    for (field, described) in fields(definition, item) {
        field.attrs = match described {
            Some(described) => {
                let name = field.ident.as_ref().map(ToString::to_string);
                documentation::deprecation(described.deprecated)
                    .into_iter()
                    .chain(serde(definition, described, &name.unwrap_or_default()))
                    .collect()
            }
            None => vec![parse_quote!(#[serde(flatten)])],
        };
    }
}

/// Whether building a value requires arguments.
fn has_arguments(definition: &Definition) -> bool {
    definition.fields().iter().any(|field| field.required)
}

fn serde(definition: &Definition, field: &Field, name: &str) -> Option<Attribute> {
    let rename = (field.wire_name != name).then(|| {
        let wire_name = &field.wire_name;
        quote!(rename = #wire_name)
    });
    let skip = match Presence::of(definition, field) {
        Presence::Optional | Presence::OptionalValueOrNull => {
            Some(quote!(skip_serializing_if = "Option::is_none"))
        }
        Presence::Always | Presence::Nullable | Presence::ValueOrNull => None,
    };
    let parameters: Vec<_> = rename.into_iter().chain(skip).collect();
    (!parameters.is_empty()).then(|| parse_quote!(#[serde(#(#parameters),*)]))
}
