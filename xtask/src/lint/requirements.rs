//! Rules about fields that need each other: each of their names exists where they say.

use serde_json::{Map, Value};

use super::{Findings, IN_AN_OVERLAY, Operation, Source, text};
use crate::pointer;
use crate::requirements::{self, KEYWORD, Place};

pub(super) fn check(source: Source<'_>, findings: &mut Findings) {
    for operation in source.operations() {
        let Some(id) = text(operation.node, "operationId") else {
            continue;
        };
        let location = pointer::child(&pointer::child("#", KEYWORD), id);
        let rules = match requirements::of_operation(source.document, id) {
            Ok(rules) => rules,
            Err(error) => {
                findings.report(
                    location,
                    error.to_string(),
                    format!("correct it {IN_AN_OVERLAY}"),
                );
                continue;
            }
        };
        for rule in rules {
            let fields = fields(source, &operation, &rule.place);
            let Some(fields) = fields else {
                findings.report(
                    &location,
                    format!("{id} has no body with objects at {:?}", rule.place),
                    format!("correct `at` {IN_AN_OVERLAY}"),
                );
                continue;
            };
            let names = rule.of.iter().chain(&rule.when);
            for name in names.filter(|name| !fields.contains_key(*name)) {
                findings.report(
                    &location,
                    format!("{id} has no field `{name}` where a rule names it"),
                    format!("correct or remove the rule {IN_AN_OVERLAY}"),
                );
            }
        }
    }
}

/// The fields that a rule can name.
fn fields(
    source: Source<'_>,
    operation: &Operation<'_>,
    place: &Place,
) -> Option<Map<String, Value>> {
    let Place::Body(path) = place else {
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
