//! How a value of each type is accepted from the caller and converted to what the runtime stores.

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::naming;
use crate::ir::{Api, Kind, Operation, Response, Type};
use crate::support::error::{Error, Result};

/// The types of an API: the definition behind a name determines how it is accepted.
#[derive(Clone, Copy)]
pub(super) struct Types<'a> {
    api: &'a Api,
}

/// How a value is accepted.
pub(super) struct Taken {
    /// The type of the argument.
    pub(super) accepts: TokenStream,
    /// A statement that comes first, if one expression would be long.
    pub(super) prepare: Option<TokenStream>,
    /// The expression that is stored.
    pub(super) value: TokenStream,
}

impl Taken {
    pub(super) fn new(accepts: TokenStream, value: TokenStream) -> Self {
        Self {
            accepts,
            prepare: None,
            value,
        }
    }
}

impl<'a> Types<'a> {
    pub(super) fn new(api: &'a Api) -> Self {
        Self { api }
    }

    /// The return type of a call.
    pub(super) fn result(self, operation: &Operation) -> Result<TokenStream> {
        match &operation.response {
            Response::Empty => Ok(quote! { () }),
            Response::Json { ty } if operation.is_response_optional => {
                let ty = self.owned(ty)?;
                Ok(quote! { Option<#ty> })
            }
            Response::Json { ty } => self.owned(ty),
        }
    }

    /// The type itself.
    pub(super) fn owned(self, ty: &Type) -> Result<TokenStream> {
        Ok(match ty {
            Type::String => quote! { String },
            Type::Secret => quote! { Secret },
            Type::Boolean => quote! { bool },
            Type::Integer => quote! { i64 },
            Type::Number => quote! { f64 },
            Type::Timestamp => quote! { Timestamp },
            Type::Any => quote! { Value },
            Type::Object => quote! { Map<String, Value> },
            Type::SecretObject => quote! { SecretObject },
            Type::Named(name) => {
                self.kind(name)?;
                let name = naming::identifier(name, name)?;
                quote! { models::#name }
            }
            Type::List(item) => {
                let item = self.owned(item)?;
                quote! { Vec<#item> }
            }
            Type::Map(value) => {
                let value = self.owned(value)?;
                quote! { BTreeMap<String, #value> }
            }
        })
    }

    /// A path segment or a form part: text.
    pub(super) fn text(self, ty: &Type, variable: &Ident) -> Result<Taken> {
        let Taken { accepts, value, .. } = self.query(ty, variable)?;
        let value = match ty {
            Type::String => value,
            Type::Boolean => quote! { #value.to_string() },
            _ => {
                let owned = self.owned(ty)?;
                quote! { Into::<#owned>::into(#variable).to_string() }
            }
        };
        Ok(Taken::new(accepts, value))
    }

    /// One value in a query.
    pub(super) fn query(self, ty: &Type, variable: &Ident) -> Result<Taken> {
        let plain = match ty {
            Type::String
            | Type::Secret
            | Type::Boolean
            | Type::Integer
            | Type::Number
            | Type::Timestamp => true,
            Type::Named(name) => matches!(self.kind(name)?, Kind::Enum { .. }),
            Type::Any | Type::Object | Type::SecretObject | Type::List(_) | Type::Map(_) => false,
        };
        if plain {
            return self.element(ty, &quote! { #variable });
        }
        Err(Error::new(
            "",
            format!("{ty:?} cannot be written as text"),
            "describe it as a string, a number, a boolean or an enum in an overlay",
        ))
    }

    /// Several values in a query.
    pub(super) fn query_list(self, item: &Type, variable: &Ident) -> Result<Taken> {
        self.query(item, variable)?;
        let accepts = self.element(item, &quote! { item })?.accepts;
        let accepts = quote! { impl IntoIterator<Item = #accepts> };
        let value = if self.converts(item)? {
            quote! { #variable.into_iter().map(Into::into) }
        } else {
            quote! { #variable }
        };
        Ok(Taken::new(accepts, value))
    }

    /// A value in a JSON body.
    pub(super) fn json(self, ty: &Type, nullable: bool, variable: &Ident) -> Result<Taken> {
        if nullable {
            let owned = self.owned(ty)?;
            return Ok(Taken::new(
                quote! { impl Into<Nullable<#owned>> },
                quote! { #variable.into() },
            ));
        }
        if matches!(ty, Type::Object) {
            return Ok(Taken::new(
                quote! { impl IntoObject },
                quote! { #variable.into_object() },
            ));
        }
        let taken = self.element(ty, &quote! { #variable })?;
        if !matches!(ty, Type::List(_) | Type::Map(_)) {
            return Ok(taken);
        }
        let (collected, value) = (self.collected(ty)?, taken.value);
        Ok(Taken {
            accepts: taken.accepts,
            prepare: Some(quote! { let #variable: #collected = #value; }),
            value: quote! { #variable },
        })
    }

    /// The type that a list or a map is collected into.
    fn collected(self, ty: &Type) -> Result<TokenStream> {
        Ok(match ty {
            Type::List(item) => {
                let item = self.collected(item)?;
                quote! { Vec<#item> }
            }
            Type::Map(value) => {
                let value = self.owned(value)?;
                quote! { BTreeMap<String, Nullable<#value>> }
            }
            _ => self.owned(ty)?,
        })
    }

    /// A value, or an element of a list or map.
    fn element(self, ty: &Type, from: &TokenStream) -> Result<Taken> {
        let owned = self.owned(ty)?;
        let (accepts, value) = match ty {
            Type::List(item) => {
                let element = self.element(item, &quote! { item })?;
                let (accepts, value) = (element.accepts, element.value);
                let mapped = if matches!(**item, Type::List(_) | Type::Map(_)) {
                    quote! { #from.into_iter().map(|item| #value) }
                } else if self.converts(item)? {
                    quote! { #from.into_iter().map(Into::into) }
                } else {
                    quote! { #from.into_iter() }
                };
                (
                    quote! { impl IntoIterator<Item = #accepts> },
                    quote! { #mapped.collect() },
                )
            }
            // Null removes an entry where maps are merged, and the intermediate representation does
            // not distinguish such maps from others.
            Type::Map(item) => {
                let item = self.owned(item)?;
                (
                    quote! {
                        impl IntoIterator<Item = (impl Into<String>, impl Into<Nullable<#item>>)>
                    },
                    quote! {
                        #from.into_iter().map(|(key, value)| (key.into(), value.into())).collect()
                    },
                )
            }
            _ if self.converts(ty)? => (quote! { impl Into<#owned> }, quote! { #from.into() }),
            _ => (owned, quote! { #from }),
        };
        Ok(Taken::new(accepts, value))
    }

    /// Whether a value is converted, rather than accepted as it is.
    fn converts(self, ty: &Type) -> Result<bool> {
        Ok(match ty {
            Type::Boolean | Type::Object => false,
            Type::Named(name) => matches!(self.kind(name)?, Kind::Enum { .. }),
            Type::String
            | Type::Secret
            | Type::SecretObject
            | Type::Integer
            | Type::Number
            | Type::Timestamp
            | Type::Any
            | Type::List(_)
            | Type::Map(_) => true,
        })
    }

    fn kind(self, name: &str) -> Result<&'a Kind> {
        match self.api.types.get(name) {
            Some(definition) => Ok(&definition.kind),
            None => Err(Error::new(
                "",
                format!("the type `{name}` is not defined"),
                "define it under `components.schemas`",
            )),
        }
    }
}
