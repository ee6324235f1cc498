//! The Rust for a type of the intermediate representation: as a field, as a shape, as an argument.

use std::collections::BTreeSet;

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use super::presence::{Presence, is_only_sent};
use crate::ir::{Api, Definition, Field, Kind, Type};

/// Names that the emitted files use for something else.
pub const RESERVED: [&str; 14] = [
    "Box",
    "Clone",
    "Debug",
    "Default",
    "Into",
    "IntoIterator",
    "None",
    "Option",
    "PartialEq",
    "Shape",
    "Shaped",
    "Some",
    "String",
    "Vec",
];

/// The type of a field in its struct.
pub fn member(definition: &Definition, field: &Field) -> TokenStream {
    let inner = if is_loose_object(definition, field) {
        quote!(crate::types::Object)
    } else {
        self::field(&field.ty)
    };
    match Presence::of(definition, field) {
        Presence::Always => inner,
        Presence::Nullable | Presence::Optional => quote!(Option<#inner>),
        Presence::ValueOrNull => quote!(crate::types::Nullable<#inner>),
        Presence::OptionalValueOrNull => quote!(Option<crate::types::Nullable<#inner>>),
    }
}

/// An object that callers may pass as any JSON; a value that is not an object is rejected when it
/// is sent. A `Nullable` does the same by itself.
pub fn is_loose_object(definition: &Definition, field: &Field) -> bool {
    field.ty == Type::Object && !field.nullable && is_only_sent(definition)
}

/// The type of a value that is neither absent nor null.
pub fn field(ty: &Type) -> TokenStream {
    match ty {
        Type::String => quote!(String),
        Type::Secret => quote!(crate::types::Secret),
        Type::Boolean => quote!(bool),
        Type::Integer => quote!(i64),
        Type::Number => quote!(f64),
        Type::Timestamp => quote!(crate::types::Timestamp),
        Type::Any => quote!(serde_json::Value),
        Type::Object => quote!(serde_json::Map<String, serde_json::Value>),
        Type::SecretObject => quote!(crate::types::SecretObject),
        Type::Named(name) => {
            let name = format_ident!("{name}");
            quote!(#name)
        }
        Type::List(item) => {
            let item = field(item);
            quote!(Vec<#item>)
        }
        // The same as an object: serde_json's map preserves arbitrary JSON better than ours.
        Type::Map(value) if **value == Type::Any => field(&Type::Object),
        Type::Map(value) => {
            let value = field(value);
            quote!(std::collections::BTreeMap<String, #value>)
        }
    }
}

/// The shape of a field in the table of its struct.
///
/// Values that the runtime must not invent are identified by type or, for plain types, by name:
/// `id`, `user_id` and `session_ids` identify objects, and a number named `expires_at` is a
/// timestamp, whatever its unit.
pub fn shape(api: &Api, definition: &Definition, field: &Field) -> TokenStream {
    let name = field.wire_name.as_str();
    let plain = Plain {
        string: if name == "id" || name.ends_with("_id") || name.ends_with("_ids") {
            quote!(Shape::Id)
        } else {
            quote!(Shape::String)
        },
        integer: if name.ends_with("_at") {
            quote!(Shape::Timestamp)
        } else {
            quote!(Shape::Integer)
        },
    };
    shape_of(api, definition, &field.ty, &plain)
}

/// The shapes of strings and integers, which depend on the name of the field.
struct Plain {
    string: TokenStream,
    integer: TokenStream,
}

fn shape_of(api: &Api, definition: &Definition, ty: &Type, plain: &Plain) -> TokenStream {
    match ty {
        Type::String => plain.string.clone(),
        Type::Secret => quote!(Shape::Secret),
        Type::Boolean => quote!(Shape::Boolean),
        Type::Integer => plain.integer.clone(),
        Type::Timestamp => quote!(Shape::Timestamp),
        Type::Number => quote!(Shape::Number),
        Type::Any => quote!(Shape::Any),
        Type::Object | Type::SecretObject => quote!(Shape::Map(&Shape::Any)),
        // Shapes are constants, and a constant cannot contain itself.
        Type::Named(name) if contains(api, name, &definition.name) => quote!(Shape::Any),
        Type::Named(name) => {
            let name = format_ident!("{name}");
            quote!(#name::SHAPE)
        }
        Type::List(item) => {
            let item = shape_of(api, definition, item, plain);
            quote!(Shape::List(&#item))
        }
        Type::Map(value) => {
            let value = shape_of(api, definition, value, plain);
            quote!(Shape::Map(&#value))
        }
    }
}

/// How a value is accepted from the caller: the type, and the expression that converts it to the
/// field.
#[derive(Clone, Debug)]
pub struct Argument {
    pub ty: TokenStream,
    pub value: TokenStream,
}

/// An argument for a value that cannot be null; `name` is the variable.
pub fn argument(api: &Api, ty: &Type, name: &TokenStream) -> Argument {
    let field = field(ty);
    match ty {
        Type::List(item) if converts(api, item) => {
            let item = self::field(item);
            Argument {
                ty: quote!(impl IntoIterator<Item = impl Into<#item>>),
                value: quote!(#name.into_iter().map(Into::into).collect()),
            }
        }
        Type::List(item) => {
            let item = self::field(item);
            Argument {
                ty: quote!(impl IntoIterator<Item = #item>),
                value: quote!(#name.into_iter().collect()),
            }
        }
        Type::Map(item) if **item != Type::Any => {
            let value = self::field(item);
            Argument {
                ty: quote!(impl IntoIterator<Item = (impl Into<String>, impl Into<#value>)>),
                value: quote! {
                    #name.into_iter().map(|(key, value)| (key.into(), value.into())).collect()
                },
            }
        }
        _ if converts(api, ty) => Argument {
            ty: quote!(impl Into<#field>),
            value: quote!(#name.into()),
        },
        _ => Argument {
            ty: field,
            value: quote!(#name),
        },
    }
}

/// Whether callers may have other types that convert to this one.
fn converts(api: &Api, ty: &Type) -> bool {
    match ty {
        Type::String
        | Type::Secret
        | Type::SecretObject
        | Type::Integer
        | Type::Number
        | Type::Timestamp
        | Type::Any => true,
        Type::Named(name) => api
            .types
            .get(name)
            .is_some_and(|definition| matches!(definition.kind, Kind::Enum { .. })),
        Type::Boolean | Type::Object | Type::List(_) | Type::Map(_) => false,
    }
}

/// Whether a type is the other one, or contains it at any depth.
fn contains(api: &Api, name: &str, other: &str) -> bool {
    let mut seen = BTreeSet::new();
    let mut open = vec![name];
    while let Some(name) = open.pop() {
        if name == other {
            return true;
        }
        if seen.insert(name) {
            open.extend(api.types.get(name).into_iter().flat_map(mentions));
        }
    }
    false
}

/// The types that a definition refers to.
pub fn mentions(definition: &Definition) -> Vec<&str> {
    match &definition.kind {
        Kind::Struct { fields, .. } => fields
            .iter()
            .filter_map(|field| innermost(&field.ty))
            .collect(),
        Kind::Enum { .. } => Vec::new(),
        Kind::Union { variants, .. } => variants
            .iter()
            .map(|variant| variant.definition.as_str())
            .collect(),
    }
}

fn innermost(ty: &Type) -> Option<&str> {
    match ty {
        Type::Named(name) => Some(name),
        Type::List(inner) | Type::Map(inner) => innermost(inner),
        _ => None,
    }
}
