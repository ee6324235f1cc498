//! A resource's file: the struct with a method for each operation, and the operations' builders.

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;
use syn::{File, ImplItem, ImplItemFn, Item, ItemImpl, ItemStruct, parse_quote};

use super::members::{Members, Stored};
use super::{aliases, builder, docs, naming};
use crate::emit::calls::Examples;
use crate::emit::types::{Module, Types};
use crate::emit::{documentation, imports, parsed, print};
use crate::ir::{Api, Location, Need, Operation, Requirement, Resource};
use crate::support::error::Result;

pub(super) fn emit(api: &Api, resource: &Resource, examples: &Examples) -> Result<File> {
    naming::check_resource(resource)?;
    let types = Types::new(api, Module::Resources);
    let name = naming::identifier(&resource.type_name, &resource.module)?;
    let mut group: ItemStruct = parse_quote! {
        #[derive(Clone, Debug)]
        #[must_use = "a resource does nothing until an operation is called"]
        pub struct #name<C = Clerk> {
            client: C,
        }
    };
    documentation::document(&mut group.attrs, &resource.docs, 0);
    let mut methods: ItemImpl = parse_quote! {
        impl<C: Handle> #name<C> {
            pub(crate) fn new(client: C) -> Self {
                Self { client }
            }
        }
    };
    let mut builders = Vec::new();
    for operation in &resource.operations {
        let members = Members::of(operation, &naming::location(resource, operation))?;
        let example = examples.get(resource, operation);
        let method = method(types, resource, operation, &members, example)?;
        methods.items.push(ImplItem::Fn(method));
        builders.extend(builder::emit(types, resource, operation, &members)?);
    }
    let mut items = vec![Item::Struct(group), Item::Impl(methods)];
    items.extend(builders);
    let about = format!("[`{}`] and the builders of its calls.", resource.type_name);
    let modules = naming::imports();
    let names: Vec<&str> = modules
        .iter()
        .flat_map(|(_, names)| names)
        .copied()
        .collect();
    let used = imports::used(&items, &names);
    items.splice(..0, imports::declarations(&modules, &used));
    Ok(print::file(documentation::inner_attributes(&about), items))
}

fn method(
    types: Types<'_>,
    resource: &Resource,
    operation: &Operation,
    members: &Members,
    example: Option<&str>,
) -> Result<ImplItemFn> {
    let location = naming::location(resource, operation);
    let builder = naming::builder(resource, operation);
    let docs = docs::method(operation, &builder, &members.arguments, example);
    let name = naming::identifier(&operation.name, &location)?;
    let builder = naming::identifier(&builder, &location)?;
    let call = local("call", members);
    let request = quote! { #call.request };
    let mut arguments = Vec::new();
    let mut statements: Vec<_> = requirements(operation, &request).into_iter().collect();
    for member in &members.arguments {
        let variable = naming::identifier(&member.field.name, &location)?;
        let Stored { accepts, statement } = member
            .store(types, &request, &variable)
            .map_err(|error| error.within(&location))?;
        arguments.push(quote! { #variable: #accepts });
        statements.push(statement);
    }
    let new = quote! { #builder::new(&self.client) };
    let body = if statements.is_empty() {
        new
    } else {
        quote! { let mut #call = #new; #(#statements)* #call }
    };
    let mut method: ImplItemFn = parsed(
        &location,
        quote! { pub fn #name(&self #(, #arguments)*) -> #builder<C> { #body } },
    )?;
    documentation::document(&mut method.attrs, &docs, 4);
    let aliases = aliases::of(resource, operation);
    method.attrs.extend(aliases::attributes(&aliases));
    method
        .attrs
        .extend(documentation::deprecation(operation.deprecated));
    Ok(method)
}

/// The statement that stops a call from being sent without its requirements.
fn requirements(operation: &Operation, request: &TokenStream) -> Option<TokenStream> {
    if operation.requirements.is_empty() {
        return None;
    }
    let rules = operation.requirements.iter().map(|rule| {
        let Requirement {
            location,
            when,
            need,
            of,
        } = rule;
        let location = match location {
            Location::Query => quote! { Query },
            Location::Body(path) => quote! { Body(#path) },
        };
        let when = match when {
            Some(when) => quote! { Some(#when) },
            None => quote! { None },
        };
        let need = match need {
            Need::AnyOf => quote! { AnyOf },
            Need::OneOf => quote! { OneOf },
            Need::AllOf => quote! { AllOf },
        };
        quote! {
            crate::request::Requirement {
                place: crate::request::Place::#location,
                when: #when,
                need: crate::request::Need::#need,
                of: &[#(#of),*],
            }
        }
    });
    Some(quote! { #request.require(&[#(#rules),*]); })
}

/// A variable that no argument shadows.
fn local(name: &str, members: &Members) -> Ident {
    let mut name = name.to_owned();
    while members
        .arguments
        .iter()
        .any(|argument| argument.field.name == name)
    {
        name.push('_');
    }
    Ident::new(&name, Span::call_site())
}
