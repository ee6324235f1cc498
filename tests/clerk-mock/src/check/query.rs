//! Query parameters.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::Wrong;
use crate::description::{Description, Kind, Operation, Parameter};
use crate::percent;
use crate::rejection::Rejection;
use crate::validate::{Problem, ProblemKind};

pub(super) fn check(
    description: &Description,
    operation: &Operation,
    query: &str,
    wrong: &mut Wrong,
) -> Result<Map<String, Value>, Rejection> {
    let mut given: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        given.entry(decoded(name, name)?).or_default().push(value);
    }
    let mut checked = Map::new();
    for parameter in &operation.query_parameters {
        let name = &parameter.name;
        match given.remove(name) {
            Some(values) if values.len() > 1 && takes_several(operation, name) => {
                let mut several = Vec::new();
                for value in values {
                    let value = typed(description, parameter, &[value], wrong)?;
                    if let Some(value) = value {
                        wrong.check(name, &parameter.schema, &value, "query");
                        several.push(value);
                    }
                }
                checked.insert(name.clone(), several.into());
            }
            Some(values) => {
                let value = typed(description, parameter, &values, wrong)?;
                if let Some(value) = value {
                    wrong.check(name, &parameter.schema, &value, "query");
                    checked.insert(name.clone(), value);
                }
            }
            None if parameter.required => {
                let long = format!("In the query, {name} is required.");
                wrong.add("missing_query_parameter", name, "is missing", long);
            }
            None => {}
        }
    }
    for name in given.keys() {
        let known: Vec<&str> = operation
            .query_parameters
            .iter()
            .map(|parameter| &*parameter.name)
            .collect();
        let known = if known.is_empty() {
            "none".to_owned()
        } else {
            known.join(", ")
        };
        let long = format!(
            "In the query, {name} is not a parameter of {}. Known parameters: {known}.",
            operation.id
        );
        wrong.add("form_param_unknown", name, "is unknown", long);
    }
    Ok(checked)
}

/// Whether a parameter can be repeated although its schema is not a list.
fn takes_several(operation: &Operation, name: &str) -> bool {
    let lists = [
        "ListOrganizationInvitations",
        "ListInstanceOrganizationInvitations",
    ];
    name == "status" && lists.contains(&&*operation.id)
}

/// The value of a parameter, parsed by its type.
fn typed(
    description: &Description,
    parameter: &Parameter,
    values: &[&str],
    wrong: &mut Wrong,
) -> Result<Option<Value>, Rejection> {
    let name = &parameter.name;
    let view = description.view(&parameter.schema);
    let is_list = view.kind() == Kind::Array;
    // The first of several orders is used.
    let is_order = name == "order_by";
    if let [_, _, ..] = values
        && !(is_list && parameter.explode || is_order)
    {
        let once = if is_list {
            "once, with its items separated by commas"
        } else {
            "once"
        };
        let long = format!("In the query, {name} must appear {once}.");
        wrong.add("form_param_duplicate", name, "appears more than once", long);
        return Ok(None);
    }
    if !is_list {
        let text = decoded(name, values.first().copied().unwrap_or_default())?;
        return Ok(scalar(view.kind(), name, "", text, wrong));
    }
    let items = view.keyword("items").cloned().unwrap_or_default();
    let kind = description.view(&items).kind();
    let values: Vec<&str> = match values {
        // Split before decoding: an encoded comma is part of its item.
        [joined] if !parameter.explode => joined.split(',').collect(),
        values => values.to_vec(),
    };
    let mut typed = Vec::new();
    for (index, value) in values.into_iter().enumerate() {
        let text = decoded(name, value)?;
        typed.extend(scalar(kind, name, &format!("/{index}"), text, wrong));
    }
    Ok(Some(typed.into()))
}

fn scalar(kind: Kind, name: &str, pointer: &str, text: String, wrong: &mut Wrong) -> Option<Value> {
    let (value, must) = match kind {
        Kind::Boolean => (
            text.parse::<bool>().ok().map(Value::from),
            "be true or false",
        ),
        Kind::Integer => (text.parse::<i64>().ok().map(Value::from), "be an integer"),
        Kind::Number => (text.parse::<f64>().ok().map(Value::from), "be a number"),
        _ => (Some(Value::from(text)), ""),
    };
    if value.is_none() {
        let problem = Problem {
            pointer: pointer.to_owned(),
            kind: ProblemKind::Type,
            must: must.to_owned(),
        };
        wrong.problem(name, &problem, "query");
    }
    value
}

/// Decodes a part of a query; a plus is a space.
fn decoded(name: &str, text: &str) -> Result<String, Rejection> {
    percent::decode(&text.replace('+', " ")).map_err(|wrong| {
        Rejection::bad_request(
            "request_query_invalid",
            "query not decodable",
            format!("The query cannot be read: {name} {wrong}."),
        )
    })
}
