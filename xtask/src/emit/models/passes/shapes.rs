//! The table of a struct's fields, from which the runtime's `decodable!` creates its reader, its writer and the
//! static shape that is used to repair a response that does not decode.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::{Item, ItemStruct};

use crate::emit::invocation;
use crate::emit::types::{Module, Types};
use crate::ir::{Api, Definition, Field};

/// Nothing for a struct that is never decoded.
pub fn items(api: &Api, definition: &Definition, item: &ItemStruct) -> Option<Item> {
    if definition.is_only_sent() {
        return None;
    }
    let name = &item.ident;
    let fields = definition.fields().iter().zip(&item.fields);
    let fields = fields.map(|(described, field)| {
        let name = &field.ident;
        let entry = entry(api, described);
        quote!(#name: #entry)
    });
    let extra = definition.is_open().then(|| quote!(..extra));
    let table = quote!(#name { #(#fields,)* #extra });
    Some(invocation("decodable", table))
}

fn entry(api: &Api, field: &Field) -> TokenStream {
    let key = &field.wire_name;
    let shape = Types::new(api, Module::Models).shape(field);
    let presence = match (field.required, field.nullable) {
        (true, false) => format_ident!("required"),
        (true, true) => format_ident!("nullable"),
        (false, _) => format_ident!("optional"),
    };
    quote!(#presence(#key, #shape))
}
