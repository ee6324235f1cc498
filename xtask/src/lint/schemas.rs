//! Single schemas: types, names and constraints that fit together.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use super::{IN_AN_OVERLAY, Node, Source, is_true, text};
use crate::error::Findings;
use crate::naming::snake_case;
use crate::pointer;
use crate::vocabulary::{self, SCHEMA};

const TYPES: [&str; 6] = ["array", "boolean", "integer", "number", "object", "string"];

/// Formats of our own overlays, with the types that can have them.
const FORMATS: [(&str, &[&str]); 4] = [
    ("password", &["string", "object"]),
    ("unix", &["integer"]),
    ("unix-milliseconds", &["integer"]),
    ("unix-seconds", &["integer"]),
];

/// Which unit a point in time is in; `unix` where nothing says.
const UNITS: [&str; 3] = ["unix", "unix-milliseconds", "unix-seconds"];

/// Constraints that say something only of a known type.
const TYPED: [&str; 7] = [
    "enum",
    "format",
    "items",
    "maxLength",
    "minLength",
    "minimum",
    "pattern",
];

/// Keywords that say of what kind a schema without `type` is.
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
            "the schema is a list and does not say of what",
            format!("add `items` {IN_AN_OVERLAY}"),
        ),
        Some(kind) if !TYPES.contains(&kind) => findings.report(
            node.child("type"),
            format!("`{kind}` is no type"),
            format!("use one of {} {IN_AN_OVERLAY}", TYPES.join(", ")),
        ),
        Some(_) => {}
        None => {
            let typed = TYPED
                .iter()
                .find(|keyword| node.node.contains_key(**keyword));
            if let Some(keyword) = typed
                && !KINDS.iter().any(|keyword| node.node.contains_key(*keyword))
            {
                findings.report(
                    node.location,
                    format!("the schema has `{keyword}` and no `type`"),
                    format!("add its `type` {IN_AN_OVERLAY}"),
                );
            }
            if is_true(node.node, "nullable") && node.node.contains_key("properties") {
                findings.report(
                    node.location,
                    "the schema has `nullable` and no `type`",
                    format!("add `type: object` {IN_AN_OVERLAY}"),
                );
            }
        }
    }
    let format = text(node.node, "format");
    let fitting = FORMATS.iter().find(|(known, _)| format == Some(known));
    if let Some((format, types)) = fitting
        && !kind.is_some_and(|kind| types.contains(&kind))
    {
        let types: Vec<String> = types.iter().map(|it| format!("`type: {it}`")).collect();
        findings.report(
            node.child("format"),
            format!("`{format}` is a format of {}", types.join(" or ")),
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
            "`password` on an object needs one without described properties",
            format!("mark the properties that are secret instead {IN_AN_OVERLAY}"),
        );
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
            format!("correct it {IN_AN_OVERLAY}"),
        );
    };
    let Some(values) = values.as_array().filter(|values| !values.is_empty()) else {
        report("an enum lists its values".to_owned());
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
            report(format!("the value {value} is not of the schema's type"));
        }
        if !seen.insert(value.to_string()) {
            report(format!("the value {value} stands twice"));
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
                format!("`{name}` has no letter or digit to make a name of"),
                format!("remove it {IN_AN_OVERLAY}"),
            );
        } else if let Some(first) = names.insert(rust, name) {
            findings.report(
                location,
                format!("`{name}` has in Rust the same name as `{first}`"),
                format!("remove one of the two {IN_AN_OVERLAY}"),
            );
        }
    }
}

/// A new field with a point in time would otherwise become a plain number unseen, and breaking it
/// later breaks callers.
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
            "the number looks like a point in time and does not say in which unit",
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
                format!("`{name}` is required, and no property declares it"),
                format!("declare the property, or remove the name, {IN_AN_OVERLAY}"),
            );
        }
        if !seen.insert(name) {
            findings.report(
                node.child("required"),
                format!("`{name}` is required twice"),
                format!("remove one of the two {IN_AN_OVERLAY}"),
            );
        }
    }
}

fn properties(node: &Map<String, Value>) -> Option<&Map<String, Value>> {
    node.get("properties").and_then(Value::as_object)
}
