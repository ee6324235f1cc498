//! Single schemas: types, names and constraints must be consistent.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use super::{IN_AN_OVERLAY, Node, Source, is_true, text};
use crate::input::vocabulary::plain::Plain;
use crate::input::vocabulary::{self, SCHEMA};
use crate::support::error::Findings;
use crate::support::naming::snake_case;
use crate::support::pointer;

const TYPES: [&str; 6] = ["array", "boolean", "integer", "number", "object", "string"];

/// The units of a timestamp; `unix` if nothing states it.
const UNITS: [&str; 3] = ["unix", "unix-milliseconds", "unix-seconds"];

/// Constraints that have a meaning only for a known type.
const TYPED: [&str; 7] = [
    "enum",
    "format",
    "items",
    "maxLength",
    "minLength",
    "minimum",
    "pattern",
];

/// Keywords that imply the kind of a schema without `type`.
const KINDS: [&str; 5] = [
    "properties",
    "allOf",
    "oneOf",
    "anyOf",
    "additionalProperties",
];

pub(super) fn check(node: &Node<'_>, source: Source<'_>, findings: &mut Findings) {
    if !node.kind.is(&SCHEMA) || vocabulary::is_reference(node.node) {
        return;
    }
    check_type(node, findings);
    check_enum(node, findings);
    check_properties(node, findings);
    check_required(node, source, findings);
}

fn check_type(node: &Node<'_>, findings: &mut Findings) {
    let kind = text(node.node, "type");
    match kind {
        Some("array") if !node.node.contains_key("items") => findings.report(
            node.location,
            "the list does not state the type of its items",
            format!("add `items` {IN_AN_OVERLAY}"),
        ),
        Some(kind) if !TYPES.contains(&kind) => findings.report(
            node.child("type"),
            format!("`{kind}` is not a type"),
            format!("use one of {} {IN_AN_OVERLAY}", TYPES.join(", ")),
        ),
        Some(_) => {}
        None => {
            let typed = TYPED
                .iter()
                .find(|keyword| node.node.contains_key(**keyword));
            if let Some(keyword) = typed
                && !is_part(node.location)
                && !KINDS.iter().any(|keyword| node.node.contains_key(*keyword))
            {
                findings.report(
                    node.location,
                    format!("the schema has `{keyword}`, but no `type`"),
                    format!("add its `type` {IN_AN_OVERLAY}"),
                );
            }
            if is_true(node.node, "nullable") && node.node.contains_key("properties") {
                findings.report(
                    node.location,
                    "the schema has `nullable`, but no `type`",
                    format!("add `type: object` {IN_AN_OVERLAY}"),
                );
            }
        }
    }
    let format = text(node.node, "format");
    let fitting = format.map(|format| (format, types_of(format)));
    if let Some((format, types)) = fitting
        && !types.is_empty()
        && !kind.is_some_and(|kind| types.contains(&kind))
    {
        let types: Vec<String> = types.iter().map(|it| format!("`type: {it}`")).collect();
        findings.report(
            node.child("format"),
            format!("the format `{format}` requires {}", types.join(" or ")),
            format!("correct the type or the format {IN_AN_OVERLAY}"),
        );
    }
    if format == Some("password")
        && ["properties", "additionalProperties"]
            .iter()
            .any(|keyword| node.node.get(*keyword).is_some_and(Value::is_object))
    {
        findings.report(
            node.child("format"),
            "the format `password` is not supported on an object with described properties",
            format!("give it to the secret properties instead, {IN_AN_OVERLAY}"),
        );
    }
}

/// Whether a schema is a part of an `allOf`, of which another may state the type.
fn is_part(location: &str) -> bool {
    location.rsplit('/').nth(1) == Some("allOf")
}

/// The types for which a format is one of ours; none for another format.
fn types_of(format: &str) -> Vec<&'static str> {
    match UNITS.contains(&format) {
        true => vec!["integer"],
        false => Plain::types_of(format).collect(),
    }
}

fn check_enum(node: &Node<'_>, findings: &mut Findings) {
    let Some(values) = node.node.get("enum") else {
        return;
    };
    let mut report = |rule: String| {
        findings.report(
            node.child("enum"),
            rule,
            format!("correct the values {IN_AN_OVERLAY}"),
        );
    };
    let Some(values) = values.as_array().filter(|values| !values.is_empty()) else {
        report("an enum needs a list of values".to_owned());
        return;
    };
    let kind = text(node.node, "type");
    let mut seen = BTreeSet::new();
    for value in values {
        let fits = match value {
            Value::String(_) => kind == Some("string"),
            Value::Bool(_) => kind == Some("boolean"),
            Value::Number(_) => kind == Some("integer") || kind == Some("number"),
            Value::Null => is_true(node.node, "nullable"),
            Value::Array(_) | Value::Object(_) => false,
        };
        if !fits && kind.is_some() {
            report(format!("the value {value} does not have the schema's type"));
        }
        if !seen.insert(value.to_string()) {
            report(format!("the value {value} is listed twice"));
        }
    }
}

fn check_properties(node: &Node<'_>, findings: &mut Findings) {
    let mut names = BTreeMap::new();
    for (name, property) in properties(node.node).into_iter().flatten() {
        let rust = snake_case(name);
        let location = pointer::child(&node.child("properties"), name);
        check_unit(&rust, property, &location, findings);
        if rust.is_empty() {
            findings.report(
                location,
                format!("`{name}` has no letter or digit, so it cannot become a Rust name"),
                format!("remove it {IN_AN_OVERLAY}"),
            );
        } else if let Some(first) = names.insert(rust, name) {
            findings.report(
                location,
                format!("`{name}` has the same Rust name as `{first}`"),
                format!("remove one of them {IN_AN_OVERLAY}"),
            );
        }
    }
}

/// Without this check, a new timestamp would silently become a plain number, and correcting it
/// later would break callers.
fn check_unit(name: &str, property: &Value, location: &str, findings: &mut Findings) {
    let text = |key| {
        property
            .get(key)
            .and_then(Value::as_str)
            .unwrap_or_default()
    };
    let is_number = ["integer", "number"].contains(&text("type"));
    if is_number && name.ends_with("_at") && !UNITS.contains(&text("format")) {
        findings.report(
            location,
            "the number looks like a timestamp, but does not state its unit",
            format!(
                "give it one of the formats {} {IN_AN_OVERLAY}",
                UNITS.join(", ")
            ),
        );
    }
}

fn check_required(node: &Node<'_>, source: Source<'_>, findings: &mut Findings) {
    let Some(required) = node.node.get("required").and_then(Value::as_array) else {
        return;
    };
    let mut declared: BTreeSet<String> = properties(node.node)
        .into_iter()
        .flat_map(Map::keys)
        .cloned()
        .collect();
    for member in node
        .node
        .get("allOf")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
    {
        declared.extend(source.properties(member).keys().cloned());
    }
    let mut seen = BTreeSet::new();
    for name in required.iter().filter_map(Value::as_str) {
        if !declared.contains(name) {
            findings.report(
                node.child("required"),
                format!("`{name}` is required, but not declared as a property"),
                format!("declare the property, or remove the name, {IN_AN_OVERLAY}"),
            );
        }
        if !seen.insert(name) {
            findings.report(
                node.child("required"),
                format!("`{name}` is listed as required twice"),
                format!("remove one of them {IN_AN_OVERLAY}"),
            );
        }
    }
}

fn properties(node: &Map<String, Value>) -> Option<&Map<String, Value>> {
    node.get("properties").and_then(Value::as_object)
}
