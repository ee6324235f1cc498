//! The example in each operation's documentation: a call with what is required, written as a user
//! of the crate would write it.
//!
//! Documentation tests compile all of them, so none shows what the crate does not offer.

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};
use serde_json::Value;

use super::{Ready, with_members};
use crate::error::Result;
use crate::ir::{Api, Operation, Resource, Response, Type};
use crate::naming::snake_case;
use crate::operations::naming;
use crate::operations::resource::identifiers;
use crate::print;
use crate::samples::{self, Extent, OperationSamples};

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
    let samples = samples::operation(corrected, &operation.path, &method, extent)?;
    let place = naming::place(resource, operation);
    let module = naming::identifier(&resource.module, &place)?;
    let call = with_members(
        api,
        resource,
        operation,
        &Ready {
            samples: &plain(samples),
            extent,
            file: quote! { Upload::file("image.png").await? },
        },
    )?;
    let call = quote! { clerk.#module()#call };
    let statements = match (&operation.pagination, &operation.response) {
        (Some(pagination), _) => {
            let item = variable(&pagination.item, "item");
            quote! {
                let mut items = #call.stream();
                while let Some(#item) = items.try_next().await? {
                    println!("{:?}", #item);
                }
            }
        }
        (None, Response::Empty) => quote! { #call.send().await?; },
        (None, Response::Json { ty }) => {
            let answer = variable(ty, "answer");
            quote! { let #answer = #call.send().await?; }
        }
    };
    let mut used = BTreeSet::new();
    identifiers(&statements, &mut used);
    let import = |name: &str, path: TokenStream| used.contains(name).then(|| quote! { use #path; });
    let models = import("models", quote! { clerk_api::models });
    let upload = import("Upload", quote! { clerk_api::Upload });
    let json = import("json", quote! { serde_json::json });
    let function = quote! { fn example() { #models #upload #json #statements } };
    Ok(body(&print::tokens("", function)?))
}

/// Sample names without the suffix that marks them in tests.
fn plain(samples: OperationSamples) -> OperationSamples {
    OperationSamples {
        parameters: samples
            .parameters
            .into_iter()
            .map(|(key, value)| (key, without_mark(value)))
            .collect(),
        body: samples.body.map(without_mark),
        left_out: samples.left_out,
    }
}

fn without_mark(value: Value) -> Value {
    match value {
        Value::String(text) => Value::String(text.replace(samples::MARK, "")),
        Value::Array(items) => items.into_iter().map(without_mark).collect(),
        Value::Object(members) => members
            .into_iter()
            .map(|(name, value)| (name, without_mark(value)))
            .collect(),
        other => other,
    }
}

/// The name of the variable that holds a value of the type.
fn variable(ty: &Type, otherwise: &str) -> Ident {
    let name = match ty {
        Type::Named(name) => snake_case(name),
        _ => otherwise.to_owned(),
    };
    syn::parse_str(&name).unwrap_or_else(|_| format_ident!("{otherwise}"))
}

/// The lines between the braces of the file's only function, dedented.
fn body(file: &str) -> String {
    let lines: Vec<&str> = file.trim().lines().collect();
    let inner = lines.get(1..lines.len().saturating_sub(1));
    let inner: Vec<&str> = inner
        .unwrap_or_default()
        .iter()
        .map(|line| line.strip_prefix("    ").unwrap_or(line))
        .collect();
    inner.join("\n")
}
