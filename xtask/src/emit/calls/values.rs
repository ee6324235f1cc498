//! The Rust expression that a caller writes for a JSON value of a given type.

use proc_macro2::{Literal, TokenStream};
use quote::quote;
use serde_json::Value;

use super::structs;
use crate::emit::operations::members::Member;
use crate::emit::operations::naming;
use crate::input::vocabulary::plain::Plain;
use crate::ir::{Api, Kind, Type};
use crate::support::error::{Error, Result};

#[derive(Clone, Copy)]
pub(super) struct Values<'a> {
    pub(super) api: &'a Api,
}

impl<'a> Values<'a> {
    pub(super) fn new(api: &'a Api) -> Self {
        Self { api }
    }

    /// The expression passed to an argument or a setter of an operation.
    pub(super) fn of(self, member: &Member, value: &Value) -> Result<TokenStream> {
        if member.nullable {
            self.nullable(&member.ty, value)
        } else {
            self.plain(&member.ty, value)
        }
    }

    /// For `impl Into<T>`, `impl IntoIterator`, `impl IntoObject`, and for `T` if nothing converts.
    pub(super) fn plain(self, ty: &Type, value: &Value) -> Result<TokenStream> {
        let tokens = match (ty, value) {
            (Type::Plain(plain), value) => literal(plain, value),
            (Type::Nullable(_), Value::Null) => quote! { None },
            (Type::Nullable(inner), value) => self.nullable(inner, value)?,
            (Type::Named(name), value) => self.named(name, value)?,
            (Type::List(item), Value::Array(values)) => {
                let values = values
                    .iter()
                    .map(|value| self.plain(item, value))
                    .collect::<Result<Vec<_>>>()?;
                quote! { [#(#values),*] }
            }
            (Type::Map(item), Value::Object(members)) => {
                let members = members
                    .iter()
                    .map(|(key, value)| {
                        let value = self.plain(item, value)?;
                        Ok(quote! { (#key, #value) })
                    })
                    .collect::<Result<Vec<_>>>()?;
                quote! { [#(#members),*] }
            }
            _ => TokenStream::new(),
        };
        if tokens.is_empty() {
            return Err(mismatch(ty, value));
        }
        Ok(tokens)
    }

    /// For `impl Into<Nullable<T>>`; lists are passed as the type that stores them.
    pub(super) fn nullable(self, ty: &Type, value: &Value) -> Result<TokenStream> {
        match (ty, value) {
            (Type::List(item), Value::Array(_)) if **item != Type::STRING => self.owned(ty, value),
            (Type::Map(_), Value::Object(_)) => self.owned(ty, value),
            _ => self.plain(ty, value),
        }
    }

    /// A value of the type itself.
    pub(super) fn owned(self, ty: &Type, value: &Value) -> Result<TokenStream> {
        let plain = self.plain(ty, value);
        Ok(match (ty, value) {
            (Type::Plain(Plain { rust: "i64", .. }), Value::Number(number)) => {
                let number = number.as_i64().map(Literal::i64_suffixed);
                quote! { #number }
            }
            (Type::Plain(of), _) if of.rust == "String" || of.is_of_the_runtime() => {
                let plain = plain?;
                quote! { #plain.into() }
            }
            (Type::Nullable(_), Value::Null) => quote! { None },
            (Type::Nullable(inner), value) => {
                let inner = self.owned(inner, value)?;
                quote! { Some(#inner) }
            }
            (Type::List(item), Value::Array(values)) => {
                let values = values
                    .iter()
                    .map(|value| self.owned(item, value))
                    .collect::<Result<Vec<_>>>()?;
                quote! { vec![#(#values),*] }
            }
            (Type::Map(item), Value::Object(members)) => {
                let members = members
                    .iter()
                    .map(|(key, value)| {
                        let value = self.owned(item, value)?;
                        Ok(quote! { (#key.to_owned(), #value) })
                    })
                    .collect::<Result<Vec<_>>>()?;
                quote! { ::std::collections::BTreeMap::from([#(#members),*]) }
            }
            _ => plain?,
        })
    }

    fn named(self, name: &str, value: &Value) -> Result<TokenStream> {
        let Some(definition) = self.api.types.get(name) else {
            return Err(mismatch(&Type::Named(name.to_owned()), value));
        };
        let ident = naming::identifier(name, name)?;
        match (&definition.kind, value) {
            (Kind::Enum { variants }, Value::String(text)) => {
                let variant = variants.iter().find(|variant| variant.wire_value == *text);
                match variant {
                    Some(variant) => {
                        let variant = naming::identifier(&variant.name, name)?;
                        Ok(quote! { models::#ident::#variant })
                    }
                    None => Ok(quote! { models::#ident::from(#text) }),
                }
            }
            (Kind::Struct { fields, .. }, Value::Object(members)) => {
                structs::built(self, definition, fields, members)
            }
            _ => Err(mismatch(&Type::Named(name.to_owned()), value)),
        }
    }
}

/// A literal that converts to the Rust type; nothing if the value has another type.
fn literal(plain: &Plain, value: &Value) -> TokenStream {
    match (plain.json, value) {
        ("string", Value::String(text)) => quote! { #text },
        ("boolean", Value::Bool(value)) => quote! { #value },
        ("integer", value) if !plain.is_of_the_runtime() => integer(value),
        // Several integer types convert; an unsuffixed literal would be inferred as the wrong one.
        ("integer", Value::Number(number)) => {
            let number = number.as_i64().map(Literal::i64_suffixed);
            quote! { #number }
        }
        ("number", Value::Number(number)) => {
            let number = number.as_f64().map(Literal::f64_unsuffixed);
            quote! { #number }
        }
        ("object", Value::Object(members)) if plain.is_of_the_runtime() => {
            let members = members.iter().map(|(key, value)| {
                let value = json(value);
                quote! { (#key.to_owned(), #value) }
            });
            quote! { serde_json::Map::from_iter([#(#members),*]) }
        }
        ("", value) | ("object", value @ Value::Object(_)) => json(value),
        _ => TokenStream::new(),
    }
}

/// Without a suffix if Rust infers the type of a literal.
fn integer(value: &Value) -> TokenStream {
    let Some(number) = value.as_i64() else {
        return TokenStream::new();
    };
    let literal = match i32::try_from(number) {
        Ok(number) => Literal::i32_unsuffixed(number),
        Err(_) => Literal::i64_suffixed(number),
    };
    quote! { #literal }
}

fn json(value: &Value) -> TokenStream {
    // The macro accepts JSON as it is.
    match value.to_string().parse::<TokenStream>() {
        Ok(tokens) => quote! { json!(#tokens) },
        Err(_) => TokenStream::new(),
    }
}

fn mismatch(ty: &Type, value: &Value) -> Error {
    Error::new(
        "",
        format!("the sample {value} is not a {ty:?}"),
        "the corrected description and the normal form differ; report this as a bug in xtask",
    )
}
