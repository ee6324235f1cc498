//! The example in each operation's documentation: a call with what is required and what makes it
//! useful, written as a user of the crate would write it.
//!
//! Documentation tests compile all of them, so none shows what the crate does not offer.

use std::collections::BTreeMap;

use proc_macro2::Ident;
use quote::{format_ident, quote};
use serde_json::Value;
use syn::File;

use super::{Ready, with_members};
use crate::emit::operations::naming;
use crate::emit::samples::{self, Extent};
use crate::emit::{imports, parsed, print};
use crate::ir::{Api, Operation, Resource, Response, Type};
use crate::support::error::Result;
use crate::support::naming::snake_case;

/// Rust by resource and operation; empty if the description is not available.
#[derive(Clone, Debug, Default)]
pub struct Examples(BTreeMap<(String, String), String>);

impl Examples {
    /// The examples of all operations.
    pub fn of(api: &Api, corrected: &Value) -> Result<Self> {
        let mut examples = BTreeMap::new();
        for resource in api.resources.values() {
            for operation in &resource.operations {
                let key = (resource.module.clone(), operation.name.clone());
                examples.insert(key, example(api, resource, operation, corrected)?);
            }
        }
        Ok(Self(examples))
    }

    pub(crate) fn get(&self, resource: &Resource, operation: &Operation) -> Option<&str> {
        let key = (resource.module.clone(), operation.name.clone());
        self.0.get(&key).map(String::as_str)
    }
}

fn example(
    api: &Api,
    resource: &Resource,
    operation: &Operation,
    corrected: &Value,
) -> Result<String> {
    let method = operation.method.to_lowercase();
    let extent = Extent::Required;
    let samples = samples::example(corrected, &operation.path, &method)?;
    let location = naming::location(resource, operation);
    let module = naming::identifier(&resource.module, &location)?;
    let call = with_members(
        api,
        resource,
        operation,
        &Ready {
            samples: &samples,
            extent,
            file: quote! { Upload::file("image.png").await? },
        },
    )?;
    let call = quote! { clerk.#module()#call };
    let statements = match (&operation.pagination, &operation.response) {
        (Some(pagination), _) => {
            let item = variable(&pagination.item, "item");
            let format = format!("{{{item}:?}}");
            quote! {
                let mut items = #call.stream();
                while let Some(#item) = items.try_next().await? {
                    println!(#format);
                }
            }
        }
        (None, Response::Empty) => quote! { #call.send().await?; },
        (None, Response::Json { ty }) => {
            let response = variable(ty, "response");
            quote! { let #response = #call.send().await?; }
        }
    };
    let function: File = parsed(&location, quote! { fn example() { #statements } })?;
    let declarations = [
        ("models", "use clerk_api::models;\n"),
        ("Upload", "use clerk_api::Upload;\n"),
        ("json", "use serde_json::json;\n"),
    ];
    let used = imports::used(&function.items, &declarations.map(|(name, _)| name));
    let declarations = declarations.iter().filter(|(name, _)| used.contains(name));
    let declarations: String = declarations.map(|(_, declaration)| *declaration).collect();
    Ok(declarations + &body(&print::source("", function)?))
}

/// The name of the variable that holds a value of the type: `user`, and `credit_ledger` for a `CommerceCreditLedger`.
fn variable(ty: &Type, otherwise: &str) -> Ident {
    let name = match ty {
        Type::Named(name) if name.contains("Deleted") => "deleted".to_owned(),
        Type::Named(name) => {
            let name = snake_case(name.split("With").next().unwrap_or(name));
            let words: Vec<&str> = name.split('_').filter(|word| *word != "commerce").collect();
            let kept = if words.len() > 3 { 2 } else { words.len() };
            words
                .iter()
                .rev()
                .take(kept)
                .rev()
                .copied()
                .collect::<Vec<_>>()
                .join("_")
        }
        Type::List(item) => match &**item {
            Type::Named(_) => plural(&variable(item, otherwise).to_string()),
            _ => otherwise.to_owned(),
        },
        _ => otherwise.to_owned(),
    };
    syn::parse_str(&name).unwrap_or_else(|_| format_ident!("{otherwise}"))
}

fn plural(name: &str) -> String {
    match name.strip_suffix('y') {
        Some(stem) => format!("{stem}ies"),
        None => format!("{name}s"),
    }
}

/// The lines between the braces of the file's only function, dedented.
fn body(file: &str) -> String {
    let lines: Vec<&str> = file.trim().lines().collect();
    let inner = lines.get(1..lines.len().saturating_sub(1));
    let inner: Vec<String> = inner
        .unwrap_or_default()
        .iter()
        .map(|line| line.strip_prefix("    ").unwrap_or(line))
        // The printer separates the tokens of a macro with spaces.
        .map(|line| line.replace("\" : ", "\": "))
        .collect();
    inner.join("\n")
}
