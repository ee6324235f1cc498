//! The Rust expression that a caller writes for a JSON value of a given type.

use proc_macro2::{Literal, TokenStream};
use quote::quote;
use serde_json::{Map, Value};

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
        if member.field.nullable {
            self.nullable(&member.field.ty, value)
        } else {
            self.plain(&member.field.ty, value)
        }
    }

    /// For `impl Into<T>`, `impl IntoIterator`, `impl IntoObject`, and for `T` if nothing converts.
    pub(super) fn plain(self, ty: &Type, value: &Value) -> Result<TokenStream> {
        let tokens = match (ty, value) {
            (Type::Plain(plain), value) => literal(plain, value),
            (Type::Nullable(_), Value::Null) => quote! { None },
            // A map, because the type may not be converted.
            (Type::Nullable(inner), value) if **inner == Type::OBJECT => self.owned(ty, value)?,
            (Type::Nullable(inner), value) => self.nullable(inner, value)?,
            (Type::Named(name), value) => self.named(name, value)?,
            (Type::List(item), Value::Array(values)) => {
                let values = each(values, |value| self.element(item, value))?;
                quote! { [#(#values),*] }
            }
            (Type::Map(item), Value::Object(members)) => {
                let keys = members.keys();
                // A list in a map is not collected.
                let values = each(members.values(), |value| match &**item {
                    Type::List(_) | Type::Map(_) => self.owned(item, value),
                    item => self.element(item, value),
                })?;
                quote! { [#((#keys, #values)),*] }
            }
            _ => TokenStream::new(),
        };
        if tokens.is_empty() {
            return Err(mismatch(ty, value));
        }
        Ok(tokens)
    }

    fn element(self, ty: &Type, value: &Value) -> Result<TokenStream> {
        if *ty == Type::OBJECT {
            self.owned(ty, value)
        } else {
            self.plain(ty, value)
        }
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
        Ok(match (ty, value) {
            (Type::Plain(Plain { rust: "i64", .. }), Value::Number(number)) => {
                let number = number.as_i64().map(Literal::i64_suffixed);
                quote! { #number }
            }
            (ty, Value::String(text)) if *ty == Type::STRING => quote! { #text.to_owned() },
            (Type::Plain(of), _) if of.is_of_the_runtime() => {
                let plain = self.plain(ty, value)?;
                quote! { #plain.into() }
            }
            (ty, Value::Object(members)) if *ty == Type::OBJECT => object(members),
            (Type::Nullable(_), Value::Null) => quote! { None },
            (Type::Nullable(inner), value) => {
                let inner = self.owned(inner, value)?;
                quote! { Some(#inner) }
            }
            (Type::List(item), Value::Array(values)) => {
                let values = each(values, |value| self.owned(item, value))?;
                quote! { vec![#(#values),*] }
            }
            (Type::Map(item), Value::Object(members)) => {
                let keys = members.keys();
                let values = each(members.values(), |value| self.owned(item, value))?;
                quote! { ::std::collections::BTreeMap::from([#((#keys.to_owned(), #values)),*]) }
            }
            _ => self.plain(ty, value)?,
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
            (Kind::Union { tag, variants }, Value::Object(members)) => {
                let kind = members.get(tag).and_then(Value::as_str);
                let variant = variants
                    .iter()
                    .find(|variant| Some(variant.wire_value.as_str()) == kind);
                let variant =
                    variant.ok_or_else(|| mismatch(&Type::Named(name.to_owned()), value))?;
                let content = self.named(&variant.definition, value)?;
                let variant = naming::identifier(&variant.name, name)?;
                Ok(quote! { models::#ident::#variant(#content) })
            }
            _ => Err(mismatch(&Type::Named(name.to_owned()), value)),
        }
    }
}

fn each<'a>(
    values: impl IntoIterator<Item = &'a Value>,
    expression: impl Fn(&Value) -> Result<TokenStream>,
) -> Result<Vec<TokenStream>> {
    values.into_iter().map(expression).collect()
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
        ("object", Value::Object(members)) if plain.is_of_the_runtime() => object(members),
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

/// An object as the map that other types are made from.
fn object(members: &Map<String, Value>) -> TokenStream {
    let members = members.iter().map(|(key, value)| {
        let value = json(value);
        quote! { (#key.to_owned(), #value) }
    });
    quote! { serde_json::Map::from_iter([#(#members),*]) }
}

fn json(value: &Value) -> TokenStream {
    let value = json_tokens(value);
    quote! { json!(#value) }
}

/// JSON as the macro accepts it; its strings are escaped as in Rust.
fn json_tokens(value: &Value) -> TokenStream {
    match value {
        Value::String(text) => quote! { #text },
        Value::Array(values) => {
            let values = values.iter().map(json_tokens);
            quote! { [#(#values),*] }
        }
        Value::Object(members) => {
            let members = members.iter().map(|(key, value)| {
                let value = json_tokens(value);
                quote! { #key: #value }
            });
            quote! { {#(#members),*} }
        }
        // Numbers, flags and null are written alike.
        plain => plain.to_string().parse().unwrap_or_default(),
    }
}

fn mismatch(ty: &Type, value: &Value) -> Error {
    Error::new(
        "",
        format!("the sample {value} is not a {}", ty.words()),
        "the corrected description and the normal form differ; report this as a bug in xtask",
    )
}
