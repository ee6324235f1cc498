//! Converts the structs of the intermediate representation to the document that progenitor receives.
//!
//! Progenitor only generates structs. What it generates poorly (closed enums, untagged unions, nullable elements)
//! or does not support (timestamps, secrets, null as a value to send) is replaced by `x-rust-type`, which names a
//! type of `clerk-api`. Texts and deprecations are left out: [`super::passes`] add them.

use serde_json::{Map, Value, json};

use crate::emit::types::is_loose_object;
use crate::input::vocabulary::plain::Plain;
use crate::ir::{Api, Definition, Field, Kind, Presence, Type};
use crate::support::error::{Error, Result};
use crate::support::pointer;

/// The crate of the replacement types.
pub const CRATE: &str = "clerk-api";
/// The crate of `Option`.
pub const STD: &str = "std";

const REFERENCE: &str = "#/components/schemas/";

/// A document without paths whose schemas are the API's structs.
pub fn lower(api: &Api) -> Result<Value> {
    let mut lowered = Map::new();
    for (name, definition) in &api.types {
        if matches!(definition.kind, Kind::Struct { .. }) {
            lowered.insert(name.clone(), structure(api, definition)?);
        }
    }
    Ok(json!({
        "openapi": "3.0.3",
        "info": { "title": "", "version": api.version },
        "paths": {},
        "components": { "schemas": lowered },
    }))
}

fn structure(api: &Api, definition: &Definition) -> Result<Value> {
    let mut properties = Map::new();
    let mut required = Vec::new();
    for field in definition.fields() {
        let inner = value(api, definition, field)?;
        let presence = Presence::of(definition, field);
        if matches!(presence, Presence::Always | Presence::ValueOrNull) {
            required.push(&field.wire_name);
        }
        let property = match presence {
            Presence::Always => inner,
            Presence::ValueOrNull | Presence::OptionalValueOrNull => {
                rust_type(CRATE, "clerk_api::types::Nullable", &[inner])
            }
            Presence::Nullable | Presence::Optional => optional(inner),
        };
        properties.insert(field.wire_name.clone(), property);
    }
    // Without this keyword, a struct without fields would become a map; `false` makes it a struct that
    // denies unknown fields, which the attributes pass removes.
    let others = if definition.is_open() {
        json!({})
    } else {
        json!(false)
    };
    Ok(json!({
        "type": "object",
        "properties": properties,
        "required": required,
        "additionalProperties": others,
    }))
}

/// The value of a field, regardless of whether it can be null.
fn value(api: &Api, definition: &Definition, field: &Field) -> Result<Value> {
    if is_loose_object(definition, field) {
        return Ok(rust_type(CRATE, "clerk_api::types::Object", &[]));
    }
    schema(api, &field.ty).map_err(|error| {
        let properties = format!("{REFERENCE}{}/properties", definition.name);
        error.within(pointer::child(&properties, &field.wire_name))
    })
}

fn schema(api: &Api, ty: &Type) -> Result<Value> {
    Ok(match ty {
        Type::Plain(plain) => plain_schema(plain),
        Type::Named(name) => match api.types.get(name).map(|definition| &definition.kind) {
            Some(Kind::Struct { .. }) => json!({ "$ref": format!("{REFERENCE}{name}") }),
            Some(Kind::Enum { .. } | Kind::Union { .. }) => {
                rust_type(CRATE, &format!("clerk_api::models::{name}"), &[])
            }
            None => {
                return Err(Error::new(
                    "",
                    format!("the type `{name}` is not defined"),
                    "define it under `components.schemas`",
                ));
            }
        },
        Type::List(item) => json!({ "type": "array", "items": schema(api, item)? }),
        Type::Map(value) => {
            json!({ "type": "object", "additionalProperties": schema(api, value)? })
        }
        Type::Nullable(inner) => rust_type(STD, "std::option::Option", &[schema(api, inner)?]),
    })
}

fn plain_schema(plain: &Plain) -> Value {
    match (plain.rust.strip_prefix("crate"), plain.json, plain.format) {
        (Some(path), ..) => rust_type(CRATE, &format!("clerk_api{path}"), &[]),
        (None, "", _) => json!({}),
        (None, "object", _) => json!({ "type": "object", "additionalProperties": true }),
        (None, json, Some(format)) => json!({ "type": json, "format": format }),
        (None, json, None) => json!({ "type": json }),
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

fn rust_type(of: &str, path: &str, parameters: &[Value]) -> Value {
    json!({
        "x-rust-type": { "crate": of, "version": "*", "path": path, "parameters": parameters }
    })
}
