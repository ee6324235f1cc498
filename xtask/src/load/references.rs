//! Whether a value is an OpenAPI 3.0 document whose references all lead somewhere.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use crate::error::{Error, Result};
use crate::pointer;

/// Keywords under which a schema's members stand at the same place of the data as itself.
const COMBINERS: [&str; 3] = ["allOf", "oneOf", "anyOf"];

/// References in a row that add nothing.
const MAXIMUM_CHAIN: usize = 64;

/// Schemas that one schema combines, each counted as often as it is reached: later stages write them
/// out.
const MAXIMUM_COMBINED: usize = 1_000;

/// Refuses a document that is not OpenAPI 3.0, a reference that is not local or leads nowhere, and
/// references that only lead to each other. A schema that holds itself through a property or an
/// item is sound OpenAPI; [`crate::lint`] says that the pipeline has no use for it.
pub fn references(document: &Value) -> Result<()> {
    version(document)?;
    let mut found = Vec::new();
    collect(document, "#", &mut found)?;
    for (location, target) in &found {
        if resolve(document, target).is_none() {
            return Err(Error::new(
                location,
                format!("the reference `{target}` leads nowhere"),
                "name an existing component, or add it; a file that was cut short loses its end",
            ));
        }
    }
    let mut states = BTreeMap::new();
    for (location, target) in &found {
        let combined = follow(document, target, &mut states, &mut Vec::new())?;
        if combined > MAXIMUM_COMBINED {
            return Err(Error::new(
                location,
                format!("`{target}` combines more than {MAXIMUM_COMBINED} schemas"),
                "write the schema out as one object",
            ));
        }
    }
    security_schemes(document)
}

/// Schemes are referred to by their name alone.
fn security_schemes(document: &Value) -> Result<()> {
    let described = document.pointer("/components/securitySchemes");
    let requirements = document.get("security").and_then(Value::as_array);
    for name in requirements
        .into_iter()
        .flatten()
        .filter_map(Value::as_object)
        .flat_map(Map::keys)
    {
        if described.and_then(|schemes| schemes.get(name)).is_none() {
            return Err(Error::new(
                "#/security",
                format!("the security scheme `{name}` is not described"),
                "describe it under `components.securitySchemes`; a file that was cut short loses \
                 its end",
            ));
        }
    }
    Ok(())
}

fn version(document: &Value) -> Result<()> {
    match document.get("openapi") {
        Some(Value::String(version)) if version.starts_with("3.0.") => Ok(()),
        Some(version) => Err(Error::new(
            "#/openapi",
            format!("this is OpenAPI {version}, and only 3.0.x is understood"),
            "convert the document to OpenAPI 3.0 first",
        )),
        None => Err(Error::new(
            "#",
            "this is no OpenAPI document: `openapi` is missing",
            "name an OpenAPI 3.0 document",
        )),
    }
}

fn collect<'a>(value: &'a Value, location: &str, found: &mut Vec<(String, &'a str)>) -> Result<()> {
    match value {
        Value::Object(members) => {
            match members.get("$ref") {
                Some(Value::String(target)) if target.starts_with("#/") => {
                    found.push((location.to_owned(), target));
                }
                Some(Value::String(target)) => {
                    return Err(Error::new(
                        location,
                        format!("the reference `{target}` leaves the document"),
                        "put its target under `components` and refer to that",
                    ));
                }
                // A property that is named `$ref`.
                None | Some(Value::Object(_)) => {}
                Some(other) => {
                    return Err(Error::new(
                        location,
                        format!("the reference {other} is not a string"),
                        "write `$ref: '#/components/…'`",
                    ));
                }
            }
            members.iter().try_for_each(|(key, member)| {
                collect(member, &pointer::child(location, key), found)
            })
        }
        Value::Array(items) => items
            .iter()
            .enumerate()
            .try_for_each(|(index, item)| collect(item, &pointer::item(location, index), found)),
        _ => Ok(()),
    }
}

fn resolve<'a>(document: &'a Value, target: &str) -> Option<&'a Value> {
    document.pointer(target.strip_prefix('#')?)
}

#[derive(Clone, Copy, PartialEq)]
enum State {
    Open,
    /// With how many schemas it combines.
    Done(usize),
}

/// Walks from `target` along references that add no data of their own, and says how many schemas
/// are met. `path` is what led here.
fn follow<'a>(
    document: &'a Value,
    target: &'a str,
    states: &mut BTreeMap<&'a str, State>,
    path: &mut Vec<&'a str>,
) -> Result<usize> {
    match states.get(target) {
        Some(State::Done(combined)) => return Ok(*combined),
        Some(State::Open) => {
            path.push(target);
            let start = path.iter().position(|step| *step == target).unwrap_or(0);
            let cycle: Vec<_> = path.iter().skip(start).copied().collect();
            return Err(Error::new(
                target,
                format!("the references go in a circle: {}", cycle.join(" -> ")),
                "give one of them a schema of its own",
            ));
        }
        None => {}
    }
    if path.len() >= MAXIMUM_CHAIN {
        return Err(Error::new(
            target,
            format!("more than {MAXIMUM_CHAIN} references follow each other"),
            "refer to the last of them directly",
        ));
    }
    states.insert(target, State::Open);
    path.push(target);
    let mut combined = 1_usize;
    if let Some(value) = resolve(document, target) {
        let mut next = Vec::new();
        immediate(value, &mut next);
        for target in next {
            let more = follow(document, target, states, path)?;
            combined = combined.saturating_add(more);
        }
    }
    path.pop();
    states.insert(target, State::Done(combined));
    Ok(combined)
}

fn immediate<'a>(value: &'a Value, next: &mut Vec<&'a str>) {
    if let Some(Value::String(target)) = value.get("$ref") {
        next.push(target);
    }
    for combiner in COMBINERS {
        for member in value
            .get(combiner)
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
        {
            immediate(member, next);
        }
    }
    if let Some(member) = value.get("not") {
        immediate(member, next);
    }
}
