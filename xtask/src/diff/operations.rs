//! What changed between two operations, parameters and bodies included.

use serde_json::Value;

use super::change::{Change, Class, Impact};
use super::description::{Operation, Parameter, is, members, text};
use super::properties::{argument_note, deprecation, is_reordered};
use super::schema::Schema;
use super::walk::{At, Found, Role, Spot, Walk};
use super::{answers, rust};
use crate::normalise::Place;
use crate::pointer;

const JSON: &str = "application/json";
const FORM: &str = "multipart/form-data";

/// Compares two operations that are the same to those who describe them.
pub(super) fn compare(walk: &mut Walk<'_>, old: &Operation<'_>, new: &Operation<'_>) -> Found {
    let mut found = Found::default();
    identity(old, new, &mut found);
    parameters(walk, old, new, &mut found);
    body(walk, old, new, &mut found);
    answers::compare(walk, old, new, &mut found);
    found
}

/// A change of an operation as a whole.
pub(super) fn change(
    operation: &Operation<'_>,
    rule: &'static str,
    what: String,
    class: Class,
    impact: Impact,
) -> Change {
    Change {
        rule,
        pointer: operation.pointer.clone(),
        operations: Vec::new(),
        what,
        class,
        impact,
        note: None,
    }
}

fn identity(old: &Operation<'_>, new: &Operation<'_>, found: &mut Found) {
    if (old.method, old.template()) != (new.method, new.template()) {
        found.changes.push(change(
            new,
            "operation-moved",
            format!("`{}` is now `{}`", old.call(), new.call()),
            Class::BreakingForRequests,
            Impact::Nothing,
        ));
    }
    if old.id() != new.id() {
        found.changes.push(Change {
            note: Some(format!(
                "move pins from `operations.{}` to `operations.{}` in spec/names.yaml",
                old.id(),
                new.id()
            )),
            ..change(
                new,
                "operation-id-changed",
                format!(
                    "the operationId is `{}` instead of `{}`",
                    new.id(),
                    old.id()
                ),
                Class::Compatible,
                Impact::Nothing,
            )
        });
    }
    if old.rust() != new.rust() {
        found.changes.push(Change {
            note: Some("an overlay can keep the old resource and method name".to_owned()),
            ..change(
                new,
                "operation-renamed",
                format!("`{}` is now `{}`", old.name().rust, new.name().rust),
                Class::Compatible,
                Impact::Breaking,
            )
        });
    }
    if old.node.get("tags") != new.node.get("tags") {
        found.changes.push(Change {
            note: Some("resources are named by `x-speakeasy-group`, not by tags".to_owned()),
            ..change(
                new,
                "operation-tags-changed",
                format!("the tags are {} instead of {}", tags(new), tags(old)),
                Class::Compatible,
                Impact::Nothing,
            )
        });
    }
    let (was, now) = (is(old.node, "deprecated"), is(new.node, "deprecated"));
    if was != now {
        found.changes.push(change(
            new,
            "operation-deprecation-changed",
            if now {
                "the operation is deprecated".to_owned()
            } else {
                "the operation is no longer deprecated".to_owned()
            },
            Class::Compatible,
            if now {
                Impact::Deprecation
            } else {
                Impact::Nothing
            },
        ));
    }
    let security = |operation: &Operation<'_>| operation.node.get("security").cloned();
    if security(old) != security(new) {
        found.changes.push(change(
            new,
            "operation-security-changed",
            "the credentials that it asks for are others".to_owned(),
            if security(new) == Some(Value::Array(Vec::new())) {
                Class::Compatible
            } else {
                Class::BreakingForRequests
            },
            Impact::Nothing,
        ));
    }
}

fn tags(operation: &Operation<'_>) -> String {
    match operation.node.get("tags") {
        Some(tags) => tags.to_string(),
        None => "none".to_owned(),
    }
}

