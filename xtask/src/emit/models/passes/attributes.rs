//! Derives, serde attributes and deprecations, all of them generated here.
//!
//! None of typify's are kept: it fills absent lists with empty ones, rejects unknown fields if a
//! schema is closed, and omits deprecations. `Deserialize` and `Serialize` are not derived but come
//! with the [table of the fields](super::shapes), at half the cost. A type that is only sent has no
//! table and is never deserialised, because serde reads null as absent where `Option<Nullable<_>>`
//! distinguishes the two.

use quote::quote;
use syn::{Attribute, ItemStruct, parse_quote};

use super::fields;
use crate::emit::documentation;
use crate::ir::{Api, Definition, Field, Presence, reach};

pub fn apply(api: &Api, definition: &Definition, item: &mut ItemStruct) {
    let is_only_sent = definition.is_only_sent();
    let default = (is_only_sent && !has_arguments(definition)).then(|| quote!(, Default));
    let debug = (!definition.is_open()).then(|| quote!(, Debug));
    let total = (!reach::holds_fractions(api, &definition.name)).then(|| quote!(, Eq));
    let serialize = is_only_sent.then(|| quote!(, serde::Serialize));
    item.attrs = documentation::deprecation(definition.deprecated)
        .into_iter()
        .chain([
            parse_quote!(#[derive(Clone #debug #default, PartialEq #total #serialize)]),
            parse_quote!(#[non_exhaustive]),
        ])
        .chain(is_only_sent.then(
            || parse_quote!(#[must_use = "a value does nothing until it is passed to a call"]),
        ))
        .collect();
    for (field, described) in fields(definition, item) {
        let deprecated = described.is_some_and(|described| described.deprecated);
        let deprecation = documentation::deprecation(deprecated).into_iter();
        let name = field.ident.as_ref().map(ToString::to_string);
        let serde = is_only_sent.then(|| match described {
            Some(described) => serde(definition, described, &name.unwrap_or_default()),
            None => Some(parse_quote!(#[serde(flatten)])),
        });
        field.attrs = deprecation.chain(serde.flatten()).collect();
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
