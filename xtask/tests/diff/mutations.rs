//! Every fact that the vocabulary knows, changed wherever a description may have it: each change is
//! reported with its location, and by a rule of its own.
//!
//! The keywords are read from the vocabulary, so a new one is covered as soon as it is listed.

use std::collections::BTreeSet;

use serde_json::Map;
use xtask::input::vocabulary::{self, Kind, Meaning};

use super::*;

/// Keywords that are no facts of the interface: samples for our own tests and examples.
const SAMPLES: [&str; 2] = ["x-samples", "x-sample-values"];

/// Keywords that only contain other nodes and that a description must have: nothing changes there.
const CONTAINERS: [(&str, &str); 2] = [("the document", "components"), ("the document", "info")];

/// A description with every kind of node, in requests, responses, failures and unused components.
fn everything() -> Value {
    load::yaml(&data("diff-everything.yaml")).unwrap()
}

/// Its schemas as the data of an event.
fn events() -> Value {
    let mut document = everything();
    let schemas = ["Everything", "Union", "Base"].map(|name| {
        let schema = json!({ "$ref": format!("#/components/schemas/{name}") });
        let kind = name.to_lowercase();
        let event = json!({ "get": {
            "operationId": format!("Event{name}"),
            "x-speakeasy-group": "thing",
            "x-speakeasy-name-override": name,
            "responses": { "200": { "content": { "application/json": { "schema": schema } } } },
        } });
        (format!("/thing.{kind}"), event)
    });
    set(&mut document, "/paths", schemas.into_iter().collect());
    for section in ["parameters", "requestBodies", "responses"] {
        set(
            &mut document,
            &format!("/components/{section}"),
            Value::Null,
        );
    }
    document
}

/// The locations of all nodes, with their kinds.
fn nodes(document: &Value) -> Vec<(String, &'static Kind)> {
    let mut nodes = Vec::new();
    let members = document.as_object().unwrap();
    vocabulary::walk(members, &vocabulary::DOCUMENT, "", &mut |at, kind, _| {
        nodes.push((at.to_owned(), kind));
    });
    nodes
}

/// Another value for a keyword; `None` if there is none that leaves the document valid.
fn other(keyword: &str, meaning: Meaning, value: Option<&Value>) -> Option<Value> {
    let is_set = value == Some(&Value::Bool(true));
    let extended = |item: Value| {
        let mut items = value.and_then(Value::as_array).cloned().unwrap_or_default();
        items.push(item);
        Value::Array(items)
    };
    let with_member = |member: Value| {
        let mut members = value
            .and_then(Value::as_object)
            .cloned()
            .unwrap_or_default();
        members.insert("mutated".to_owned(), member);
        Value::Object(members)
    };
    Some(match (keyword, meaning) {
        ("$ref", _) => {
            let (section, name) = value?.as_str()?.rsplit_once('/')?;
            let name = if name == "Other" { "Base" } else { "Other" };
            json!(format!("{section}/{name}"))
        }
        ("openapi", _) => json!("3.0.9"),
        ("mapping", _) => with_member(json!("#/components/schemas/Other")),
        ("enum", _) => extended(json!("mutated")),
        (_, Meaning::Text) => json!(format!(
            "{}s",
            value.and_then(Value::as_str).unwrap_or_default()
        )),
        (_, Meaning::Flag) => json!(!is_set),
        (_, Meaning::Number) => json!(value.and_then(Value::as_i64).unwrap_or_default() + 1),
        (_, Meaning::Texts | Meaning::RequiredNames) => extended(json!("mutated")),
        (_, Meaning::Any) => json!({ "mutated": value }),
        (_, Meaning::Security) => extended(json!({ "other": [] })),
        (_, Meaning::Node(kind)) => match value {
            None => minimal(kind),
            Some(_) => return None,
        },
        (_, Meaning::NodeOrFlag(_)) => json!(value == Some(&Value::Bool(false))),
        (_, Meaning::List(kind)) => extended(minimal(kind)),
        (_, Meaning::Sorted(kind) | Meaning::Ordered(kind)) => with_member(minimal(kind)),
        (_, Meaning::Prose | Meaning::Own(_)) => return None,
    })
}

/// The smallest node of a kind.
fn minimal(kind: &Kind) -> Value {
    let mut node = Map::new();
    for needed in kind.needed {
        let value = match kind.keyword(needed).unwrap().meaning {
            Meaning::Node(inner) => minimal(inner),
            Meaning::Sorted(_) | Meaning::Ordered(_) => json!({}),
            _ => json!("mutated"),
        };
        node.insert((*needed).to_owned(), value);
    }
    Value::Object(node)
}

