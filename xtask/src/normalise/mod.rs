//! Converts the corrected description to the normal form that the emitters read.
//!
//! The normal form is an OpenAPI document in which every object, enum and union has a name of its
//! own under `components.schemas` (the Rust name), every property is a plain type or a reference,
//! and every operation has one success type and one error type. It contains nothing that progenitor
//! lowers poorly: patterns and bounds that create newtypes, `additionalProperties: false`, `allOf`,
//! enums with one value, shared parameters and responses. Mistakes in the description are not
//! corrected here but in `spec/overlays`.

mod combine;
mod location;
mod operations;
mod schemas;

use serde_json::{Map, Value, json};

use crate::input::names::Names;
use crate::support::error::{Error, Findings, Result};

/// The normal form of a description to which the overlays have been applied, without the operations
/// that have a fault. A schema with a fault becomes one for any value.
///
/// What was found before is not reported again: where the lint has found something, a fault at the
/// same location is taken for its consequence.
pub fn document(source: &Value, names: &Names, findings: &mut Findings) -> Value {
    let source = &combine::document(source, findings);
    let mut schemas = schemas::Schemas::new(source, names, findings);
    let paths = operations::paths(source, &mut schemas);
    let definitions = schemas.into_definitions();
    let mut text = |pointer| findings.keep(text(source, pointer)).unwrap_or_default();
    let mut document = Map::new();
    document.insert("openapi".into(), json!("3.0.3"));
    document.insert(
        "info".into(),
        json!({ "title": text("/info/title"), "version": text("/info/version") }),
    );
    document.insert("servers".into(), json!([{ "url": text("/servers/0/url") }]));
    document.insert("paths".into(), Value::Object(paths));
    document.insert(
        "components".into(),
        json!({
            "securitySchemes": source.pointer("/components/securitySchemes").cloned().unwrap_or(json!({})),
            "schemas": definitions,
        }),
    );
    Value::Object(document)
}

fn text(source: &Value, pointer: &str) -> Result<String> {
    source
        .pointer(pointer)
        .and_then(Value::as_str)
        .map(str::to_owned)
        .ok_or_else(|| {
            Error::new(
                format!("#{pointer}"),
                "expected a string",
                "add it to the description or an overlay",
            )
        })
}

/// The target of a `$ref`.
fn resolve<'a>(source: &'a Value, reference: &str) -> Result<&'a Value> {
    reference
        .strip_prefix('#')
        .and_then(|pointer| source.pointer(pointer))
        .ok_or_else(|| {
            Error::new(
                reference,
                "the reference does not resolve",
                "define the component or correct the reference in an overlay",
            )
        })
}

/// The target of a reference, which may be marked: beside `$ref`, other keywords would be ignored.
fn referenced(schema: &Value) -> Option<&str> {
    let reference = schema
        .get("$ref")
        .or_else(|| schema.pointer("/allOf/0/$ref"));
    reference?.as_str()
}

/// The schema behind references, with the name of the last component on the way.
fn dereference<'a>(
    source: &'a Value,
    mut schema: &'a Value,
) -> Result<(&'a Value, Option<&'a str>)> {
    let mut component = None;
    while let Some(reference) = referenced(schema) {
        component = reference.rsplit('/').next();
        schema = resolve(source, reference)?;
    }
    Ok((schema, component))
}
