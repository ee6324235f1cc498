//! The inputs of a call: its arguments and its setters, each with the statement that stores it.

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::naming;
use super::types::{Taken, Types};
use crate::ir::{Body, Operation, Parameter, Type};
use crate::support::error::Result;

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
    pub(crate) name: String,
    pub(crate) wire_name: String,
    pub(crate) location: Location,
    pub(crate) ty: Type,
    pub(crate) required: bool,
    pub(crate) nullable: bool,
    pub(crate) deprecated: bool,
    pub(crate) explode: bool,
    pub(crate) docs: String,
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
            all(operation).partition(|member| member.required);
        naming::settle_arguments(&mut arguments, location)?;
        naming::settle_setters(&mut setters, location)?;
        Ok(Self { arguments, setters })
    }
}

impl Member {
    fn new(parameter: &Parameter, location: Location) -> Self {
        Self {
            name: parameter.name.clone(),
            wire_name: parameter.wire_name.clone(),
            location,
            ty: parameter.ty.clone(),
            // Path parameters and the file of an upload are always required.
            required: parameter.required || matches!(location, Location::Path | Location::File),
            // Path and query parameters cannot be null.
            nullable: parameter.nullable && location == Location::Field,
            deprecated: parameter.deprecated,
            explode: parameter.explode,
            docs: parameter.docs.clone(),
        }
    }

    fn items(item: &Type, docs: &str) -> Self {
        Self {
            name: "items".to_owned(),
            wire_name: "items".to_owned(),
            location: Location::Items,
            ty: Type::List(Box::new(item.clone())),
            required: true,
            nullable: false,
            deprecated: false,
            explode: true,
            docs: docs.to_owned(),
        }
    }

    /// The type that the member accepts as `variable`, and the statement that stores it in
    /// `request`.
    pub(super) fn store(
        &self,
        types: Types<'_>,
        request: &TokenStream,
        variable: &Ident,
    ) -> Result<Stored> {
        let name = &self.wire_name;
        let Taken {
            accepts,
            prepare,
            value,
        } = self.take(types, variable)?;
        let store = match (self.location, &self.ty) {
            (Location::Path, _) => quote! { #request.path(#name, #value); },
            (Location::Query, Type::List(_)) => {
                let explode = self.explode;
                quote! { #request.query_list(#name, #value, #explode); }
            }
            (Location::Query, _) => quote! { #request.query(#name, #value); },
            (Location::Field, _) => quote! { #request.field(#name, #value); },
            (Location::Items, _) => quote! { #request.list(#value); },
            (Location::Text, _) => quote! { #request.text(#name, #value); },
            (Location::File, _) => quote! { #request.file(#name, #value); },
        };
        let statement = quote! { #prepare #store };
        Ok(Stored { accepts, statement })
    }

    fn take(&self, types: Types<'_>, variable: &Ident) -> Result<Taken> {
        match (self.location, &self.ty) {
            (Location::Path | Location::Text, ty) => types.text(ty, variable),
            (Location::Query, Type::List(item)) => types.query_list(item, variable),
            (Location::Query, ty) => types.query(ty, variable),
            (Location::Field | Location::Items, ty) => types.json(ty, self.nullable, variable),
            (Location::File, _) => Ok(Taken::new(quote! { Upload }, quote! { #variable })),
        }
        .map_err(|error| error.within(&self.wire_name))
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

fn members(parameters: &[Parameter], location: Location) -> impl Iterator<Item = Member> {
    parameters
        .iter()
        .map(move |parameter| Member::new(parameter, location))
}