fn parameters(walk: &mut Walk<'_>, old: &Operation<'_>, new: &Operation<'_>, found: &mut Found) {
    let pairs = |operation: &Operation<'_>| -> Vec<(String, String)> {
        // Placeholders of a path are told by their position: their names are not sent.
        let path = operation.path_parameters();
        operation
            .parameters
            .iter()
            .map(|parameter| {
                let position = path
                    .iter()
                    .position(|known| known.name == parameter.name && parameter.at == "path");
                let name = position.map_or_else(|| parameter.name.to_owned(), |at| at.to_string());
                (parameter.at.to_owned(), name)
            })
            .collect()
    };
    let (before, after) = (pairs(old), pairs(new));
    for (key, parameter) in before.iter().zip(&old.parameters) {
        let other = after.iter().position(|known| known == key);
        match other.and_then(|at| new.parameters.get(at)) {
            Some(other) => {
                let sides = ((old, parameter), (new, other));
                both_parameters(walk, sides, found);
            }
            None => found.changes.push(Change {
                pointer: parameter.pointer.clone(),
                note: Some(format!(
                    "an overlay can keep `{}`, marked `deprecated`, for one release",
                    parameter.name
                )),
                ..change(
                    new,
                    "request-parameter-removed",
                    format!(
                        "the {} parameter `{}` is gone",
                        parameter.at, parameter.name
                    ),
                    Class::BreakingForRequests,
                    in_rust(parameter, Impact::Breaking),
                )
            }),
        }
    }
    for (key, parameter) in after.iter().zip(&new.parameters) {
        if before.contains(key) {
            continue;
        }
        let required = parameter.is_required();
        found.changes.push(Change {
            pointer: parameter.pointer.clone(),
            ..change(
                new,
                "request-parameter-added",
                format!(
                    "the {} {} parameter `{}` is new",
                    if required { "required" } else { "optional" },
                    parameter.at,
                    parameter.name
                ),
                if required {
                    Class::BreakingForRequests
                } else {
                    Class::Compatible
                },
                in_rust(
                    parameter,
                    if required {
                        Impact::Breaking
                    } else {
                        Impact::Addition
                    },
                ),
            )
        });
    }
    let required = |keys: &[(String, String)], operation: &Operation<'_>| -> Vec<String> {
        keys.iter()
            .zip(&operation.parameters)
            .filter(|(_, parameter)| parameter.at == "query" && parameter.is_required())
            .map(|((_, name), _)| name.clone())
            .collect()
    };
    if is_reordered(&required(&before, old), &required(&after, new)) {
        found.changes.push(change(
            new,
            "request-arguments-reordered",
            "required parameters stand in another order".to_owned(),
            Class::Compatible,
            Impact::Breaking,
        ));
    }
}

/// The crate knows parameters of paths and queries.
fn in_rust(parameter: &Parameter<'_>, impact: Impact) -> Impact {
    match parameter.at {
        "path" | "query" => impact,
        _ => Impact::Nothing,
    }
}

type Side<'s, 'a> = (&'s Operation<'a>, &'s Parameter<'a>);

fn both_parameters(
    walk: &mut Walk<'_>,
    ((old_operation, old), (new_operation, new)): (Side<'_, '_>, Side<'_, '_>),
    found: &mut Found,
) {
    let at = |operation: &Operation<'_>, parameter: &Parameter<'_>| {
        At::new(
            pointer::child(&parameter.pointer, "schema"),
            Place::parameter(&operation.id(), parameter.at, parameter.name),
        )
    };
    let spot = Spot {
        role: Role::Parameter,
        old: at(old_operation, old),
        new: at(new_operation, new),
        component: None,
    };
    let own = |rule, what, class, impact| Change {
        pointer: new.pointer.clone(),
        ..change(new_operation, rule, what, class, impact)
    };
    let required = new.is_required();
    if old.is_required() != required {
        found.changes.push(Change {
            note: Some(argument_note(required)),
            ..own(
                "request-required-changed",
                if required {
                    format!("`{}` is required", new.name)
                } else {
                    format!("`{}` is no longer required", new.name)
                },
                if required {
                    Class::BreakingForRequests
                } else {
                    Class::Compatible
                },
                in_rust(new, Impact::Breaking),
            )
        });
    }
    // How lists are written, and how values are.
    for keyword in ["explode", "style"] {
        if old.node.get(keyword) != new.node.get(keyword) {
            found.changes.push(own(
                "request-style-changed",
                format!("`{keyword}` of `{}` is another", new.name),
                Class::BreakingForRequests,
                Impact::Nothing,
            ));
        }
    }
    let schema =
        |parameter: &Parameter<'_>| parameter.node.get("schema").cloned().unwrap_or_default();
    let (before, after) = (schema(old), schema(new));
    let marked = |parameter: &Parameter<'_>, schema: &Schema| {
        is(parameter.node, "deprecated") || schema.deprecated
    };
    let was = marked(old, &Schema::of(walk.old, &before));
    let now = marked(new, &Schema::of(walk.new, &after));
    deprecation(was, now, new.name, &spot, found);
    walk.schemas(&before, &after, &spot, found);
}

/// A body as it is sent: its pointer, its media type and the schema of that.
struct Body<'a> {
    pointer: String,
    node: &'a Value,
    media_type: &'a str,
    schema: Value,
}

