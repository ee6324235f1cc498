//! Rules about dependent fields, and values for samples: every field that they name must exist.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::{Findings, IN_AN_OVERLAY, Operation, Source, text};
use crate::correct::requirements::{self, KEYWORD, Location};
use crate::correct::samples::{self, Given};
use crate::support::pointer;

pub(super) fn check(source: Source<'_>, findings: &mut Findings) {
    let mut seen = BTreeSet::new();
    for operation in source.operations() {
        let Some(id) = text(operation.node, "operationId") else {
            continue;
        };
        // A second operation with the same id is reported elsewhere; the rules do not apply to it.
        if !seen.insert(id) {
            continue;
        }
        check_samples(source, &operation, id, findings);
        let location = pointer::child(&pointer::child("#", KEYWORD), id);
        let rules = match requirements::of_operation(source.document, id) {
            Ok(rules) => rules,
            Err(error) => {
                findings.report(location, error.message, error.help);
                continue;
            }
        };
        for rule in rules {
            let fields = fields(source, &operation, &rule.location);
            let Some(fields) = fields else {
                findings.report(
                    &location,
                    format!("the body of {id} has no objects at {:?}", rule.location),
                    format!("correct `at` {IN_AN_OVERLAY}"),
                );
                continue;
            };
            let names = rule.of.iter().chain(&rule.when);
            for name in names.filter(|name| !fields.contains_key(*name)) {
                findings.report(
                    &location,
                    format!("a rule names the field `{name}`, which {id} does not have"),
                    format!("correct or remove the rule {IN_AN_OVERLAY}"),
                );
            }
        }
    }
}

fn check_samples(source: Source<'_>, operation: &Operation<'_>, id: &str, findings: &mut Findings) {
    let location = pointer::child(&pointer::child("#", samples::KEYWORD), id);
    let given = match Given::of_operation(source.document, id) {
        Ok(given) => given,
        Err(error) => return findings.report(location, error.message, error.help),
    };
    let body = given.body.keys().chain(&given.optional);
    let of_query = fields(source, operation, &Location::Query).unwrap_or_default();
    let of_body = fields(source, operation, &Location::Body(String::new())).unwrap_or_default();
    let of_either = of_query.iter().chain(&of_body);
    let of_either: Map<String, Value> = of_either
        .map(|(name, it)| (name.clone(), it.clone()))
        .collect();
    let named = [
        (&of_query, given.query.keys().collect::<Vec<_>>()),
        (&of_body, body.collect()),
        (&of_either, given.example.iter().collect()),
    ];
    for (fields, names) in named {
        for name in names.iter().filter(|name| !fields.contains_key(**name)) {
            findings.report(
                &location,
                format!("a sample names the field `{name}`, which {id} does not have"),
                format!("correct or remove the sample {IN_AN_OVERLAY}"),
            );
        }
    }
}

/// The fields that a rule can name.
fn fields(
    source: Source<'_>,
    operation: &Operation<'_>,
    location: &Location,
) -> Option<Map<String, Value>> {
    let Location::Body(path) = location else {
        let parameters = operation.parameters.iter();
        let parameters = parameters.map(|(_, parameter)| source.resolve(parameter));
        return Some(
            parameters
                .filter(|parameter| parameter.get("in").is_some_and(|at| at == "query"))
                .filter_map(|parameter| {
                    Some((
                        parameter.get("name")?.as_str()?.to_owned(),
                        parameter.clone(),
                    ))
                })
                .collect(),
        );
    };
    let body = source.resolve(operation.node.get("requestBody")?);
    let media = body.get("content")?.as_object()?.values().next()?;
    let mut schema = media.get("schema")?;
    for step in path.split('.').filter(|step| !step.is_empty()) {
        schema = source.property(schema, step.trim_end_matches("[]"))?;
        if step.ends_with("[]") {
            schema = source.resolve(schema).get("items")?;
        }
    }
    Some(source.properties(schema))
}
