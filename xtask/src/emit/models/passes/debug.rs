//! `Debug` of open structs, which does not print fields that are not described: they may contain a token.

use quote::quote;
use syn::{Item, ItemStruct, parse_quote};

use super::described;
use crate::emit::documentation;
use crate::ir::{Definition, Kind};

/// Whether a struct keeps fields that are not described, so that `Debug` cannot be derived.
pub fn is_open(definition: &Definition) -> bool {
    matches!(definition.kind, Kind::Struct { open: true, .. })
}

/// The implementation for an open struct.
pub fn item(definition: &Definition, item: &ItemStruct) -> Option<Item> {
    if !is_open(definition) {
        return None;
    }
    let name = &item.ident;
    let docs = documentation::attributes(
        "Fields that are not described may contain a token, so `extra` is not printed.",
        0,
    );
    let described = described(definition).iter().zip(&item.fields);
    let printed = described.map(|(_, field)| {
        let field = &field.ident;
        quote!(.field(stringify!(#field), &self.#field))
    });
    Some(parse_quote! {
        #(#docs)*
        impl std::fmt::Debug for #name {
            fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter
                    .debug_struct(stringify!(#name))
                    #(#printed)*
                    .finish_non_exhaustive()
            }
        }
    })
}
