//! What changed among the responses of an operation.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::Description;
use super::change::{Change, Class, Impact};
use super::description::{Operation, members};
use super::operations::change;
use super::schema::{Kind, Schema};
use super::walk::{At, Found, Role, Spot, Walk};
use crate::normalise::Location;
use crate::support::pointer;

const JSON: &str = "application/json";

/// A response with a JSON body.
struct Response<'a> {
    /// The pointer of its schema.
    at: At,
    schema: Option<&'a Value>,
}

pub(super) fn compare(
    walk: &mut Walk<'_>,
    old: &Operation<'_>,
    new: &Operation<'_>,
    found: &mut Found,
) {
    statuses(old, new, found);
    content_types(walk, old, new, found);
    failures(walk, old, new, found);
    let (Some(before), Some(after)) = (success(walk.old, old), success(walk.new, new)) else {
        return;
    };
    let spot = Spot {
        role: Role::Received,
        old: before.at,
        new: after.at,
        component: None,
    };
    let (Some(one), Some(other)) = (before.schema, after.schema) else {
        if before.schema.is_some() != after.schema.is_some() {
            found.changes.push(change(
                new,
                "response-body-changed",
                if after.schema.is_some() {
                    "the response now has content".to_owned()
                } else {
                    "the response no longer has content".to_owned()
                },
                if after.schema.is_some() {
                    Class::Compatible
                } else {
                    Class::BreakingForResponses
                },
                Impact::Breaking,
            ));
        }
        return;
    };
    match (
        page_items(walk.old, old, one),
        page_items(walk.new, new, other),
    ) {
        (Some(items), Some(others)) => pages(walk, (one, items), (other, others), &spot, found),
        (None, None) => walk.schemas(one, other, &spot, found),
        (was_page, _) => {
            found.changes.push(Change {
                note: Some(
                    "a list with `limit` and `offset` is returned as a `Page` with a \
                     stream"
                        .to_owned(),
                ),
                ..change(
                    new,
                    "response-paging-changed",
                    if was_page.is_some() {
                        "the response is no longer a page".to_owned()
                    } else {
                        "the response is now a page".to_owned()
                    },
                    Class::Compatible,
                    Impact::Breaking,
                )
            });
            walk.schemas(one, other, &spot, found);
        }
    }
}

/// A page is one runtime type, whichever way it is written on the wire.
fn pages(
    walk: &mut Walk<'_>,
    (old, items): (&Value, Value),
    (new, others): (&Value, Value),
    spot: &Spot,
    found: &mut Found,
) {
    let (before, after) = (Schema::of(walk.old, old), Schema::of(walk.new, new));
    if before.kind.word() == after.kind.word() {
        walk.unnamed(old, new, spot, found);
        return;
    }
    found.changes.push(Change {
        note: Some("the crate reads both forms of a page".to_owned()),
        ..super::schemas::change(
            spot,
            "response-page-form-changed",
            format!(
                "the page is now {} (was {})",
                after.kind.word(),
                before.kind.word()
            ),
            Class::BreakingForResponses,
            Impact::Nothing,
        )
    });
    walk.schemas(&items, &others, &spot.element("items"), found);
}

/// The bodies of error responses.
fn failures(walk: &mut Walk<'_>, old: &Operation<'_>, new: &Operation<'_>, found: &mut Found) {
    let (Some(before), Some(after)) = (
        members(old.node, "responses"),
        members(new.node, "responses"),
    ) else {
        return;
    };
    for (status, declared) in after.iter().filter(|(status, _)| !status.starts_with('2')) {
        let Some(former) = before.get(status) else {
            continue;
        };
        let old_response = response_of(walk.old, old, status, former);
        let new_response = response_of(walk.new, new, status, declared);
        let (Some(one), Some(other)) = (old_response.schema, new_response.schema) else {
            continue;
        };
        let spot = Spot {
            role: Role::Failure,
            old: old_response.at,
            new: new_response.at,
            component: None,
        };
        walk.schemas(one, other, &spot, found);
    }
}

/// The response that the crate decodes.
fn success<'a>(side: &'a Description, operation: &Operation<'a>) -> Option<Response<'a>> {
    let responses = members(operation.node, "responses")?;
    let (status, declared) = responses
        .iter()
        .find(|(status, _)| status.starts_with('2'))?;
    Some(response_of(side, operation, status, declared))
}

fn response_of<'a>(
    side: &'a Description,
    operation: &Operation<'a>,
    status: &str,
    declared: &'a Value,
) -> Response<'a> {
    let (response, component) = side.resolve(declared);
    let location = Location::response(component, &operation.id());
    let owner = match component {
        Some(component) => pointer::child("#/components/responses", component),
        None => pointer::child(&pointer::child(&operation.pointer, "responses"), status),
    };
    let content = pointer::child(&pointer::child(&owner, "content"), JSON);
    Response {
        at: At::new(pointer::child(&content, "schema"), location),
        schema: members(response, "content")
            .and_then(|content| content.get(JSON))
            .and_then(|media| media.get("schema")),
    }
}

