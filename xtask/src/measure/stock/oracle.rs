//! The sources of `tests/oracle`: stock progenitor's client, reduced to sending, and a table of
//! functions that call it with given JSON.
//!
//! Responses are removed from the document, and with them most models: only requests are compared.

use std::collections::BTreeSet;

use proc_macro2::{Ident, TokenStream};
use quote::quote;
use serde_json::{Map, Value, json};
use syn::{FnArg, GenericArgument, ImplItem, ImplItemFn, Item, Pat, PathArguments, Type};

use super::{Style, is_multipart};
use crate::emit::samples::{self, Extent};
use crate::pipeline::Described;
use crate::support::error::{Error, Result};

/// The sources of the oracle.
#[derive(Clone, Debug)]
pub struct Oracle {
    /// Stock progenitor's client.
    pub client: String,
    /// `CALLS`: for each operation its id and a function from a client and arguments to a future.
    pub calls: String,
    /// For each operation id and variant: method and arguments by name; the body is `body`.
    pub samples: Value,
    /// Ids of the operations that stock progenitor does not support, with the reason.
    pub left_out: Vec<(String, String)>,
}

/// The sources for a description.
pub fn emit(described: &Described) -> Result<Oracle> {
    let tree = super::client(requests_alone(&described.document), Style::Positional);
    let tree = tree.map_err(|fault| {
        Error::new(
            "stock progenitor",
            fault,
            "drop what it does not support in `xtask::stock`",
        )
    })?;
    let mut entries = Vec::new();
    let mut arguments = Map::new();
    let mut left_out = Vec::new();
    for (path, method, operation) in operations(&described.document) {
        let Some(id) = operation.get("operationId").and_then(Value::as_str) else {
            continue;
        };
        if is_multipart(operation) {
            left_out.push((id.to_owned(), "its body is a form with a file".to_owned()));
            continue;
        }
        let Some(function) = function(&tree, id) else {
            left_out.push((id.to_owned(), "it generates no function for it".to_owned()));
            continue;
        };
        entries.push(call(id, function, operation)?);
        let mut variants = Map::new();
        for (variant, extent) in [("required", Extent::Required), ("all", Extent::Everything)] {
            let samples = samples::operation(&described.corrected, path, method, extent)?;
            let mut given: Map<String, Value> = samples
                .parameters
                .into_iter()
                .map(|((_, name), sample)| (name, sample))
                .collect();
            given.extend(samples.body.map(|body| ("body".to_owned(), body)));
            variants.insert(variant.to_owned(), Value::Object(given));
        }
        arguments.insert(id.to_owned(), Value::Object(variants));
    }
    let calls = quote! { pub(crate) static CALLS: &[(&str, Call)] = &[#(#entries),*]; };
    let calls: syn::File = syn::parse2(calls).map_err(|fault| {
        Error::new(
            "calls of stock progenitor",
            format!("the emitted tokens do not parse: {fault}"),
            "fix `xtask::measure::stock::oracle`",
        )
    })?;
    Ok(Oracle {
        client: prettyplease::unparse(&tree),
        calls: prettyplease::unparse(&calls),
        samples: Value::Object(arguments),
        left_out,
    })
}

fn operations(document: &Value) -> impl Iterator<Item = (&str, &str, &Value)> {
    let paths = document.get("paths").and_then(Value::as_object);
    paths.into_iter().flatten().flat_map(|(path, item)| {
        let operations = item.as_object().into_iter().flatten();
        operations.map(move |(method, operation)| (path.as_str(), method.as_str(), operation))
    })
}

/// The document without responses and without the schemas that no request needs.
fn requests_alone(document: &Value) -> Value {
    let mut document = document.clone();
    let paths = document.get_mut("paths").and_then(Value::as_object_mut);
    for item in paths.into_iter().flat_map(|paths| paths.values_mut()) {
        for operation in item
            .as_object_mut()
            .into_iter()
            .flat_map(|item| item.values_mut())
        {
            if let Some(operation) = operation.as_object_mut() {
                let nothing = json!({ "200": { "description": "" } });
                operation.insert("responses".to_owned(), nothing);
            }
        }
    }
    let mut needed = BTreeSet::new();
    let mut open = Vec::new();
    references(document.get("paths").unwrap_or(&Value::Null), &mut open);
    while let Some(name) = open.pop() {
        if needed.insert(name.clone()) {
            let schemas = document.pointer("/components/schemas");
            if let Some(schema) = schemas.and_then(|schemas| schemas.get(&name)) {
                references(schema, &mut open);
            }
        }
    }
    let schemas = document
        .pointer_mut("/components/schemas")
        .and_then(Value::as_object_mut);
    if let Some(schemas) = schemas {
        schemas.retain(|name, _| needed.contains(name));
    }
    document
}

fn references(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            if let Some(reference) = members.get("$ref").and_then(Value::as_str) {
                found.extend(reference.rsplit('/').next().map(str::to_owned));
            }
            members
                .values()
                .for_each(|member| references(member, found));
        }
        Value::Array(items) => items.iter().for_each(|item| references(item, found)),
        _ => {}
    }
}

