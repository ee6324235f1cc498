//! `new` and setters for structs that callers build: the structs are non-exhaustive, so that a new
//! field breaks no caller, and therefore cannot be written as literals.

use std::iter;

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Attribute, Ident, ImplItem, ImplItemFn, Item, ItemImpl, ItemStruct, parse_quote};

use super::{field_location, location};
use crate::emit::types::{Argument, Module, Types, is_loose_object};
use crate::emit::{documentation, parsed};
use crate::ir::{Api, Definition, Field, Presence, Type};
use crate::support::error::{Error, Result};

pub fn items(api: &Api, definition: &Definition, item: &ItemStruct) -> Result<Option<Item>> {
    if !definition.in_request {
        return Ok(None);
    }
    // What is only sent has it on its type.
    let must_use: Option<Attribute> =
        (!definition.is_only_sent()).then(|| parse_quote!(#[must_use]));
    let must_use = must_use.as_ref();
    let mut parameters = Vec::new();
    let mut values = Vec::new();
    let mut setters = Vec::new();
    for (described, field) in definition.fields().iter().zip(&item.fields) {
        let Some(name) = &field.ident else { continue };
        if name == "new" {
            return Err(Error::new(
                field_location(definition, &described.wire_name),
                "a field has the name of the constructor, `new`",
                "give the field another name in the intermediate representation",
            ));
        }
        let types = Types::new(api, Module::Models);
        if described.required {
            let Argument { accepts, value } =
                argument(types, definition, described, &quote!(#name));
            parameters.push(quote!(#name: #accepts));
            values.push(if *name == value.to_string() {
                quote!(#name)
            } else {
                quote!(#name: #value)
            });
        } else {
            values.push(quote!(#name: None));
            let argument = argument(types, definition, described, &quote!(value));
            setters.push(setter(described, name, &argument, must_use));
        }
    }
    if definition.is_open() {
        values.push(quote!(extra: serde_json::Map::new()));
        setters.push(extra_setter(must_use));
    }
    let ident = &item.ident;
    let docs = if parameters.is_empty() {
        "Creates a value with no fields set."
    } else {
        "Creates a value from the required fields."
    };
    let new = quote! {
        #must_use
        pub fn new(#(#parameters),*) -> Self {
            Self { #(#values),* }
        }
    };
    let mut constructors: ItemImpl = parse_quote!(impl #ident {});
    for (tokens, docs) in iter::once((new, docs.to_owned())).chain(setters) {
        let mut method: ImplItemFn = parsed(&location(definition), tokens)?;
        documentation::document(&mut method.attrs, &docs, 4);
        constructors.items.push(ImplItem::Fn(method));
    }
    Ok(Some(Item::Impl(constructors)))
}

/// How a field is accepted as `from`.
fn argument(
    types: Types<'_>,
    definition: &Definition,
    described: &Field,
    from: &TokenStream,
) -> Argument {
    let ty = &described.ty;
    match Presence::of(definition, described) {
        _ if is_loose_object(definition, described) => types.loose_object(from),
        Presence::Always | Presence::Optional => types.argument(ty, from),
        // Its `Option` keeps no other JSON that could be reported when it is sent.
        Presence::Nullable if *ty == Type::OBJECT => {
            let owned = types.owned(ty);
            Argument::new(quote!(impl Into<Option<#owned>>), quote!(#from.into()))
        }
        Presence::Nullable => Argument::new(types.nullable(ty), quote!(#from.into().into_value())),
        Presence::ValueOrNull | Presence::OptionalValueOrNull => {
            Argument::new(types.nullable(ty), quote!(#from.into()))
        }
    }
}

fn setter(
    field: &Field,
    name: &Ident,
    Argument { accepts, value }: &Argument,
    must_use: Option<&Attribute>,
) -> (TokenStream, String) {
    let docs = match field.docs.trim() {
        "" => format!("Sets `{}`.", field.wire_name),
        docs => docs.to_owned(),
    };
    let deprecated = documentation::deprecation(field.deprecated);
    let setter = quote! {
        #deprecated
        #must_use
        pub fn #name(mut self, value: #accepts) -> Self {
            self.#name = Some(#value);
            self
        }
    };
    (setter, docs)
}

fn extra_setter(must_use: Option<&Attribute>) -> (TokenStream, String) {
    let setter = quote! {
        #must_use
        pub fn extra(mut self, value: serde_json::Map<String, serde_json::Value>) -> Self {
            self.extra = value;
            self
        }
    };
    let docs = "Sets fields that the description does not name.";
    (setter, docs.to_owned())
}
