//! Stock progenitor on the normalised document: what one would use without our emitters. It is the
//! reference for every ratio of [`crate::measure`], and the second opinion of the oracle in
//! `tests/oracle` on what is sent.
//!
//! Only this module and [`crate::emit::models`] use progenitor. Nothing of our emitters is used here.

pub mod command;
pub mod oracle;

use openapiv3::OpenAPI;
use progenitor_impl::{GenerationSettings, Generator, InterfaceStyle};
use serde_json::Value;

use crate::support::panics;

/// Formats that typify supports; others are an error, or become a type of a crate that is not
/// wanted here.
const KNOWN_FORMATS: [&str; 2] = ["double", "int64"];

/// The style of the generated client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// A builder for each operation.
    Builder,
    /// An async function for each operation; cheaper to compile.
    Positional,
}

/// Stock progenitor's client for the part of a normalised document that it supports.
pub fn client(mut document: Value, style: Style) -> Result<syn::File, String> {
    drop_multipart(&mut document);
    simplify(&mut document);
    panics::catch(|| generate(&document, style))
        .unwrap_or_else(|panic| Err(format!("progenitor panicked: {panic}")))
}

fn generate(document: &Value, style: Style) -> Result<syn::File, String> {
    let document: OpenAPI = serde_path_to_error::deserialize(document)
        .map_err(|fault| format!("this is not an OpenAPI 3.0 document: {fault}"))?;
    let mut settings = GenerationSettings::new();
    settings.with_interface(match style {
        Style::Builder => InterfaceStyle::Builder,
        Style::Positional => InterfaceStyle::Positional,
    });
    let tokens = Generator::new(&settings)
        .generate_tokens(&document)
        .map_err(|fault| format!("progenitor rejected it: {fault}"))?;
    syn::parse2(tokens).map_err(|fault| format!("the generated code does not parse: {fault}"))
}

/// A single operation with a multipart body makes it fail.
fn drop_multipart(document: &mut Value) {
    let paths = document.get_mut("paths").and_then(Value::as_object_mut);
    for item in paths.into_iter().flat_map(|paths| paths.values_mut()) {
        if let Some(operations) = item.as_object_mut() {
            operations.retain(|_, operation| !is_multipart(operation));
        }
    }
}

fn is_multipart(operation: &Value) -> bool {
    let body = operation.pointer("/requestBody/content/multipart~1form-data");
    body.is_some()
}

fn simplify(value: &mut Value) {
    match value {
        Value::Object(members) => {
            members.remove("x-rust-type");
            let unknown = members
                .get("format")
                .and_then(Value::as_str)
                .is_some_and(|format| !KNOWN_FORMATS.contains(&format));
            if unknown {
                members.remove("format");
            }
            members.values_mut().for_each(simplify);
        }
        Value::Array(items) => items.iter_mut().for_each(simplify),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn multipart_operations_and_unknown_formats_are_dropped() {
        let mut document = json!({
            "paths": { "/a": {
                "get": { "operationId": "keep" },
                "put": { "requestBody": { "content": { "multipart/form-data": {} } } },
            } },
            "components": { "schemas": { "A": { "properties": {
                "format": { "type": "string", "format": "password" },
                "at": { "type": "integer", "format": "unix-milliseconds", "x-rust-type": {} },
                "n": { "type": "integer", "format": "int64" },
            } } } },
        });
        drop_multipart(&mut document);
        simplify(&mut document);
        assert_eq!(
            document,
            json!({
                "paths": { "/a": { "get": { "operationId": "keep" } } },
                "components": { "schemas": { "A": { "properties": {
                    "format": { "type": "string" },
                    "at": { "type": "integer" },
                    "n": { "type": "integer", "format": "int64" },
                } } } },
            })
        );
    }

    #[test]
    fn a_small_document_becomes_a_client_of_either_style() {
        let document = json!({
            "openapi": "3.0.3",
            "info": { "title": "Library", "version": "1" },
            "paths": { "/books": { "get": {
                "operationId": "listBooks",
                "responses": { "200": { "description": "Books." } },
            } } },
        });
        let text = |style| prettyplease::unparse(&client(document.clone(), style).unwrap());
        assert!(text(Style::Builder).contains("pub fn list_books"));
        assert!(text(Style::Positional).contains("pub async fn list_books"));
    }

    #[test]
    fn an_invalid_document_is_reported() {
        let fault = client(json!({ "paths": 1 }), Style::Builder).unwrap_err();
        assert!(
            fault.starts_with("this is not an OpenAPI 3.0 document"),
            "{fault}"
        );
    }
}