/// The changes if a keyword of the node at `at` has another value, or is gone.
fn mutated(
    (old, document): (&Description, &Value),
    at: &str,
    keyword: &str,
    value: Option<Value>,
) -> Option<Report> {
    let mut changed = document.clone();
    let node = changed.pointer_mut(at).unwrap().as_object_mut().unwrap();
    match value {
        Some(value) => node.insert(keyword.to_owned(), value),
        None => node.shift_remove(keyword),
    };
    // Without some keywords, references do not resolve or it is no description.
    let new = Description::new("new", changed).ok()?;
    Some(diff::compare(old, &new))
}

/// Checks that a change at the keyword, or below its node, is reported by a rule of its own.
fn reported(report: &Report, at: &str, keyword: &str, what: &str) {
    let node = format!("#{at}");
    let place = format!("{node}/{keyword}");
    let is_there = |change: &&Change| {
        let here = format!("{}/{}", change.pointer, change.keyword);
        change.pointer == node
            || change.pointer.starts_with(&format!("{node}/"))
            // What replaces a part of a schema changes the schema.
            || node.starts_with(&format!("{}/allOf/", change.pointer))
            // What is excluded is compared as a whole.
            || (place.starts_with(&here) && change.keyword == "not")
    };
    let there: Vec<&Change> = report.changes.iter().filter(is_there).collect();
    assert!(!there.is_empty(), "{what} {place}: {:#?}", report.changes);
    for change in &report.changes {
        assert_ne!(
            change.rule,
            diff::UNCLASSIFIED,
            "{what} {place}: {change:#?}"
        );
    }
}

#[test]
fn every_fact_that_changes_is_reported_with_its_location() {
    let mut covered = BTreeSet::new();
    for document in [everything(), events()] {
        let old = Description::new("old", document.clone()).unwrap();
        let sides = (&old, &document);
        for (position, (at, kind)) in nodes(&document).into_iter().enumerate() {
            for (index, keyword) in kind.keywords.iter().enumerate() {
                let value = document.pointer(&at).unwrap().get(keyword.name);
                // A keyword that is not there is added to every fourth schema, each to others.
                let is_turn = !kind.is(&vocabulary::SCHEMA) || (position + index) % 4 == 0;
                if SAMPLES.contains(&keyword.name) || (value.is_none() && !is_turn) {
                    continue;
                }
                if let Some(other) = other(keyword.name, keyword.meaning, value)
                    && let Some(report) = mutated(sides, &at, keyword.name, Some(other))
                {
                    reported(&report, &at, keyword.name, "changed");
                    covered.insert((kind.name, keyword.name));
                }
                let is_fact = !matches!(keyword.meaning, Meaning::Prose | Meaning::Own(_));
                // Without these, it is no description.
                let is_container = CONTAINERS.contains(&(kind.name, keyword.name));
                if is_fact
                    && !is_container
                    && value.is_some()
                    && let Some(report) = mutated(sides, &at, keyword.name, None)
                {
                    reported(&report, &at, keyword.name, "removed");
                    covered.insert((kind.name, keyword.name));
                }
            }
        }
    }
    let mut missing = Vec::new();
    let mut kinds = vec![&vocabulary::DOCUMENT];
    let mut known = BTreeSet::new();
    while let Some(kind) = kinds.pop() {
        if !known.insert(kind.name) {
            continue;
        }
        for keyword in kind.keywords {
            match keyword.meaning {
                Meaning::Prose | Meaning::Own(_) => continue,
                Meaning::Node(inner)
                | Meaning::NodeOrFlag(inner)
                | Meaning::List(inner)
                | Meaning::Sorted(inner)
                | Meaning::Ordered(inner) => kinds.push(inner),
                _ => {}
            }
            if !SAMPLES.contains(&keyword.name) && !covered.contains(&(kind.name, keyword.name)) {
                missing.push((kind.name, keyword.name));
            }
        }
    }
    missing.sort_unstable();
    assert_eq!(missing, CONTAINERS, "no mutation reaches these");
}

#[test]
fn a_change_has_the_roles_in_which_it_is_used() {
    let of = |document: &Value| {
        let at = "/components/schemas/Everything/properties/text";
        let old = Description::new("old", document.clone()).unwrap();
        let report = mutated((&old, document), at, "pattern", Some(json!("^a"))).unwrap();
        let changes = report.changes.into_iter();
        changes
            .map(|change| (change.rule, Vec::from_iter(change.roles)))
            .collect::<Vec<_>>()
    };
    let named = |rule: &str, roles: &[Role]| (rule.to_owned(), roles.to_vec());
    assert_eq!(
        of(&everything()),
        [
            named("request-limit-changed", &[Role::Request]),
            named("response-limit-changed", &[Role::Response, Role::Failure]),
        ]
    );
    assert_eq!(
        of(&events()),
        [named("response-limit-changed", &[Role::Webhook])]
    );
}
