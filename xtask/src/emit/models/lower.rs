//! Converts the normalised document to the one that progenitor receives.
//!
//! Progenitor only generates structs. What it generates poorly (closed enums, untagged unions) or
//! does not support (timestamps, secrets, null as a value to send) is replaced by `x-rust-type`,
//! which names a type of `clerk-api`. Texts and deprecations are left out: [`super::passes`] add
//! them from the intermediate representation.

use serde_json::{Map, Value, json};

use super::presence::{Presence, is_only_sent};
use crate::ir::{Api, Definition, Kind};
use crate::support::error::{Error, Result};
use crate::support::pointer;

/// The crate of the replacement types.
pub const CRATE: &str = "clerk-api";

const REFERENCE: &str = "#/components/schemas/";

/// A document without paths whose schemas are the API's structs.
pub fn lower(document: &Value, api: &Api) -> Result<Value> {
    let schemas = document
        .pointer("/components/schemas")
        .and_then(Value::as_object)
        .ok_or_else(|| {
            Error::new(
                "#/components/schemas",
                "the normalised document has no schemas",
                "give it the schemas that the intermediate representation names",
            )
        })?;
    let mut lowered = Map::new();
    for (name, schema) in schemas {
        // The representation contains what operations reach; a schema that none reaches is not
        // emitted.
        let Some(definition) = api.types.get(name) else {
            continue;
        };
        let location = format!("{REFERENCE}{name}");
        if let Kind::Struct { open, .. } = definition.kind {
            let lowerer = Lowerer { api, definition };
            lowered.insert(name.clone(), lowerer.structure(&location, schema, open)?);
        }
    }
    Ok(json!({
        "openapi": "3.0.3",
        "info": { "title": "", "version": api.version },
        "paths": {},
        "components": { "schemas": lowered },
    }))
}

struct Lowerer<'a> {
    api: &'a Api,
    definition: &'a Definition,
}

