//! `new` and setters for structs that callers build: the structs are non-exhaustive, so that a new
//! field breaks no caller, and therefore cannot be written as literals.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Attribute, Ident, Item, ItemStruct, Type, parse_quote};

use super::super::presence::{Presence, is_only_sent};
use super::super::types::{self, Argument};
use super::agreement::{argument_of, boxed};
use super::{described, field_location};
use crate::emit::documentation;
use crate::ir::{Api, Definition, Field, Kind};
use crate::support::error::{Error, Result};

pub fn items(api: &Api, definition: &Definition, item: &ItemStruct) -> Result<Option<Item>> {
    if !definition.in_request {
        return Ok(None);
    }
    // What is only sent has it on its type.
    let must_use: Option<Attribute> =
        (!is_only_sent(definition)).then(|| parse_quote!(#[must_use]));
    let must_use = must_use.as_ref();
    let mut parameters = Vec::new();
    let mut values = Vec::new();
    let mut setters = Vec::new();
    for (described, field) in described(definition).iter().zip(&item.fields) {
        let Some(name) = &field.ident else { continue };
        if name == "new" {
            return Err(Error::new(
                field_location(definition, &described.wire_name),
                "a field has the name of the constructor, `new`",
                "give the field another name in the intermediate representation",
            ));
        }
        let taken = Taken::new(api, definition, described, &field.ty, name);
        if described.required {
            let Argument { ty, value } = taken.argument;
            parameters.push(quote!(#name: #ty));
            values.push(if taken.is_plain {
                quote!(#name)
            } else {
                quote!(#name: #value)
            });
        } else {
            values.push(quote!(#name: None));
            setters.push(setter(described, name, &taken.argument, must_use));
        }
    }
    if let Kind::Struct { open: true, .. } = definition.kind {
        values.push(quote!(extra: serde_json::Map::new()));
        setters.push(extra_setter(must_use));
    }
    let ident = &item.ident;
    let docs = documentation::attributes(
        if parameters.is_empty() {
            "Creates a value with no fields set."
        } else {
            "Creates a value from the required fields."
        },
        4,
    );
    Ok(Some(parse_quote! {
        impl #ident {
            #(#docs)*
            #must_use
            pub fn new(#(#parameters),*) -> Self {
                Self { #(#values),* }
            }
            #(#setters)*
        }
    }))
}

struct Taken {
    argument: Argument,
    /// The value is the argument itself.
    is_plain: bool,
}

impl Taken {
    fn new(api: &Api, definition: &Definition, field: &Field, ty: &Type, name: &Ident) -> Self {
        let presence = Presence::of(definition, field);
        let variable = if field.required {
            quote!(#name)
        } else {
            quote!(value)
        };
        let argument = match presence {
            _ if types::is_loose_object(definition, field) => Argument {
                ty: quote!(impl crate::types::IntoObject),
                value: quote!(#variable.into_object()),
            },
            Presence::Always | Presence::Optional => types::argument(api, &field.ty, &variable),
            Presence::ValueOrNull | Presence::OptionalValueOrNull | Presence::Nullable => {
                let inner = types::field(&field.ty);
                Argument {
                    ty: quote!(impl Into<crate::types::Nullable<#inner>>),
                    value: quote!(#variable.into()),
                }
            }
        };
        let Argument {
            ty: accepted,
            mut value,
        } = argument;
        if presence == Presence::Nullable {
            value = quote!(#value.into_value());
        }
        if boxed(argument_of("Option", ty).unwrap_or(ty)).is_some() {
            value = match presence {
                Presence::Nullable => quote!(#value.map(Box::new)),
                _ => quote!(Box::new(#value)),
            };
        }
        let is_plain = value.to_string() == variable.to_string();
        Self {
            argument: Argument {
                ty: accepted,
                value,
            },
            is_plain,
        }
    }
}

fn setter(
    field: &Field,
    name: &Ident,
    Argument { ty, value }: &Argument,
    must_use: Option<&Attribute>,
) -> TokenStream {
    let fallback = format!("Sets `{}`.", field.wire_name);
    let text = if field.docs.trim().is_empty() {
        &fallback
    } else {
        &field.docs
    };
    let docs = documentation::attributes(text, 4);
    let deprecated = documentation::deprecation(field.deprecated);
    quote! {
        #(#docs)*
        #deprecated
        #must_use
        pub fn #name(mut self, value: #ty) -> Self {
            self.#name = Some(#value);
            self
        }
    }
}

fn extra_setter(must_use: Option<&Attribute>) -> TokenStream {
    quote! {
        #[doc = " Sets fields that the description does not name."]
        #must_use
        pub fn extra(mut self, value: serde_json::Map<String, serde_json::Value>) -> Self {
            self.extra = value;
            self
        }
    }
}
