//! The parts of requests in the examples of rules.

use serde_json::{Map, Value};

/// Applies a fragment to a request: members replace those of the same name, null removes one, and a list
/// replaces the whole body.
pub(super) fn apply(
    fragment: &Value,
    parameter: &str,
    query: &mut Map<String, Value>,
    body: &mut Value,
) {
    let merge = |target: &mut Map<String, Value>, fragment: &Map<String, Value>| {
        for (name, value) in fragment {
            let name = if name == "$" { parameter } else { name };
            if value.is_null() {
                target.remove(name);
            } else {
                target.insert(name.to_owned(), expanded(value));
            }
        }
    };
    if let Some(fragment) = fragment["query"].as_object() {
        merge(query, fragment);
    }
    match (expanded(&fragment["body"]), body) {
        (Value::Null, _) => {}
        (Value::Object(fragment), Value::Object(body)) => merge(body, &fragment),
        (Value::Object(fragment), body @ Value::Null) => {
            let mut members = Map::new();
            merge(&mut members, &fragment);
            *body = members.into();
        }
        (whole, body) => *body = whole,
    }
}

/// Expands `{"repeat": ["x", 3]}` to the list of `x0`, `x1` and `x2`, and `{"text": 3}` to `xxx`, at every
/// depth. In what is repeated, `#` is replaced by the number.
fn expanded(value: &Value) -> Value {
    if let Some(count) = value["text"].as_u64() {
        return "x".repeat(usize::try_from(count).unwrap_or(0)).into();
    }
    let Some([item, Value::Number(count)]) = value["repeat"].as_array().map(Vec::as_slice) else {
        return match value {
            Value::Array(items) => items.iter().map(expanded).collect(),
            Value::Object(members) => {
                let members = members.iter();
                Value::Object(
                    members
                        .map(|(name, value)| (name.clone(), expanded(value)))
                        .collect(),
                )
            }
            other => other.clone(),
        };
    };
    (0..count.as_u64().unwrap_or(0))
        .map(|number| numbered(item, number))
        .collect()
}

fn numbered(item: &Value, number: u64) -> Value {
    match item {
        Value::String(text) if text.contains('#') => text.replace('#', &number.to_string()).into(),
        Value::String(text) => format!("{text}{number}").into(),
        Value::Object(members) => {
            let members = members.iter().map(|(name, value)| match value {
                Value::String(text) => {
                    (name.clone(), text.replace('#', &number.to_string()).into())
                }
                other => (name.clone(), other.clone()),
            });
            Value::Object(members.collect())
        }
        other => other.clone(),
    }
}
