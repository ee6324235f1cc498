//! Schemas that contain themselves through properties, items or additional properties. They are
//! valid OpenAPI, but the models have no type for them.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::{IN_AN_OVERLAY, Source};
use crate::support::error::Findings;
use crate::support::pointer;

/// The deepest nesting of schemas; the later stages follow them by recursion.
const MAXIMUM_DEPTH: usize = 128;

const SCHEMAS: &str = "#/components/schemas/";

/// Returns whether later stages can walk the schemas.
pub(super) fn check(source: Source<'_>, findings: &mut Findings) -> bool {
    let before = findings.len();
    let schemas = source
        .document
        .pointer("/components/schemas")
        .and_then(Value::as_object);
    let edges: BTreeMap<&str, Vec<&str>> = schemas
        .into_iter()
        .flatten()
        .map(|(name, schema)| {
            let mut targets = Vec::new();
            collect(schema, &mut targets);
            targets.sort_unstable();
            targets.dedup();
            (name.as_str(), targets)
        })
        .collect();
    let mut done = BTreeSet::new();
    for name in edges.keys() {
        visit(name, &edges, &mut Vec::new(), &mut done, findings);
    }
    findings.len() == before
}

fn collect<'a>(value: &'a Value, targets: &mut Vec<&'a str>) {
    match value {
        Value::Object(members) => {
            let target = members.get("$ref").and_then(Value::as_str);
            targets.extend(target.and_then(|target| target.strip_prefix(SCHEMAS)));
            members.values().for_each(|member| collect(member, targets));
        }
        Value::Array(items) => items.iter().for_each(|item| collect(item, targets)),
        _ => {}
    }
}

/// Depth first; each cycle is reported where it is first closed.
fn visit<'a>(
    name: &'a str,
    edges: &BTreeMap<&'a str, Vec<&'a str>>,
    path: &mut Vec<&'a str>,
    done: &mut BTreeSet<&'a str>,
    findings: &mut Findings,
) {
    if done.contains(name) {
        return;
    }
    if let Some(start) = path.iter().position(|open| *open == name) {
        let cycle: Vec<&str> = path.iter().skip(start).copied().chain([name]).collect();
        findings.report(
            pointer::child("#/components/schemas", name),
            format!("the schema contains itself: {}", cycle.join(" -> ")),
            format!("make the inner schema a free object, `type: object`, {IN_AN_OVERLAY}"),
        );
        return;
    }
    if path.len() >= MAXIMUM_DEPTH {
        findings.report(
            pointer::child("#/components/schemas", name),
            format!("schemas are nested more than {MAXIMUM_DEPTH} levels deep"),
            format!("make an inner schema a free object, `type: object`, {IN_AN_OVERLAY}"),
        );
        return;
    }
    path.push(name);
    for target in edges.get(name).into_iter().flatten() {
        visit(target, edges, path, done, findings);
    }
    path.pop();
    done.insert(name);
}
