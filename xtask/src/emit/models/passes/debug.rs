//! `Debug` of open structs, which does not print fields that are not described: they may contain a token.

use quote::quote;
use syn::{Item, ItemStruct, parse_quote};

use crate::emit::documentation;
use crate::ir::Definition;

/// The implementation for an open struct.
pub fn item(definition: &Definition, item: &ItemStruct) -> Option<Item> {
    if !definition.is_open() {
        return None;
    }
    let name = &item.ident;
    let docs = documentation::attributes(
        "Fields that are not described may contain a token, so `extra` is not printed.",
        0,
    );
    let described = item.fields.iter().take(definition.fields().len());
    let printed = described.map(|field| {
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
