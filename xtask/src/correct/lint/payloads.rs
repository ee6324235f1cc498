//! Request and response bodies: their content types, and one success type.

use serde_json::{Map, Value};

use super::{IN_AN_OVERLAY, Operation, Source};
use crate::support::error::Findings;
use crate::support::pointer;

const JSON: &str = "application/json";
const MULTIPART: &str = "multipart/form-data";

pub(super) fn check(source: Source<'_>, findings: &mut Findings) {
    for operation in source.operations() {
        check_request(source, &operation, findings);
        check_responses(source, &operation, findings);
    }
}

fn check_request(source: Source<'_>, operation: &Operation<'_>, findings: &mut Findings) {
    let Some(body) = operation.node.get("requestBody") else {
        return;
    };
    let location = pointer::child(&operation.location, "requestBody");
    let content = content(source.resolve(body));
    if content.len() != 1 {
        findings.report(
            &location,
            format!("the body has {} content types, expected one", content.len()),
            format!("keep only one of them {IN_AN_OVERLAY}"),
        );
    }
    for (name, media) in &content {
        let schema = media.get("schema").unwrap_or(&Value::Null);
        match name.as_str() {
            JSON => {}
            MULTIPART => check_multipart(source, schema, &location, findings),
            _ => unknown_type(name, &location, &[JSON, MULTIPART], findings),
        }
    }
}

fn check_multipart<'a>(
    source: Source<'a>,
    schema: &'a Value,
    location: &str,
    findings: &mut Findings,
) {
    let properties = source.properties(schema);
    let files = properties
        .values()
        .filter(|property| property.get("format").and_then(Value::as_str) == Some("binary"))
        .count();
    if files != 1 {
        findings.report(
            location,
            format!("the form has {files} file parts, expected one"),
            format!("give one property `type: string` and `format: binary` {IN_AN_OVERLAY}"),
        );
    }
}

fn check_responses(source: Source<'_>, operation: &Operation<'_>, findings: &mut Findings) {
    let responses = operation.node.get("responses").and_then(Value::as_object);
    let location = pointer::child(&operation.location, "responses");
    let mut successes: Vec<(&String, Map<String, Value>)> = Vec::new();
    for (status, response) in responses.into_iter().flatten() {
        let location = pointer::child(&location, status);
        let is_status = status.len() == 3 && status.parse::<u16>().is_ok_and(|code| code >= 100);
        if !is_status {
            findings.report(
                &location,
                format!("`{status}` is not a status of three digits"),
                format!("correct the status {IN_AN_OVERLAY}"),
            );
        }
        let content = content(source.resolve(response));
        for name in content.keys().filter(|name| *name != JSON) {
            unknown_type(name, &location, &[JSON], findings);
        }
        if status.starts_with('2') {
            successes.push((status, content));
        }
    }
    let Some(((first, content), others)) = successes.split_first() else {
        findings.report(
            location,
            "the operation has no success response",
            format!("add the success status {IN_AN_OVERLAY}"),
        );
        return;
    };
    for (other, _) in others.iter().filter(|(_, other)| other != content) {
        findings.report(
            pointer::child(&location, other),
            format!("the success responses {first} and {other} have different types, expected one"),
            format!("give them the same type, or remove one of them, {IN_AN_OVERLAY}"),
        );
    }
}

fn content(body: &Value) -> Map<String, Value> {
    body.get("content")
        .and_then(Value::as_object)
        .cloned()
        .unwrap_or_default()
}

fn unknown_type(name: &str, location: &str, known: &[&str], findings: &mut Findings) {
    findings.report(
        location,
        format!("the content type `{name}` is not supported"),
        format!("use {} {IN_AN_OVERLAY}", known.join(" or ")),
    );
}
