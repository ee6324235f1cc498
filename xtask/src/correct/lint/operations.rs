//! Operations: their ids, resource and method names, and credentials.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use super::{IN_AN_OVERLAY, Operation, Source, text};
use crate::support::error::Findings;
use crate::support::naming::snake_case;
use crate::support::pointer;

pub(super) fn check(source: Source<'_>, findings: &mut Findings) {
    let operations = source.operations();
    check_names(&operations, findings);
    for operation in &operations {
        check_credentials(operation, findings);
        check_response(operation, findings);
        if operation.method == "get" && operation.node.contains_key("requestBody") {
            findings.report(
                pointer::child(&operation.location, "requestBody"),
                "a GET request cannot have a body",
                format!("remove it {IN_AN_OVERLAY}"),
            );
        }
    }
    check_server(source.document, findings);
    check_schemes(source.document, findings);
}

/// Checks that no two operations have the same id.
pub(super) fn unique_ids(source: Source<'_>, findings: &mut Findings) {
    let mut locations = BTreeMap::new();
    for operation in source.operations() {
        let Some(id) = text(operation.node, "operationId") else {
            continue;
        };
        let location = pointer::child(&operation.location, "operationId");
        match locations.get(id) {
            Some(first) => findings.report(
                location,
                format!("the operation id `{id}` is already used by {first}"),
                "give one of them another id",
            ),
            None => {
                locations.insert(id, operation.location);
            }
        }
    }
}

fn check_names(operations: &[Operation<'_>], findings: &mut Findings) {
    let mut resources = BTreeMap::new();
    let mut methods = BTreeMap::new();
    for operation in operations {
        let names = ["x-speakeasy-group", "x-speakeasy-name-override"].map(|key| {
            let name = text(operation.node, key).filter(|name| !snake_case(name).is_empty());
            if name.is_none() {
                findings.report(
                    &operation.location,
                    format!("`{key}` is missing or cannot be used as a name"),
                    format!("add the resource and method name {IN_AN_OVERLAY}"),
                );
            }
            name
        });
        let [Some(resource), Some(method)] = names else {
            continue;
        };
        let module = snake_case(resource);
        let first = resources.entry(module.clone()).or_insert(resource);
        if *first != resource {
            findings.report(
                pointer::child(&operation.location, "x-speakeasy-group"),
                format!("the resources `{resource}` and `{first}` are both `{module}` in Rust"),
                format!("spell them the same way {IN_AN_OVERLAY}"),
            );
        }
        let function = (module, snake_case(method));
        if let Some(first) = methods.get(&function) {
            findings.report(
                pointer::child(&operation.location, "x-speakeasy-name-override"),
                format!(
                    "`{}.{}` is already the name of {first}",
                    function.0, function.1
                ),
                format!("give one of them another name {IN_AN_OVERLAY}"),
            );
        } else {
            methods.insert(function, operation.location.as_str());
        }
    }
}

fn check_credentials(operation: &Operation<'_>, findings: &mut Findings) {
    if let Some(value) = operation.node.get("x-clerk-authentication")
        && value != "machine"
    {
        findings.report(
            pointer::child(&operation.location, "x-clerk-authentication"),
            format!("{value} is not a kind of credentials"),
            format!("write `machine`, or remove it, {IN_AN_OVERLAY}"),
        );
    }
    if let Some(security) = operation.node.get("security")
        && security != &json!([])
    {
        findings.report(
            pointer::child(&operation.location, "security"),
            "the operation has its own `security`, which is not supported",
            format!("remove it {IN_AN_OVERLAY}; only an empty list (no credentials) is supported"),
        );
    }
}

fn check_response(operation: &Operation<'_>, findings: &mut Findings) {
    const KEYWORD: &str = "x-clerk-response";

    if let Some(value) = operation.node.get(KEYWORD)
        && value != "optional"
    {
        findings.report(
            pointer::child(&operation.location, KEYWORD),
            format!("{value} is not valid here, expected `optional`"),
            format!("write `optional`, or remove it, {IN_AN_OVERLAY}"),
        );
    }
}

fn check_server(document: &Value, findings: &mut Findings) {
    let servers = document
        .get("servers")
        .and_then(Value::as_array)
        .map_or(0, Vec::len);
    if servers != 1 {
        findings.report(
            "#/servers",
            format!("the description has {servers} servers, expected one"),
            format!("keep only the production server {IN_AN_OVERLAY}"),
        );
    }
}

/// The secret key is always sent as a bearer token.
fn check_schemes(document: &Value, findings: &mut Findings) {
    let names: BTreeSet<&String> = document
        .get("security")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(Value::as_object)
        .flat_map(Map::keys)
        .collect();
    if names.is_empty() {
        findings.report(
            "#/security",
            "the description does not state how operations are authenticated",
            format!("add the bearer token scheme {IN_AN_OVERLAY}"),
        );
    }
    for name in names {
        let scheme = document
            .pointer("/components/securitySchemes")
            .and_then(|all| all.get(name));
        let is = |key: &str, value: &str| {
            scheme
                .and_then(|scheme| scheme.get(key))
                .is_some_and(|found| found == value)
        };
        if !is("type", "http") || !is("scheme", "bearer") {
            findings.report(
                pointer::child("#/components/securitySchemes", name),
                format!("`{name}` is not a bearer token scheme"),
                format!("give it `type: http` and `scheme: bearer` {IN_AN_OVERLAY}"),
            );
        }
    }
}
