//! The table of a struct's fields, from which the runtime's `decodable!` creates its reader and the
//! static shape that is used to repair a response that does not decode.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::{Item, ItemStruct, parse_quote};

use super::super::presence::is_only_sent;
use super::super::types;
use super::described;
use crate::ir::{Api, Definition, Field, Kind};

/// Nothing for a struct that is never decoded.
pub fn items(api: &Api, definition: &Definition, item: &ItemStruct) -> Option<Item> {
    if is_only_sent(definition) {
        return None;
    }
    let name = &item.ident;
    let fields = described(definition).iter().zip(&item.fields);
    let fields = fields.map(|(described, field)| {
        let name = &field.ident;
        let entry = entry(api, definition, described);
        quote!(#name: #entry)
    });
    let is_open = matches!(definition.kind, Kind::Struct { open: true, .. });
    let extra = is_open.then(|| quote!(..extra));
    Some(parse_quote! {
        crate::decodable! {
            #name { #(#fields,)* #extra }
        }
    })
}

fn entry(api: &Api, definition: &Definition, field: &Field) -> TokenStream {
    let key = &field.wire_name;
    let shape = types::shape(api, definition, field);
    let presence = match (field.required, field.nullable) {
        (true, false) => format_ident!("required"),
        (true, true) => format_ident!("nullable"),
        (false, _) => format_ident!("optional"),
    };
    quote!(#presence(#key, #shape))
}
