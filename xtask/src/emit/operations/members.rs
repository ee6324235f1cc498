//! The inputs of a call: its arguments and its setters, each with the statement that stores it.

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::naming;
use crate::emit::types::{Argument, Types};
use crate::input::vocabulary::plain::Plain;
use crate::ir::{Body, Field, Operation, Type};
use crate::support::error::{Error, Result};

/// Where a value goes in the request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Location {
    Path,
    Query,
    /// A property of a JSON body.
    Field,
    /// The whole JSON body.
    Items,
    /// A text part of a multipart body.
    Text,
    /// The file part of a multipart body.
    File,
}

/// One argument or setter.
#[derive(Clone, Debug)]
pub(crate) struct Member {
    pub(crate) field: Field,
    pub(crate) location: Location,
}

/// An operation's arguments, in the order of the signature, and its setters.
#[derive(Clone, Debug)]
pub(crate) struct Members {
    pub(crate) arguments: Vec<Member>,
    pub(crate) setters: Vec<Member>,
}

impl Members {
    pub(crate) fn of(operation: &Operation, location: &str) -> Result<Self> {
        let (mut arguments, mut setters): (Vec<_>, Vec<_>) =
            all(operation).partition(|member| member.field.required);
        naming::settle_arguments(&mut arguments, location)?;
        naming::settle_setters(&mut setters, location)?;
        Ok(Self { arguments, setters })
    }
}

impl Member {
    fn new(field: &Field, location: Location) -> Self {
        let mut field = field.clone();
        // Path parameters and the file of an upload are always required.
        field.required |= matches!(location, Location::Path | Location::File);
        // Path and query parameters cannot be null.
        field.nullable &= location == Location::Field;
        Self { field, location }
    }

    fn items(item: &Type, docs: &str) -> Self {
        let field = Field {
            name: "items".to_owned(),
            wire_name: "items".to_owned(),
            ty: Type::List(Box::new(item.clone())),
            required: true,
            nullable: false,
            deprecated: false,
            explode: true,
            docs: docs.to_owned(),
        };
        Self::new(&field, Location::Items)
    }

    /// The type that the member accepts as `variable`, and the statement that stores it in
    /// `request`.
    pub(super) fn store(
        &self,
        types: Types<'_>,
        request: &TokenStream,
        variable: &Ident,
    ) -> Result<Stored> {
        let name = &self.field.wire_name;
        let from = quote!(#variable);
        types
            .check(&self.field.ty)
            .map_err(|error| error.within(name))?;
        let Argument { accepts, value } = match self.location {
            Location::Path | Location::Query | Location::Text => self.text(types, &from)?,
            Location::Field | Location::Items => self.json(types, &from),
            Location::File => Argument::new(quote!(Upload), from.clone()),
        };
        let statement = match (self.location, &self.field.ty) {
            (Location::Path, _) => quote!(#request.path(#name, #value);),
            (Location::Query, Type::List(_)) => {
                let explode = self.field.explode;
                quote!(#request.query_list(#name, #value, #explode);)
            }
            (Location::Query, _) => quote!(#request.query(#name, #value);),
            (Location::Field | Location::Items, Type::List(_) | Type::Map(_))
                if !self.field.nullable =>
            {
                let collected = types.collected(&self.field.ty);
                let store = self.store_json(request, &from);
                quote!(let #variable: #collected = #value; #store)
            }
            (Location::Field | Location::Items, _) => self.store_json(request, &value),
            (Location::Text, _) => quote!(#request.text(#name, #value);),
            (Location::File, _) => quote!(#request.file(#name, #value);),
        };
        Ok(Stored { accepts, statement })
    }

    fn store_json(&self, request: &TokenStream, value: &TokenStream) -> TokenStream {
        let name = &self.field.wire_name;
        match self.location {
            Location::Items => quote!(#request.list(#value);),
            _ => quote!(#request.field(#name, #value);),
        }
    }

    fn json(&self, types: Types<'_>, from: &TokenStream) -> Argument {
        if self.field.nullable {
            Argument::new(types.nullable(&self.field.ty), quote!(#from.into()))
        } else if self.field.ty == Type::OBJECT {
            types.loose_object(from)
        } else {
            types.argument(&self.field.ty, from)
        }
    }

    /// A path segment, a part of a form, or one or several values in a query.
    fn text(&self, types: Types<'_>, from: &TokenStream) -> Result<Argument> {
        let one = match &self.field.ty {
            Type::List(item) if self.location == Location::Query => item,
            ty => ty,
        };
        let refused = |what: &str, help: &str| {
            let message = format!("a {} cannot be written {what}", one.words());
            Error::new(self.field.wire_name.as_str(), message, help)
        };
        if !types.is_text(one) {
            let help = "describe it as a string, a number, a boolean or an enum in an overlay";
            return Err(refused("as text", help));
        }
        if let (
            Location::Path,
            Type::Plain(Plain {
                format: Some("password"),
                ..
            }),
        ) = (self.location, one)
        {
            let help = "errors and traces contain paths; remove the format in an overlay if it is not secret";
            return Err(refused("into a path", help));
        }
        let Argument { accepts, value } = types.argument(one, from);
        Ok(match (self.location, &self.field.ty) {
            (Location::Query, Type::List(_)) => {
                let each = types
                    .converts(one)
                    .then(|| quote!(.into_iter().map(Into::into)));
                Argument::new(
                    quote!(impl IntoIterator<Item = #accepts>),
                    quote!(#from #each),
                )
            }
            (Location::Query, _) => Argument::new(accepts, value),
            (_, ty) if *ty == Type::STRING => Argument::new(accepts, value),
            (_, ty) if !types.converts(ty) => Argument::new(accepts, quote!(#value.to_string())),
            (_, ty) => {
                let owned = types.owned(ty);
                let owned = quote!(Into::<#owned>::into(#from));
                let text = match ty {
                    Type::Plain(plain) if plain.is_of_the_runtime() => {
                        quote!(crate::types::QueryValue::into_query(#owned))
                    }
                    _ => quote!(#owned.to_string()),
                };
                Argument::new(accepts, text)
            }
        })
    }
}

/// How a member is accepted and stored.
pub(super) struct Stored {
    pub(super) accepts: TokenStream,
    pub(super) statement: TokenStream,
}

/// Every member: path, required and optional query, the file, the rest of the body.
fn all(operation: &Operation) -> impl Iterator<Item = Member> {
    let path = members(&operation.path_parameters, Location::Path);
    let query = members(&operation.query_parameters, Location::Query);
    path.chain(query).chain(body(&operation.body))
}

fn body(body: &Body) -> Vec<Member> {
    match body {
        Body::None => Vec::new(),
        Body::Json { fields, .. } => members(fields, Location::Field).collect(),
        Body::JsonList { item, docs } => vec![Member::items(item, docs)],
        Body::Multipart { file, fields } => std::iter::once(Member::new(file, Location::File))
            .chain(members(fields, Location::Text))
            .collect(),
    }
}

fn members(parameters: &[Field], location: Location) -> impl Iterator<Item = Member> {
    parameters
        .iter()
        .map(move |parameter| Member::new(parameter, location))
}
