//! Whether a value is an OpenAPI 3.0 document in which all references resolve.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use crate::support::error::{Error, Findings, Result};
use crate::support::pointer;

/// Keywords whose members describe the same data as the schema itself.
const COMBINERS: [&str; 3] = ["allOf", "oneOf", "anyOf"];

/// The longest chain of references that add nothing.
const MAXIMUM_CHAIN: usize = 64;

/// The limit on schemas that one schema combines, each counted as often as it is reached: later
/// stages write them out.
const MAXIMUM_COMBINED: usize = 1_000;

/// Rejects a document that is not OpenAPI 3.0, a reference that is not local or does not resolve,
/// and references that only lead to each other. A schema that contains itself through a property or
/// an item is valid OpenAPI; [`crate::correct::lint`] rejects it, because the pipeline cannot handle it.
pub fn references(document: &Value) -> Result<()> {
    whole(document)?;
    Findings::gather(|findings| dangling(document, findings))?;
    chains(document)
}

/// The same with each reference that does not resolve. Returns whether the others can be followed.
pub fn all_references(document: &Value, findings: &mut Findings) -> bool {
    dangling(document, findings);
    findings.keep(chains(document)).is_some()
}

/// Rejects a document that is not OpenAPI 3.0, or that lacks its end, where the security schemes
/// are. Nothing else in it is worth checking.
pub fn whole(document: &Value) -> Result<()> {
    openapi_version(document)?;
    security_schemes(document)
}

/// Security schemes are referred to by name only.
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
                "describe it under `components.securitySchemes`; the file may be cut short",
            ));
        }
    }
    Ok(())
}

/// Rejects a document that is not OpenAPI 3.0.
pub fn openapi_version(document: &Value) -> Result<()> {
    match document.get("openapi") {
        Some(Value::String(version)) if version.starts_with("3.0.") => Ok(()),
        Some(version) => Err(Error::new(
            "#/openapi",
            format!("OpenAPI {version} is not supported, expected 3.0.x"),
            "convert the document to OpenAPI 3.0 first",
        )),
        None => Err(Error::new(
            "#",
            "this is not an OpenAPI document: `openapi` is missing",
            "expected an OpenAPI 3.0 document",
        )),
    }
}

/// Reports the references that do not resolve.
fn dangling(document: &Value, findings: &mut Findings) {
    let mut found = Vec::new();
    collect(document, "#", &mut found);
    for (location, reference) in found {
        let (message, help) = match reference {
            Value::String(target) if !target.starts_with("#/") => (
                format!("the reference `{target}` points outside the document"),
                "move its target to `components` and refer to that",
            ),
            Value::String(target) if resolve(document, target).is_none() => (
                format!("the reference `{target}` does not resolve"),
                "refer to an existing component, or add it; the file may be cut short",
            ),
            Value::String(_) => continue,
            other => (
                format!("the reference {other} is not a string"),
                "write `$ref: '#/components/…'`",
            ),
        };
        findings.report(location, message, help);
    }
}

/// All references with their locations, in the order of the document.
fn collect<'a>(value: &'a Value, location: &str, found: &mut Vec<(String, &'a Value)>) {
    match value {
        Value::Object(members) => {
            match members.get("$ref") {
                // A property named `$ref`.
                None | Some(Value::Object(_)) => {}
                Some(reference) => found.push((location.to_owned(), reference)),
            }
            for (key, member) in members {
                collect(member, &pointer::child(location, key), found);
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                collect(item, &pointer::item(location, index), found);
            }
        }
        _ => {}
    }
}

/// Rejects references that only lead to each other, and schemas that combine too many.
fn chains(document: &Value) -> Result<()> {
    let mut found = Vec::new();
    collect(document, "#", &mut found);
    let mut states = BTreeMap::new();
    for (location, target) in &found {
        let target = target.as_str().unwrap_or_default();
        let combined = follow(document, target, &mut states, &mut Vec::new())?;
        if combined > MAXIMUM_COMBINED {
            return Err(Error::new(
                location,
                format!("`{target}` combines more than {MAXIMUM_COMBINED} schemas"),
                "write the schema as one object",
            ));
        }
    }
    Ok(())
}

fn resolve<'a>(document: &'a Value, target: &str) -> Option<&'a Value> {
    document.pointer(target.strip_prefix('#')?)
}

#[derive(Clone, Copy, PartialEq)]
enum State {
    Open,
    /// The number of schemas that it combines.
    Done(usize),
}

/// Follows references from `target` that add no data of their own, and counts the schemas on the
/// way. `path` is the chain so far.
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
                format!("the references form a cycle: {}", cycle.join(" -> ")),
                "give one of them a schema of its own",
            ));
        }
        None => {}
    }
    if path.len() >= MAXIMUM_CHAIN {
        return Err(Error::new(
            target,
            format!("more than {MAXIMUM_CHAIN} references in a chain"),
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