impl Lowerer<'_> {
    fn structure(&self, location: &str, schema: &Value, open: bool) -> Result<Value> {
        let nothing = Map::new();
        let properties = match schema.get("properties") {
            Some(Value::Object(properties)) => properties,
            None => &nothing,
            Some(_) => return Err(unknown(location, "`properties` is not an object")),
        };
        let required: Vec<&str> = schema
            .get("required")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .collect();

        let mut lowered = Map::new();
        let mut always = Vec::new();
        for (name, property) in properties {
            let location = pointer::child(&format!("{location}/properties"), name);
            let presence = Presence::new(
                is_only_sent(self.definition),
                required.contains(&name.as_str()),
                is_nullable(property),
            );
            let inner = match self.inner(&location, property)? {
                inner if self.is_loose_object(&inner, presence) => rust_type("types::Object", &[]),
                inner => inner,
            };
            let (property, is_always) = match presence {
                Presence::Always => (inner, true),
                Presence::ValueOrNull => (rust_type("types::Nullable", &[inner]), true),
                Presence::OptionalValueOrNull => (rust_type("types::Nullable", &[inner]), false),
                Presence::Nullable | Presence::Optional => (optional(inner), false),
            };
            if is_always {
                always.push(name);
            }
            lowered.insert(name.clone(), property);
        }
        // Without this keyword, a struct without fields would become a map; `false` makes it a
        // struct that denies unknown fields, which the attributes pass removes.
        let others = if open { json!({}) } else { json!(false) };
        Ok(json!({
            "type": "object",
            "properties": lowered,
            "required": always,
            "additionalProperties": others,
        }))
    }

    /// See [`super::types::is_loose_object`].
    fn is_loose_object(&self, inner: &Value, presence: Presence) -> bool {
        is_only_sent(self.definition)
            && matches!(presence, Presence::Always | Presence::Optional)
            && inner.get("additionalProperties") == Some(&Value::Bool(true))
    }

    /// The type itself, regardless of whether it can be null.
    fn inner(&self, location: &str, schema: &Value) -> Result<Value> {
        let Some(schema) = schema.as_object() else {
            return Err(unknown(location, "it is not an object"));
        };
        if let Some(Value::String(reference)) = schema.get("$ref") {
            return self.reference(location, reference);
        }
        if let Some(all) = schema.get("allOf") {
            return match all.as_array().map(Vec::as_slice) {
                Some([only]) => self.inner(location, only),
                _ => Err(unknown(
                    location,
                    "`allOf` has more than one reference, or something else",
                )),
            };
        }
        let format = schema.get("format").and_then(Value::as_str);
        match (schema.get("type").and_then(Value::as_str), format) {
            (None, None) if is_any(schema) => Ok(json!({})),
            (Some("string"), None) => Ok(json!({ "type": "string" })),
            (Some("string"), Some("password")) => Ok(rust_type("types::Secret", &[])),
            (Some("boolean"), None) => Ok(json!({ "type": "boolean" })),
            (Some("integer"), Some("int64")) => Ok(json!({ "type": "integer", "format": "int64" })),
            (Some("integer"), Some("unix-milliseconds")) => Ok(rust_type("types::Timestamp", &[])),
            (Some("number"), Some("double")) => Ok(json!({ "type": "number", "format": "double" })),
            (Some("array"), None) => {
                let items = self.element(&format!("{location}/items"), schema.get("items"))?;
                Ok(json!({ "type": "array", "items": items }))
            }
            (Some("object"), Some("password")) => Ok(rust_type("types::SecretObject", &[])),
            (Some("object"), None) if !schema.contains_key("properties") => {
                let values = match schema.get("additionalProperties") {
                    Some(Value::Bool(true)) => json!(true),
                    values => self.element(&format!("{location}/additionalProperties"), values)?,
                };
                Ok(json!({ "type": "object", "additionalProperties": values }))
            }
            _ => Err(unknown(location, "its type and format are not supported")),
        }
    }

    /// The element type of a list or a map.
    fn element(&self, location: &str, schema: Option<&Value>) -> Result<Value> {
        let schema = schema.ok_or_else(|| unknown(location, "it is missing"))?;
        if is_nullable(schema) {
            return Err(unknown(location, "an element is nullable"));
        }
        self.inner(location, schema)
    }

    fn reference(&self, location: &str, reference: &str) -> Result<Value> {
        let name = reference.strip_prefix(REFERENCE).unwrap_or(reference);
        match self.api.types.get(name).map(|definition| &definition.kind) {
            Some(Kind::Struct { .. }) => Ok(json!({ "$ref": format!("{REFERENCE}{name}") })),
            Some(Kind::Enum { .. } | Kind::Union { .. }) => {
                Ok(rust_type(&format!("models::{name}"), &[]))
            }
            None => Err(Error::new(
                location,
                format!("`{reference}` does not resolve"),
                "build the document and the representation from the same schemas",
            )),
        }
    }
}

/// A property that typify turns into an `Option` if it is not required. For lists and maps it would
/// use a default instead, which makes absent and empty the same.
fn optional(mut schema: Value) -> Value {
    let is_list_or_map = matches!(
        schema.get("type").and_then(Value::as_str),
        Some("array" | "object")
    );
    if is_list_or_map && let Some(schema) = schema.as_object_mut() {
        schema.insert("nullable".to_owned(), Value::Bool(true));
    }
    schema
}

fn rust_type(path: &str, parameters: &[Value]) -> Value {
    let path = format!("{}::{path}", CRATE.replace('-', "_"));
    json!({
        "x-rust-type": { "crate": CRATE, "version": "*", "path": path, "parameters": parameters }
    })
}

fn is_nullable(schema: &Value) -> bool {
    schema.get("nullable") == Some(&Value::Bool(true))
}

fn is_any(schema: &Map<String, Value>) -> bool {
    schema
        .keys()
        .all(|key| key == "nullable" || key == "deprecated")
}

fn unknown(location: &str, fault: &str) -> Error {
    Error::new(
        location,
        format!("the schema is not in normal form: {fault}"),
        "normalise it to one of the forms that xtask/src/normalise guarantees",
    )
}