/// Shared responses in the same position under another name, with the old name removed.
pub(super) fn renamed(
    old: &Description,
    before: &Operation<'_>,
    new: &Description,
    after: &Operation<'_>,
) -> Option<(String, String)> {
    let name = |side: &Description, operation: &Operation<'_>| {
        let responses = members(operation.node, "responses")?;
        let (_, declared) = responses
            .iter()
            .find(|(status, _)| status.starts_with('2'))?;
        side.resolve(declared).1.map(str::to_owned)
    };
    let (from, to) = (name(old, before)?, name(new, after)?);
    let has = |side: &Description, name: &str| {
        let responses = side.document.pointer("/components/responses");
        responses.is_some_and(|all| all.get(name).is_some())
    };
    (from != to && !has(new, &from) && !has(old, &to)).then_some((from, to))
}

/// The schema of the elements, if the response is a page.
fn page_items(side: &Description, operation: &Operation<'_>, schema: &Value) -> Option<Value> {
    let takes = |name: &str| {
        let parameters = &operation.parameters;
        parameters
            .iter()
            .any(|parameter| parameter.name == name && parameter.at == "query")
    };
    if operation.method != "get" || !takes("limit") || !takes("offset") {
        return None;
    }
    match Schema::of(side, schema).kind {
        Kind::List(items) => Some(items),
        Kind::Struct { properties, .. }
            if properties.len() == 2 && properties.contains_key("total_count") =>
        {
            properties
                .values()
                .find_map(|property| match Schema::of(side, property).kind {
                    Kind::List(items) => Some(items),
                    _ => None,
                })
        }
        _ => None,
    }
}

fn statuses(old: &Operation<'_>, new: &Operation<'_>, found: &mut Found) {
    let names = |operation: &Operation<'_>| -> BTreeSet<String> {
        let responses = members(operation.node, "responses");
        responses
            .into_iter()
            .flatten()
            .map(|(status, _)| status.clone())
            .collect()
    };
    let (before, after) = (names(old), names(new));
    let location = |operation: &Operation<'_>, status: &str| {
        pointer::child(&pointer::child(&operation.pointer, "responses"), status)
    };
    let is_success = |status: &str| status.starts_with('2');
    for status in after.difference(&before) {
        found.changes.push(Change {
            pointer: location(new, status),
            ..change(
                new,
                "response-status-added",
                format!("new status {status}"),
                Class::Compatible,
                Impact::Nothing,
            )
        });
    }
    for status in before.difference(&after) {
        found.changes.push(Change {
            pointer: location(old, status),
            // The crate treats every 2xx as success.
            ..change(
                new,
                "response-status-removed",
                format!("the status {status} was removed"),
                if is_success(status) {
                    Class::BreakingForResponses
                } else {
                    Class::Compatible
                },
                Impact::Nothing,
            )
        });
    }
}

fn content_types(walk: &Walk<'_>, old: &Operation<'_>, new: &Operation<'_>, found: &mut Found) {
    let empty = json!({});
    let responses = members(new.node, "responses");
    for (status, response) in responses.into_iter().flatten() {
        let former = members(old.node, "responses").and_then(|all| all.get(status));
        let Some(former) = former else { continue };
        let (former, _) = walk.old.resolve(former);
        let (response, _) = walk.new.resolve(response);
        let before = former.get("content").unwrap_or(&empty).as_object();
        let after = response.get("content").unwrap_or(&empty).as_object();
        let (Some(before), Some(after)) = (before, after) else {
            continue;
        };
        let location = |operation: &Operation<'_>, name: &str| {
            let responses = pointer::child(&operation.pointer, "responses");
            let content = pointer::child(&pointer::child(&responses, status), "content");
            pointer::child(&content, name)
        };
        // The comparison of response types reports JSON that is added or removed.
        for name in after
            .keys()
            .filter(|name| !before.contains_key(*name) && *name != JSON)
        {
            found.changes.push(Change {
                pointer: location(new, name),
                note: Some("the crate asks for JSON".to_owned()),
                ..change(
                    new,
                    "response-content-type-added",
                    format!("the status {status} can now return `{name}`"),
                    Class::Compatible,
                    Impact::Nothing,
                )
            });
        }
        for name in before
            .keys()
            .filter(|name| !after.contains_key(*name) && *name != JSON)
        {
            found.changes.push(Change {
                pointer: location(old, name),
                ..change(
                    new,
                    "response-content-type-removed",
                    format!("the status {status} can no longer return `{name}`"),
                    Class::BreakingForResponses,
                    Impact::Nothing,
                )
            });
        }
    }
}
