//! The Rust for the types of the intermediate representation: as written in a field or a signature, as the shape
//! by which responses are repaired, and as an argument with the expression that converts it.

use std::str::FromStr;

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use crate::ir::{Api, Definition, Field, Kind, Presence, Type};
use crate::support::error::{Error, Result};

/// The module that contains the code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Module {
    /// Models are named, other types have their path.
    Models,
    /// Types are imported, models are in `models`. A null in a map is always a value to send.
    Resources,
}

/// The types of an API, as written in a module.
#[derive(Clone, Copy, Debug)]
pub struct Types<'a> {
    api: &'a Api,
    module: Module,
}

/// How a value is accepted from callers.
#[derive(Clone, Debug)]
pub struct Argument {
    /// The type in the signature.
    pub accepts: TokenStream,
    /// The expression for the value itself.
    pub value: TokenStream,
}

impl Argument {
    pub fn new(accepts: TokenStream, value: TokenStream) -> Self {
        Self { accepts, value }
    }
}

impl<'a> Types<'a> {
    pub fn new(api: &'a Api, module: Module) -> Self {
        Self { api, module }
    }

    /// The type of a value that is neither absent nor null.
    pub fn owned(self, ty: &Type) -> TokenStream {
        match ty {
            Type::Plain(plain) => self.path(plain.rust),
            Type::Named(name) => {
                let name = format_ident!("{name}");
                match self.module {
                    Module::Models => quote!(#name),
                    Module::Resources => quote!(models::#name),
                }
            }
            Type::List(item) => {
                let item = self.owned(item);
                quote!(Vec<#item>)
            }
            Type::Map(value) => {
                let (map, value) = (self.path("std::collections::BTreeMap"), self.owned(value));
                quote!(#map<String, #value>)
            }
            Type::Nullable(inner) => {
                let inner = self.owned(inner);
                quote!(Option<#inner>)
            }
        }
    }

    /// The type of a field in its struct.
    pub fn field(self, definition: &Definition, field: &Field) -> TokenStream {
        let inner = if is_loose_object(definition, field) {
            self.path("crate::types::Object")
        } else {
            self.owned(&field.ty)
        };
        let nullable = self.path("crate::types::Nullable");
        match Presence::of(definition, field) {
            Presence::Always => inner,
            Presence::Nullable | Presence::Optional => quote!(Option<#inner>),
            Presence::ValueOrNull => quote!(#nullable<#inner>),
            Presence::OptionalValueOrNull => quote!(Option<#nullable<#inner>>),
        }
    }

    /// The shape of a field in the table of its struct.
    ///
    /// Values that the runtime must not invent are identified by type or, for strings and integers, by name:
    /// `id`, `user_id` and `session_ids` identify objects, and a number named `expires_at` is a timestamp,
    /// whatever its unit.
    pub fn shape(self, field: &Field) -> TokenStream {
        self.shape_of(&field.wire_name, &field.ty)
    }

    fn shape_of(self, name: &str, ty: &Type) -> TokenStream {
        let inside = |inner| self.shape_of(name, inner);
        match ty {
            Type::Plain(plain) => {
                let is_id = name == "id" || name.ends_with("_id") || name.ends_with("_ids");
                let shape = if is_id && *ty == Type::STRING {
                    "Id"
                } else if name.ends_with("_at") && *ty == Type::INTEGER {
                    "Timestamp"
                } else {
                    plain.shape
                };
                let shape = tokens(shape);
                quote!(Shape::#shape)
            }
            Type::Named(name) => {
                let name = format_ident!("{name}");
                quote!(#name::SHAPE)
            }
            Type::List(item) => {
                let item = inside(item);
                quote!(Shape::List(&#item))
            }
            Type::Map(value) => {
                let value = inside(value);
                quote!(Shape::Map(&#value))
            }
            Type::Nullable(inner) => {
                let inner = inside(inner);
                quote!(Shape::Nullable(&#inner))
            }
        }
    }

    /// A value that is accepted from callers as `from`.
    pub fn argument(self, ty: &Type, from: &TokenStream) -> Argument {
        let owned = self.owned(ty);
        match ty {
            Type::List(item) => {
                let Argument { accepts, value } = self.argument(item, &quote!(item));
                let mapped = match value.to_string().as_str() {
                    "item" => quote!(),
                    "item . into ()" => quote!(.map(Into::into)),
                    _ => quote!(.map(|item| #value)),
                };
                Argument::new(
                    quote!(impl IntoIterator<Item = #accepts>),
                    quote!(#from.into_iter()#mapped.collect()),
                )
            }
            Type::Map(value) => {
                let (accepts, value) = self.entry(value);
                Argument::new(
                    quote!(impl IntoIterator<Item = (impl Into<String>, #accepts)>),
                    quote!(#from.into_iter().map(|(key, value)| (key.into(), #value)).collect()),
                )
            }
            // `Nullable` also accepts what is not an object, which is only reported if it is kept.
            Type::Nullable(inner) if self.module == Module::Models && **inner == Type::OBJECT => {
                Argument::new(owned, quote!(#from))
            }
            Type::Nullable(inner) => {
                let value = match self.module {
                    Module::Models => quote!(#from.into().into_value()),
                    Module::Resources => quote!(#from.into()),
                };
                Argument::new(self.nullable(inner), value)
            }
            _ if self.converts(ty) => {
                Argument::new(quote!(impl Into<#owned>), quote!(#from.into()))
            }
            _ => Argument::new(owned, quote!(#from)),
        }
    }

    /// The value of a map, as accepted and as an expression.
    fn entry(self, value: &Type) -> (TokenStream, TokenStream) {
        let owned = self.owned(value);
        match (self.module, value) {
            // Null removes an entry where maps are merged, and the description does not distinguish such maps.
            (Module::Resources, Type::Nullable(inner)) => {
                (self.nullable(inner), quote!(value.into()))
            }
            (Module::Resources, _) => (self.nullable(value), quote!(value.into())),
            (Module::Models, Type::Nullable(inner)) if **inner != Type::OBJECT => {
                (self.nullable(inner), quote!(value.into().into_value()))
            }
            (Module::Models, _) => (quote!(impl Into<#owned>), quote!(value.into())),
        }
    }

    /// The argument for a value or null.
    pub fn nullable(self, ty: &Type) -> TokenStream {
        let (nullable, owned) = (self.path("crate::types::Nullable"), self.owned(ty));
        quote!(impl Into<#nullable<#owned>>)
    }

    /// An object as any JSON; a value that is not an object is rejected when it is sent.
    pub fn loose_object(self, from: &TokenStream) -> Argument {
        let accepts = self.path("crate::types::IntoObject");
        Argument::new(quote!(impl #accepts), quote!(#from.into_object()))
    }

    /// The type that the elements of an argument are collected into, to be sent.
    pub fn collected(self, ty: &Type) -> TokenStream {
        match ty {
            Type::List(item) => {
                let item = self.collected(item);
                quote!(Vec<#item>)
            }
            Type::Map(value) => {
                let value = match &**value {
                    Type::Nullable(inner) => self.owned(inner),
                    value => self.owned(value),
                };
                quote!(BTreeMap<String, Nullable<#value>>)
            }
            Type::Nullable(inner) => {
                let inner = self.owned(inner);
                quote!(Nullable<#inner>)
            }
            Type::Plain(_) | Type::Named(_) => self.owned(ty),
        }
    }

    /// Whether callers may pass other types, which are converted.
    pub fn converts(self, ty: &Type) -> bool {
        match ty {
            Type::Plain(plain) => plain.converts,
            Type::Named(_) => self.is_enum(ty),
            Type::List(_) | Type::Map(_) | Type::Nullable(_) => true,
        }
    }

    /// Whether the type can be written into a path or a query.
    pub fn is_text(self, ty: &Type) -> bool {
        match ty {
            Type::Plain(plain) => plain.is_text(),
            _ => self.is_enum(ty),
        }
    }

    fn is_enum(self, ty: &Type) -> bool {
        let Type::Named(name) = ty else { return false };
        let definition = self.api.types.get(name);
        definition.is_some_and(|definition| matches!(definition.kind, Kind::Enum { .. }))
    }

    /// Fails if the type refers to a definition that does not exist.
    pub fn check(self, ty: &Type) -> Result<()> {
        match ty.name() {
            Some(name) if !self.api.types.contains_key(name) => Err(Error::new(
                "",
                format!("the type `{name}` is not defined"),
                "define it under `components.schemas`",
            )),
            _ => Ok(()),
        }
    }

    /// A type of the runtime or a library.
    fn path(self, path: &str) -> TokenStream {
        match self.module {
            Module::Models => tokens(path),
            Module::Resources => tokens(&imported(path)),
        }
    }
}

/// An object that callers may pass as any JSON. A `Nullable` does the same by itself.
pub fn is_loose_object(definition: &Definition, field: &Field) -> bool {
    field.ty == Type::OBJECT && !field.nullable && definition.is_only_sent()
}

/// A type whose names are imported: `serde_json::Map<String, serde_json::Value>` is `Map<String, Value>`.
fn imported(path: &str) -> String {
    let names = path.split_inclusive(['<', ' ']);
    names.filter_map(|name| name.rsplit("::").next()).collect()
}

/// Rust of this module and of the table of plain types, which always parses.
fn tokens(rust: &str) -> TokenStream {
    TokenStream::from_str(rust).unwrap_or_default()
}