fn body_of<'a>(side: &'a super::Description, operation: &Operation<'a>) -> Option<Body<'a>> {
    let declared = operation.node.get("requestBody")?;
    let (node, _) = side.resolve(declared);
    let content = members(node, "content")?;
    // What the crate would send, where there is a choice.
    let (media_type, media) = content
        .get_key_value(JSON)
        .or_else(|| content.get_key_value(FORM))
        .or_else(|| content.iter().next())?;
    let place = pointer::child(&operation.pointer, "requestBody");
    Some(Body {
        pointer: pointer::child(&pointer::child(&place, "content"), media_type),
        node,
        media_type,
        schema: media.get("schema").cloned().unwrap_or_default(),
    })
}

fn body(walk: &mut Walk<'_>, old: &Operation<'_>, new: &Operation<'_>, found: &mut Found) {
    let (before, after) = (body_of(walk.old, old), body_of(walk.new, new));
    let empty = serde_json::json!({ "type": "object" });
    let required =
        |body: &Option<Body<'_>>| body.as_ref().is_some_and(|body| is(body.node, "required"));
    match (&before, &after) {
        (None, None) => return,
        (Some(one), Some(other)) => media_types(new, one, other, found),
        (None, Some(_)) => found.changes.push(change(
            new,
            "request-body-added",
            "the operation takes a body".to_owned(),
            if required(&after) {
                Class::BreakingForRequests
            } else {
                Class::Compatible
            },
            Impact::Nothing,
        )),
        (Some(_), None) => found.changes.push(change(
            new,
            "request-body-removed",
            "the operation takes no body".to_owned(),
            Class::BreakingForRequests,
            Impact::Nothing,
        )),
    }
    if before.is_some() && required(&before) != required(&after) && after.is_some() {
        found.changes.push(change(
            new,
            "request-body-required-changed",
            if required(&after) {
                "the body is required".to_owned()
            } else {
                "the body may be left out".to_owned()
            },
            if required(&after) {
                Class::BreakingForRequests
            } else {
                Class::Compatible
            },
            Impact::Nothing,
        ));
    }
    let at = |body: &Option<Body<'_>>, operation: &Operation<'_>, side: &super::Description| {
        let pointer = match body {
            Some(body) => pointer::child(&body.pointer, "schema"),
            None => pointer::child(&operation.pointer, "requestBody"),
        };
        let place = Place::body(&operation.id());
        let schema = body.as_ref().map_or(&empty, |body| &body.schema);
        At::new(pointer, rust::within(&Schema::of(side, schema), &place))
    };
    let media_type = after
        .as_ref()
        .or(before.as_ref())
        .map_or(JSON, |body| body.media_type);
    let spot = Spot {
        role: if media_type == FORM {
            Role::Form
        } else {
            Role::Body
        },
        old: at(&before, old, walk.old),
        new: at(&after, new, walk.new),
        component: None,
    };
    let schema = |body: &Option<Body<'_>>| {
        body.as_ref()
            .map_or(empty.clone(), |body| body.schema.clone())
    };
    walk.unnamed(&schema(&before), &schema(&after), &spot, found);
}

fn media_types(new: &Operation<'_>, old_body: &Body<'_>, new_body: &Body<'_>, found: &mut Found) {
    let names = |body: &Body<'_>| -> Vec<String> {
        let content = members(body.node, "content");
        content
            .into_iter()
            .flatten()
            .map(|(name, _)| name.clone())
            .collect()
    };
    let (before, after) = (names(old_body), names(new_body));
    let place = || pointer::child(&new.pointer, "requestBody");
    // The crate sends one of them.
    let impact = |name: &str| {
        if name == old_body.media_type && old_body.media_type != new_body.media_type {
            Impact::Breaking
        } else {
            Impact::Nothing
        }
    };
    for name in after.iter().filter(|name| !before.contains(name)) {
        found.changes.push(Change {
            pointer: pointer::child(&pointer::child(&place(), "content"), name),
            note: Some("the crate sends one content type; an overlay says which".to_owned()),
            ..change(
                new,
                "request-content-type-added",
                format!("a body can be sent as `{name}`"),
                Class::Compatible,
                Impact::Nothing,
            )
        });
    }
    for name in before.iter().filter(|name| !after.contains(name)) {
        found.changes.push(Change {
            pointer: pointer::child(&pointer::child(&place(), "content"), name),
            ..change(
                new,
                "request-content-type-removed",
                format!("a body can no longer be sent as `{name}`"),
                Class::BreakingForRequests,
                impact(name),
            )
        });
    }
}

pub(super) fn summary(operation: &Operation<'_>) -> String {
    match text(operation.node, "operationId") {
        Some(id) => format!("`{id}` (`{}`)", operation.call()),
        None => format!("`{}`", operation.call()),
    }
}
