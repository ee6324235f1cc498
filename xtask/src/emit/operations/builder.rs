//! The builder of one operation: its static facts, its struct and what the runtime's macro adds.

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;

use super::members::Members;
use super::{docs, naming, setters};
use crate::emit::types::Types;
use crate::ir::{Authentication, Body, Cursor, Operation, Pagination, Resource, Response, Type};
use crate::support::error::{Error, Result};

/// Everything about an operation except the method that creates its builder.
pub(super) fn emit(
    types: Types<'_>,
    resource: &Resource,
    operation: &Operation,
    members: &Members,
) -> Result<TokenStream> {
    let location = naming::location(resource, operation);
    let builder = naming::identifier(&naming::builder(resource, operation), &location)?;
    let facts = facts(resource, operation, &location)?;
    let about = docs::outer(
        &format!(
            "Builder of a call of [`{}::{}`].",
            resource.type_name, operation.name
        ),
        0,
    );
    let setters = setters::emit(types, &builder, &members.setters, &location)?;
    let runtime = runtime(types, operation, &builder).map_err(|error| error.within(&location))?;
    Ok(quote! {
        #facts
        #about
        #[must_use = "a call does nothing until it is sent"]
        pub struct #builder<C = Clerk> {
            client: C,
            request: Request,
        }
        #setters
        #runtime
    })
}

/// The name of an operation's static facts: `update_metadata` has `UPDATE_METADATA`.
pub(super) fn constant(operation: &Operation, location: &str) -> Result<Ident> {
    naming::identifier(&operation.name.to_uppercase(), location)
}

fn facts(resource: &Resource, operation: &Operation, location: &str) -> Result<TokenStream> {
    let constant = constant(operation, location)?;
    let id = &operation.operation_id;
    let name = format!(
        "{}.{}",
        resource.module,
        operation.name.trim_end_matches('_')
    );
    let method = method(operation, location)?;
    let path = &operation.path;
    let authentication = match operation.authentication {
        Authentication::SecretKey => quote! { SecretKey },
        Authentication::MachineSecretKey => quote! { MachineSecretKey },
        Authentication::None => quote! { None },
    };
    let idempotent = operation.idempotent;
    let body = match &operation.body {
        Body::None => quote! { None },
        Body::Json { required, .. } => quote! { Json { required: #required } },
        Body::JsonList { .. } => quote! { List },
        Body::Multipart { .. } => quote! { Multipart },
    };
    Ok(quote! {
        static #constant: Operation = Operation {
            id: #id,
            name: #name,
            method: Method::#method,
            path: #path,
            authentication: Authentication::#authentication,
            idempotent: #idempotent,
            body: BodyKind::#body,
        };
    })
}

fn method(operation: &Operation, location: &str) -> Result<Ident> {
    match operation.method.as_str() {
        "GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE" => {
            Ok(Ident::new(&operation.method, Span::call_site()))
        }
        other => Err(Error::new(
            location,
            format!("the HTTP method `{other}` is not supported"),
            "support it in `xtask::operations::builder` and in `clerk_api::request`",
        )),
    }
}

fn runtime(types: Types<'_>, operation: &Operation, builder: &Ident) -> Result<TokenStream> {
    let Some(pagination) = &operation.pagination else {
        let result = match &operation.response {
            Response::Empty => quote!(()),
            Response::Json { ty } => {
                types.check(ty)?;
                match (types.owned(ty), ty) {
                    // A null and no body are both `None`.
                    (ty, Type::Nullable(_)) => ty,
                    (ty, _) if operation.is_response_optional => quote!(Option<#ty>),
                    (ty, _) => ty,
                }
            }
        };
        return Ok(quote! { crate::operation! { #builder -> #result } });
    };
    types.check(&pagination.item)?;
    let item = types.owned(&pagination.item);
    let page = page(pagination, operation)?;
    Ok(quote! { crate::operation! { #builder -> Page<#item>, page #page } })
}

fn page(pagination: &Pagination, operation: &Operation) -> Result<TokenStream> {
    let items = optional(pagination.items_key.as_deref());
    let switch = optional(pagination.switch.as_deref());
    let max_limit = proc_macro2::Literal::u32_unsuffixed(pagination.max_limit);
    let mut rule = quote! { items: #items, max_limit: #max_limit, switch: #switch };
    if let Some(id) = &pagination.id {
        let id = naming::identifier(id, &operation.operation_id)?;
        rule.extend(quote! { , id: #id });
    }
    if let Some(Cursor { parameter, orders }) = &pagination.cursor {
        rule.extend(quote! { , cursor: #parameter, orders: [#(#orders),*] });
    }
    Ok(quote! { { #rule } })
}

fn optional(text: Option<&str>) -> TokenStream {
    match text {
        Some(text) => quote! { Some(#text) },
        None => quote! { None },
    }
}
