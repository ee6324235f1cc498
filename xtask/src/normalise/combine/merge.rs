//! What several schemas without combinations mean together, or how they contradict each other.

use serde_json::{Value, json};

use super::super::schemas::same;
use super::{Facts, NULLABLE};

pub(super) const COMBINERS: [&str; 3] = ["allOf", "oneOf", "anyOf"];
/// What makes two schemas the same type; the client does not enforce bounds and patterns.
#[rustfmt::skip]
const CONTENT: [&str; 10] = [
    "type", "format", "enum", "properties", "required", "items", "additionalProperties", "oneOf", "anyOf",
    "discriminator",
];
const FLAGS: [&str; 4] = ["deprecated", "readOnly", "writeOnly", "uniqueItems"];

/// Whether a keyword can stand beside a reference without changing what it refers to.
pub(super) fn is_mark(keyword: &str) -> bool {
    !CONTENT.contains(&keyword) && keyword != "$ref" && !COMBINERS.contains(&keyword)
}

/// Whether two schemas have the same type.
pub(super) fn is_same(one: &Facts, other: &Facts) -> bool {
    let none = json!([]);
    CONTENT.iter().all(|keyword| {
        let [one, other] = [one, other].map(|facts| facts.get(*keyword).unwrap_or(&none));
        same(one, other)
    })
}

/// The facts with the type that they imply.
pub(super) fn typed(mut facts: Facts) -> Facts {
    let implied = [
        ("properties", "object"),
        ("additionalProperties", "object"),
        ("items", "array"),
    ];
    let mut implied = implied
        .iter()
        .filter(|(keyword, _)| facts.contains_key(*keyword));
    if let (Some((_, kind)), false) = (implied.next(), facts.contains_key("type")) {
        facts.insert("type".into(), json!(kind));
    }
    facts
}

/// The facts of all parts, or what contradicts what.
pub(super) fn all(parts: &[&Facts]) -> Result<Facts, String> {
    let mut whole = Facts::new();
    for (keyword, value) in parts.iter().flat_map(|part| part.iter()) {
        match whole.get_mut(keyword) {
            Some(known) if known == value => {}
            Some(known) => *known = both(keyword, known, value)?,
            None => drop(whole.insert(keyword.clone(), value.clone())),
        }
    }
    check_alternatives(&mut whole)?;
    check_closed(parts, &whole)?;
    whole.shift_remove(NULLABLE);
    if is_nullable(parts) {
        whole.insert(NULLABLE.into(), json!(true));
    }
    Ok(whole)
}

/// A part that only states it, or all parts with a type.
fn is_nullable(parts: &[&Facts]) -> bool {
    let states = |part: &&&Facts| part.get(NULLABLE) == Some(&json!(true));
    let has_type = |part: &&&Facts| part.keys().any(|keyword| !is_mark(keyword));
    let (typed, others): (Vec<&&Facts>, Vec<&&Facts>) = parts.iter().partition(has_type);
    others.iter().any(states) || (!typed.is_empty() && typed.iter().all(states))
}

fn check_alternatives(whole: &mut Facts) -> Result<(), String> {
    if !COMBINERS.iter().any(|keyword| whole.contains_key(*keyword)) {
        return Ok(());
    }
    if whole.get("type") == Some(&json!("object")) {
        whole.shift_remove("type");
    }
    let others = [
        "type",
        "properties",
        "items",
        "additionalProperties",
        "enum",
    ];
    match others.iter().find(|keyword| whole.contains_key(**keyword)) {
        Some(other) => Err(format!("one has alternatives, another has `{other}`")),
        None => Ok(()),
    }
}

fn check_closed(parts: &[&Facts], whole: &Facts) -> Result<(), String> {
    let Some(Value::Object(properties)) = whole.get("properties") else {
        return Ok(());
    };
    let mut closed = parts
        .iter()
        .filter(|part| part.get("additionalProperties") == Some(&json!(false)));
    let other = closed.find_map(|part| {
        let known = part.get("properties");
        let is_known = |name: &str| known.is_some_and(|known| known.get(name).is_some());
        properties.keys().find(|name| !is_known(name))
    });
    match other {
        Some(name) => Err(format!(
            "one allows no additional properties, another has `{name}`"
        )),
        None => Ok(()),
    }
}

/// What two values of a keyword mean together.
fn both(keyword: &str, one: &Value, other: &Value) -> Result<Value, String> {
    let contradiction = || Err(format!("`{keyword}` is {one} and {other}"));
    let nested = || json!({ "allOf": [one, other] });
    Ok(match (keyword, one, other) {
        ("properties", Value::Object(one), Value::Object(other)) => {
            let mut properties = one.clone();
            for (name, property) in other {
                let property = match one.get(name) {
                    Some(known) if known != property => json!({ "allOf": [known, property] }),
                    _ => property.clone(),
                };
                properties.insert(name.clone(), property);
            }
            Value::Object(properties)
        }
        ("additionalProperties", Value::Bool(allowed), schema)
        | ("additionalProperties", schema, Value::Bool(allowed)) => {
            if *allowed {
                schema.clone()
            } else {
                json!(false)
            }
        }
        ("items" | "additionalProperties", ..) => nested(),
        ("required", Value::Array(one), Value::Array(other)) => {
            let more = other.iter().filter(|name| !one.contains(name));
            one.iter().chain(more).cloned().collect()
        }
        ("enum", Value::Array(one), Value::Array(other)) => {
            let common = one.iter().filter(|value| other.contains(value));
            let common: Vec<Value> = common.cloned().collect();
            if common.iter().all(Value::is_null) {
                return Err("their `enum`s have no value in common".to_owned());
            }
            common.into()
        }
        ("type", ..) if [one, other].map(Value::as_str) == [Some("integer"), Some("number")] => {
            one.clone()
        }
        ("type", ..) if [one, other].map(Value::as_str) == [Some("number"), Some("integer")] => {
            other.clone()
        }
        ("type" | "format" | "oneOf" | "anyOf" | "discriminator", ..) => return contradiction(),
        (flag, ..) if FLAGS.contains(&flag) => json!(true),
        _ => match (keyword.get(..3), one.as_f64(), other.as_f64()) {
            (Some("min"), Some(least), Some(less)) if least >= less => one.clone(),
            (Some("max"), Some(most), Some(more)) if most <= more => one.clone(),
            // Keywords that say nothing about the type: the outer one.
            _ => other.clone(),
        },
    })
}