/// The client's function for an operation, however its name is spelled.
fn function<'a>(tree: &'a syn::File, id: &str) -> Option<&'a ImplItemFn> {
    let is_client = |item: &&syn::ItemImpl| matches!(&*item.self_ty, Type::Path(path) if path.path.is_ident("Client"));
    let blocks = tree.items.iter().filter_map(|item| match item {
        Item::Impl(item) => Some(item),
        _ => None,
    });
    let mut functions = blocks.filter(is_client).flat_map(|block| &block.items);
    functions.find_map(|item| match item {
        ImplItem::Fn(function) if alike(&function.sig.ident.to_string(), id) => Some(function),
        _ => None,
    })
}

/// An entry of the table: each argument of the function is looked up in the given ones by name.
fn call(id: &str, function: &ImplItemFn, operation: &Value) -> Result<TokenStream> {
    let name = &function.sig.ident;
    let mut arguments = Vec::new();
    for input in &function.sig.inputs {
        let FnArg::Typed(input) = input else { continue };
        let Pat::Ident(pattern) = &*input.pat else {
            continue;
        };
        let wire_name = wire_name(operation, &pattern.ident).ok_or_else(|| {
            Error::new(
                format!("stock progenitor's `{name}`"),
                format!("{id} has no argument `{}`", pattern.ident),
                "correct how names are matched in `xtask::measure::stock::oracle`",
            )
        })?;
        arguments.push(argument(&wire_name, &input.ty));
    }
    let given = if arguments.is_empty() {
        quote! { _ }
    } else {
        quote! { given }
    };
    Ok(quote! {
        (#id, |client, #given| Box::pin(async move {
            outcome(client.#name(#(#arguments),*).await)
        }))
    })
}

fn argument(name: &str, ty: &Type) -> TokenStream {
    let inner = option(ty);
    match (inner, inner.unwrap_or(ty)) {
        (None, Type::Reference(reference)) if is_str(&reference.elem) => {
            quote! { given.text(#name) }
        }
        (Some(_), Type::Reference(reference)) if is_str(&reference.elem) => {
            quote! { given.optional_text(#name) }
        }
        (None, Type::Reference(_)) => quote! { &given.value(#name) },
        (Some(_), Type::Reference(_)) => quote! { given.optional(#name).as_ref() },
        (None, _) => quote! { given.value(#name) },
        (Some(_), _) => quote! { given.optional(#name) },
    }
}

fn wire_name(operation: &Value, argument: &Ident) -> Option<String> {
    let argument = argument.to_string();
    let parameters = operation.get("parameters").and_then(Value::as_array);
    let names = parameters.into_iter().flatten();
    let mut names = names.filter_map(|parameter| parameter.get("name")?.as_str());
    match names.find(|name| alike(name, &argument)) {
        Some(name) => Some(name.to_owned()),
        None => (argument == "body").then_some(argument),
    }
}

/// Whether two spellings are the same name: `apiKeyID` and `api_key_id`, `type` and `type_`.
fn alike(left: &str, right: &str) -> bool {
    let letters = |text: &str| -> String {
        let letters = text.chars().filter(char::is_ascii_alphanumeric);
        letters.map(|letter| letter.to_ascii_lowercase()).collect()
    };
    letters(left) == letters(right)
}

fn option(ty: &Type) -> Option<&Type> {
    let Type::Path(path) = ty else { return None };
    let last = path
        .path
        .segments
        .last()
        .filter(|last| last.ident == "Option")?;
    let PathArguments::AngleBracketed(arguments) = &last.arguments else {
        return None;
    };
    match arguments.args.first() {
        Some(GenericArgument::Type(inner)) => Some(inner),
        _ => None,
    }
}

fn is_str(ty: &Type) -> bool {
    matches!(ty, Type::Path(path) if path.path.is_ident("str"))
}
