//! The only module that uses progenitor: takes a document with nothing but schemas, and returns the
//! items of its `types` module.
//!
//! Progenitor's operations are not used, so the cheaper of its two styles is requested.
//! [`super::passes`] finish its output.

use std::collections::BTreeSet;

use openapiv3::OpenAPI;
use proc_macro2::{Delimiter, TokenStream, TokenTree};
use progenitor_impl::{CrateVers, GenerationSettings, Generator};
use serde::Deserialize;
use serde_json::Value;
use syn::Item;

use super::lower::{CRATE, STD};
use crate::support::error::{Error, Result};
use crate::support::panics;

/// Keys are sorted, so that the output does not depend on a hasher.
const MAP_TYPE: &str = "::std::collections::BTreeMap";

/// The items for all schemas of a lowered document.
pub fn types(document: &Value) -> Result<Vec<Item>> {
    generate(document).map_err(|cause| blame(document, &cause))
}

fn generate(document: &Value) -> Result<Vec<Item>, String> {
    // The path of a fault is only tracked where there is one.
    let document = OpenAPI::deserialize(document)
        .or_else(|_| serde_path_to_error::deserialize(document))
        .map_err(|fault| format!("this is not an OpenAPI 3.0 document: {fault}"))?;
    let tokens = panics::catch(|| Generator::new(&settings()).generate_tokens(&document))
        .map_err(|panic| format!("progenitor panicked: {panic}"))?
        .map_err(|error| format!("progenitor rejected it: {error}"))?;
    let types = types_module(tokens)
        .ok_or_else(|| "the generated code has no module `types`".to_owned())?;
    definitions(types).map_err(|error| format!("the generated code does not parse: {error}"))
}

fn settings() -> GenerationSettings {
    let mut settings = GenerationSettings::new();
    settings
        .with_crate(CRATE, CrateVers::Any, None)
        .with_crate(STD, CrateVers::Any, None)
        .with_map_type(MAP_TYPE);
    settings
}

/// The content of `mod types { .. }`.
fn types_module(tokens: TokenStream) -> Option<TokenStream> {
    let mut tokens = tokens
        .into_iter()
        .skip_while(|token| !is_word(token, "types"));
    match tokens.nth(1)? {
        TokenTree::Group(content) => Some(content.stream()),
        _ => None,
    }
}

/// The structs and enums of a module. The rest, most of the code, is not even parsed.
fn definitions(module: TokenStream) -> syn::Result<Vec<Item>> {
    let mut definitions = Vec::new();
    let mut item = Vec::new();
    for token in module {
        let is_end = match &token {
            TokenTree::Group(group) => group.delimiter() == Delimiter::Brace,
            TokenTree::Punct(punct) => punct.as_char() == ';',
            _ => false,
        };
        item.push(token);
        if is_end {
            let item = std::mem::take(&mut item);
            let defines = |token| is_word(token, "struct") || is_word(token, "enum");
            if item.iter().any(defines) {
                definitions.push(syn::parse2(item.into_iter().collect())?);
            }
        }
    }
    Ok(definitions)
}

fn is_word(token: &TokenTree, word: &str) -> bool {
    matches!(token, TokenTree::Ident(ident) if ident == word)
}

/// Tries each schema with only its dependencies, smallest first, to find the one at fault.
fn blame(document: &Value, cause: &str) -> Error {
    let help =
        "correct the schema in an overlay, or make xtask/src/emit/models/lower.rs replace it";
    let mut alone: Vec<(usize, &String, Value)> = schemas(document)
        .map(|(name, _)| {
            let needed = closure(document, name);
            (needed.len(), name, only(document, &needed))
        })
        .collect();
    alone.sort_by_key(|(needed, ..)| *needed);
    for (_, name, document) in alone {
        if let Err(cause) = generate(&document) {
            return Error::defect(format!("#/components/schemas/{name}"), cause, help);
        }
    }
    Error::defect("#/components/schemas", cause, help)
}

fn schemas(document: &Value) -> impl Iterator<Item = (&String, &Value)> {
    document
        .pointer("/components/schemas")
        .and_then(Value::as_object)
        .into_iter()
        .flatten()
}

/// The schema and everything that it refers to.
fn closure(document: &Value, name: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut open = vec![name.to_owned()];
    while let Some(name) = open.pop() {
        if let Some((_, schema)) = schemas(document).find(|(other, _)| **other == name)
            && found.insert(name)
        {
            references(schema, &mut open);
        }
    }
    found
}

fn references(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::Object(object) => {
            if let Some(Value::String(reference)) = object.get("$ref") {
                found.extend(reference.rsplit('/').next().map(str::to_owned));
            }
            object.values().for_each(|value| references(value, found));
        }
        Value::Array(items) => items.iter().for_each(|value| references(value, found)),
        _ => {}
    }
}

fn only(document: &Value, names: &BTreeSet<String>) -> Value {
    let mut document = document.clone();
    if let Some(Value::Object(schemas)) = document.pointer_mut("/components/schemas") {
        schemas.retain(|name, _| names.contains(name));
    }
    document
}
