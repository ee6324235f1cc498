//! Stock progenitor on the normalised document: what others would use instead of our emitters. It
//! is the other side of every ratio that [`crate::measure`] takes, and the second opinion of the
//! oracle in `tests/oracle` on what goes over the wire.
//!
//! Only here and in [`crate::models`] is progenitor named. Nothing of our emitters is used.

pub mod oracle;

use openapiv3::OpenAPI;
use progenitor_impl::{GenerationSettings, Generator, InterfaceStyle};
use serde_json::Value;

use crate::panics;

/// Formats that typify gives a meaning; it takes others for an error or for a type of a crate that
/// is not wanted here.
const KNOWN_FORMATS: [&str; 2] = ["double", "int64"];

/// How the generated client is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// A builder for each operation.
    Builder,
    /// An async function for each operation; cheaper to compile.
    Positional,
}

/// Stock progenitor's client for what it can express of a normalised document.
pub fn client(mut document: Value, style: Style) -> Result<syn::File, String> {
    drop_multipart(&mut document);
    simplify(&mut document);
    panics::catch(|| generate(&document, style))
        .unwrap_or_else(|panic| Err(format!("progenitor panics: {panic}")))
}

fn generate(document: &Value, style: Style) -> Result<syn::File, String> {
    let document: OpenAPI = serde_path_to_error::deserialize(document)
        .map_err(|fault| format!("it is no OpenAPI 3.0 document: {fault}"))?;
    let mut settings = GenerationSettings::new();
    settings.with_interface(match style {
        Style::Builder => InterfaceStyle::Builder,
        Style::Positional => InterfaceStyle::Positional,
    });
    let tokens = Generator::new(&settings)
        .generate_tokens(&document)
        .map_err(|fault| format!("progenitor refuses it: {fault}"))?;
    syn::parse2(tokens).map_err(|fault| format!("its code does not parse: {fault}"))
}

/// One operation with a multipart body fails its whole run.
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
    fn a_document_that_is_none_is_told() {
        let fault = client(json!({ "paths": 1 }), Style::Builder).unwrap_err();
        assert!(
            fault.starts_with("it is no OpenAPI 3.0 document"),
            "{fault}"
        );
    }
}
