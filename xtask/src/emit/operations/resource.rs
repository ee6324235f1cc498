//! A resource's file: the struct with a method for each operation, and the operations' builders.

use std::collections::BTreeSet;

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;

use super::members::{Members, Stored};
use super::{aliases, builder, docs, naming};
use crate::emit::calls::Examples;
use crate::emit::documentation;
use crate::emit::imports::{declarations, identifiers};
use crate::emit::types::{Module, Types};
use crate::ir::{Api, Location, Need, Operation, Requirement, Resource};
use crate::support::error::Result;

pub(super) fn emit(api: &Api, resource: &Resource, examples: &Examples) -> Result<TokenStream> {
    naming::check_resource(resource)?;
    let types = Types::new(api, Module::Resources);
    let mut methods = Vec::new();
    let mut builders = Vec::new();
    for operation in &resource.operations {
        let members = Members::of(operation, &naming::location(resource, operation))?;
        methods.push(method(
            types,
            resource,
            operation,
            &members,
            examples.get(resource, operation),
        )?);
        builders.push(builder::emit(types, resource, operation, &members)?);
    }
    let name = naming::identifier(&resource.type_name, &resource.module)?;
    let about = docs::outer(&resource.docs, 0);
    let items = quote! {
        #about
        #[derive(Clone, Debug)]
        #[must_use = "a resource does nothing until an operation is called"]
        pub struct #name<C = Clerk> {
            client: C,
        }
        impl<C: Handle> #name<C> {
            pub(crate) fn new(client: C) -> Self {
                Self { client }
            }
            #(#methods)*
        }
        #(#builders)*
    };
    let about = docs::inner(&format!(
        "[`{}`] and the builders of its calls.",
        resource.type_name
    ));
    let mut used = BTreeSet::new();
    identifiers(&items, &mut used);
    let imports = declarations(&naming::imports(), &used);
    Ok(quote! {
        #about
        #imports
        #items
    })
}

fn method(
    types: Types<'_>,
    resource: &Resource,
    operation: &Operation,
    members: &Members,
    example: Option<&str>,
) -> Result<TokenStream> {
    let location = naming::location(resource, operation);
    let builder = naming::builder(resource, operation);
    let docs = docs::method(operation, &builder, &members.arguments, example);
    let docs = docs::outer(&docs, 4);
    let aliases = aliases::attributes(&aliases::of(resource, operation));
    let deprecated = documentation::deprecation(operation.deprecated);
    let name = naming::identifier(&operation.name, &location)?;
    let builder = naming::identifier(&builder, &location)?;
    let constant = builder::constant(operation, &location)?;
    let request = local("request", members);
    let mut arguments = Vec::new();
    let mut statements = Vec::new();
    statements.extend(requirements(operation, &request));
    for member in &members.arguments {
        let variable = naming::identifier(&member.name, &location)?;
        let Stored { accepts, statement } = member
            .store(types, &quote! { #request }, &variable)
            .map_err(|error| error.within(&location))?;
        arguments.push(quote! { #variable: #accepts });
        statements.push(statement);
    }
    let mutable = (!statements.is_empty()).then(|| quote! { mut });
    let field = if request == "request" {
        quote! { request }
    } else {
        quote! { request: #request }
    };
    Ok(quote! {
        #docs
        #(#aliases)*
        #deprecated
        pub fn #name(&self #(, #arguments)*) -> #builder<C> {
            let #mutable #request = Request::new(&#constant);
            #(#statements)*
            #builder { client: self.client.clone(), #field }
        }
    })
}

/// The statement that stops a call from being sent without its requirements.
fn requirements(operation: &Operation, request: &Ident) -> Option<TokenStream> {
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
        .any(|argument| argument.name == name)
    {
        name.push('_');
    }
    Ident::new(&name, Span::call_site())
}
