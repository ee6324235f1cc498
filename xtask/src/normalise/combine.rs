//! Merges an `allOf` with several members into one object schema.
//!
//! progenitor could merge them too, but the tables for repairing responses and the intermediate
//! representation need the merged fields, so they are merged once, here.

use serde_json::{Map, Value, json};

use super::dereference;
use crate::support::error::{Error, Result};

/// Merges the members of an `allOf` and the schema that contains it into one object schema. A later
/// member's property replaces an earlier one's of the same name.
pub(super) fn all_of(
    source: &Value,
    schema: &Value,
    members: &[Value],
    location: &str,
) -> Result<Value> {
    let mut properties = Map::new();
    let mut required = Vec::new();
    let mut open = false;
    for member in members.iter().chain([schema]) {
        let (member, _) = dereference(source, member)?;
        if let Some(nested) = member.get("allOf").and_then(Value::as_array)
            && !std::ptr::eq(member, schema)
        {
            let merged = all_of(source, member, nested, location)?;
            take(&merged, &mut properties, &mut required, &mut open);
            continue;
        }
        if member.get("oneOf").is_some() || member.get("anyOf").is_some() {
            return Err(Error::new(
                location,
                "an `allOf` has a union among its members",
                "write the schema as one object or one union in an overlay",
            ));
        }
        take(member, &mut properties, &mut required, &mut open);
    }
    let mut merged = json!({ "type": "object", "properties": properties, "required": required });
    for keyword in ["nullable", "deprecated"] {
        if let (Some(value), Some(merged)) = (schema.get(keyword), merged.as_object_mut()) {
            merged.insert(keyword.into(), value.clone());
        }
    }
    if let (true, Some(merged)) = (open, merged.as_object_mut()) {
        merged.insert("additionalProperties".into(), json!(true));
    }
    Ok(merged)
}

fn take(
    member: &Value,
    properties: &mut Map<String, Value>,
    required: &mut Vec<Value>,
    open: &mut bool,
) {
    for (name, property) in member
        .get("properties")
        .and_then(Value::as_object)
        .into_iter()
        .flatten()
    {
        properties.insert(name.clone(), property.clone());
    }
    for name in member
        .get("required")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
    {
        if !required.contains(name) {
            required.push(name.clone());
        }
    }
    *open |= member.get("additionalProperties") == Some(&Value::Bool(true));
}
