//! Parameters: where and how they are sent, and whether their Rust names are distinct.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use super::{IN_AN_OVERLAY, Node, Operation, Source, is_true, text};
use crate::input::vocabulary::{self, PARAMETER};
use crate::support::error::Findings;
use crate::support::naming::snake_case;
use crate::support::pointer;

/// Checks each parameter alone, including shared ones.
pub(super) fn check_each(node: &Node<'_>, findings: &mut Findings) {
    if !node.kind.is(&PARAMETER) || vocabulary::is_reference(node.node) {
        return;
    }
    let sent_in = text(node.node, "in").unwrap_or_default();
    let default_style = match sent_in {
        "path" => "simple",
        "query" => "form",
        _ => {
            findings.report(
                node.child("in"),
                format!("a parameter in `{sent_in}`; only path and query parameters are supported"),
                format!("remove it {IN_AN_OVERLAY}"),
            );
            return;
        }
    };
    let style = text(node.node, "style").unwrap_or(default_style);
    if style != default_style {
        findings.report(
            node.child("style"),
            format!("the style `{style}` is not supported in a {sent_in}"),
            format!("if the server reads `{default_style}`, use that {IN_AN_OVERLAY}"),
        );
    }
    if sent_in == "path" && !is_true(node.node, "required") {
        findings.report(
            node.location,
            "the path parameter is not required",
            format!("add `required: true` {IN_AN_OVERLAY}"),
        );
    }
    if is_true(node.node, "x-pagination-switch") && sent_in != "query" {
        findings.report(
            node.child("x-pagination-switch"),
            "only a query parameter can switch the shape of a response",
            format!("remove it {IN_AN_OVERLAY}"),
        );
    }
}

/// Checks an operation as a whole.
pub(super) fn check_together(source: Source<'_>, findings: &mut Findings) {
    for operation in source.operations() {
        let parameters: Vec<(&String, &Map<String, Value>)> = operation
            .parameters
            .iter()
            .filter_map(|(location, parameter)| {
                Some((location, source.resolve(parameter).as_object()?))
            })
            .collect();
        check_placeholders(&operation, &parameters, findings);
        check_types(source, &parameters, findings);
        check_names(source, &operation, &parameters, findings);
    }
}

fn check_placeholders(
    operation: &Operation<'_>,
    parameters: &[(&String, &Map<String, Value>)],
    findings: &mut Findings,
) {
    let placeholders: BTreeSet<&str> = operation
        .path
        .split('{')
        .skip(1)
        .filter_map(|rest| Some(rest.split_once('}')?.0))
        .collect();
    let described: BTreeSet<&str> = parameters
        .iter()
        .filter(|(_, parameter)| text(parameter, "in") == Some("path"))
        .filter_map(|(_, parameter)| text(parameter, "name"))
        .collect();
    for name in placeholders.difference(&described) {
        findings.report(
            &operation.location,
            format!("the path has a placeholder `{name}`, but no parameter describes it"),
            format!("add the parameter {IN_AN_OVERLAY}"),
        );
    }
    for name in described.difference(&placeholders) {
        findings.report(
            &operation.location,
            format!("the path has no placeholder for its parameter `{name}`"),
            format!("remove the parameter, or correct its name, {IN_AN_OVERLAY}"),
        );
    }
}

/// Paths and queries are text: scalars, or lists of scalars.
fn check_types(
    source: Source<'_>,
    parameters: &[(&String, &Map<String, Value>)],
    findings: &mut Findings,
) {
    for (location, parameter) in parameters {
        let Some(schema) = parameter.get("schema") else {
            continue;
        };
        // Where else it may be sent is reported by itself.
        if !matches!(text(parameter, "in"), Some("path" | "query")) {
            continue;
        }
        let parts = source.parts(schema);
        let items = parts.iter().find_map(|part| part.get("items"));
        let scalar = if is_type(&parts, "array") && text(parameter, "in") == Some("query") {
            items.map(|items| source.parts(items)).unwrap_or_default()
        } else {
            parts
        };
        let fits = ["string", "boolean", "integer", "number"]
            .iter()
            .any(|name| is_type(&scalar, name));
        if !fits {
            findings.report(
                *location,
                "the parameter is neither a string, a number, a boolean nor, in a query, a list \
                 of these",
                format!("correct its schema {IN_AN_OVERLAY}"),
            );
        }
    }
}

fn is_type(parts: &[&Value], name: &str) -> bool {
    let is = |part: &&Value| part.get("type").and_then(Value::as_str) == Some(name);
    parts.iter().any(is)
}

/// Arguments and setters of an operation share one namespace.
fn check_names(
    source: Source<'_>,
    operation: &Operation<'_>,
    parameters: &[(&String, &Map<String, Value>)],
    findings: &mut Findings,
) {
    let mut names = BTreeMap::new();
    let parameters = parameters.iter().filter_map(|(location, parameter)| {
        Some((text(parameter, "name")?.to_owned(), (*location).clone()))
    });
    for (name, location) in parameters.chain(body_fields(source, operation)) {
        match names.get(&snake_case(&name)) {
            _ if snake_case(&name).is_empty() => findings.report(
                location,
                format!("`{name}` has no letter or digit, so it cannot become a Rust name"),
                format!("remove it {IN_AN_OVERLAY}"),
            ),
            Some(first) => findings.report(
                location,
                format!("`{name}` has the same Rust name as `{first}`"),
                format!("remove one of them {IN_AN_OVERLAY}"),
            ),
            None => {
                names.insert(snake_case(&name), name);
            }
        }
    }
}

fn body_fields(source: Source<'_>, operation: &Operation<'_>) -> Vec<(String, String)> {
    let mut fields = Vec::new();
    let Some(body) = operation.node.get("requestBody") else {
        return fields;
    };
    let content = source
        .resolve(body)
        .get("content")
        .and_then(Value::as_object);
    for schema in content
        .into_iter()
        .flatten()
        .filter_map(|(_, media)| media.get("schema"))
    {
        for (name, _) in source.properties(schema) {
            fields.push((name, pointer::child(&operation.location, "requestBody")));
        }
    }
    fields
}
