//! The builder of one operation: what the runtime's `operation!` generates from its facts, and its setters.

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;
use syn::{ImplItem, ImplItemFn, Item, ItemImpl, parse_quote};

use super::members::{Member, Members, Stored};
use super::{docs, naming};
use crate::emit::types::Types;
use crate::emit::{documentation, invocation, parsed};
use crate::ir::{Authentication, Body, Cursor, Operation, Pagination, Resource, Response, Type};
use crate::support::error::{Error, Result};

/// Everything about an operation except the method that creates its builder.
pub(super) fn emit(
    types: Types<'_>,
    resource: &Resource,
    operation: &Operation,
    members: &Members,
) -> Result<Vec<Item>> {
    let location = naming::location(resource, operation);
    let builder = naming::identifier(&naming::builder(resource, operation), &location)?;
    let runtime = runtime(types, resource, operation, &builder, &location)
        .map_err(|error| error.within(&location))?;
    let mut items = vec![runtime];
    if !members.setters.is_empty() {
        let mut setters: ItemImpl = parse_quote! { impl<C> #builder<C> {} };
        for member in &members.setters {
            let setter = setter(types, member, &location)?;
            setters.items.push(ImplItem::Fn(setter));
        }
        items.push(Item::Impl(setters));
    }
    Ok(items)
}

/// A method on the builder for an optional parameter or body field.
fn setter(types: Types<'_>, member: &Member, location: &str) -> Result<ImplItemFn> {
    let name = naming::identifier(&member.field.name, location)?;
    // One short name for all of them keeps the signatures on one line.
    let value = Ident::new("value", Span::call_site());
    let Stored { accepts, statement } = member
        .store(types, &quote! { self.request }, &value)
        .map_err(|error| error.within(location))?;
    let mut setter: ImplItemFn = parsed(
        location,
        quote! {
            pub fn #name(mut self, #value: #accepts) -> Self {
                #statement
                self
            }
        },
    )?;
    setter
        .attrs
        .extend(documentation::deprecation(member.field.deprecated));
    documentation::document(&mut setter.attrs, &docs::member(member), 4);
    Ok(setter)
}

/// The input of the runtime's macro: the struct, its response and the facts about the operation.
fn runtime(
    types: Types<'_>,
    resource: &Resource,
    operation: &Operation,
    builder: &Ident,
    location: &str,
) -> Result<Item> {
    let about = format!(
        "Builder of a call of [`{}::{}`].",
        resource.type_name, operation.name
    );
    let about = documentation::attributes(&about, 4);
    let id = &operation.operation_id;
    let name = format!(
        "{}.{}",
        resource.module,
        operation.name.trim_end_matches('_')
    );
    let method = method(operation, location)?;
    let path = &operation.path;
    let authentication = match operation.authentication {
        Authentication::SecretKey => None,
        Authentication::MachineSecretKey => Some(quote! { authentication: MachineSecretKey, }),
        Authentication::None => Some(quote! { authentication: None, }),
    };
    let body = match &operation.body {
        Body::None => None,
        Body::Json { required, .. } => Some(quote! { body: Json { required: #required }, }),
        Body::JsonList { .. } => Some(quote! { body: List, }),
        Body::Multipart { .. } => Some(quote! { body: Multipart, }),
    };
    let (response, page) = match &operation.pagination {
        None => (response(types, operation)?, None),
        Some(pagination) => {
            types.check(&pagination.item)?;
            let item = types.owned(&pagination.item);
            let page = page(pagination, operation)?;
            (quote! { Page<#item> }, Some(quote! { page: { #page }, }))
        }
    };
    let input = quote! {
        #(#about)*
        pub struct #builder -> #response {
            id: #id,
            name: #name,
            method: #method,
            path: #path,
            #authentication
            #body
            #page
        }
    };
    Ok(invocation("operation", input))
}

fn response(types: Types<'_>, operation: &Operation) -> Result<TokenStream> {
    let Response::Json { ty } = &operation.response else {
        return Ok(quote! { () });
    };
    types.check(ty)?;
    let owned = types.owned(ty);
    // A null and no body are both `None`.
    let is_null = matches!(ty, Type::Nullable(_));
    Ok(if operation.is_response_optional && !is_null {
        quote! { Option<#owned> }
    } else {
        owned
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
    Ok(rule)
}

fn optional(text: Option<&str>) -> TokenStream {
    match text {
        Some(text) => quote! { Some(#text) },
        None => quote! { None },
    }
}
