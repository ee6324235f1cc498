//! What changed between two operations and their parameters.

use serde_json::Value;

use super::change::{Change, Class, Impact};
use super::description::{Operation, Parameter, is, text};
use super::properties::{argument_note, deprecation, is_reordered};
use super::schema::Schema;
use super::walk::{At, Found, Role, Spot, Walk};
use super::{bodies, responses};
use crate::normalise::Location;
use crate::support::pointer;

/// Compares two operations that the description identifies as the same.
pub(super) fn compare(walk: &mut Walk<'_>, old: &Operation<'_>, new: &Operation<'_>) -> Found {
    let mut found = Found::default();
    identity(old, new, &mut found);
    parameters(walk, old, new, &mut found);
    bodies::compare(walk, old, new, &mut found);
    responses::compare(walk, old, new, &mut found);
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
                format!("the operationId is now `{}` (was `{}`)", new.id(), old.id()),
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
            note: Some("`x-speakeasy-group` names resources, not tags".to_owned()),
            ..change(
                new,
                "operation-tags-changed",
                format!("the tags are now {} (were {})", tags(new), tags(old)),
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
                "the operation is now deprecated".to_owned()
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
            "the required credentials changed".to_owned(),
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
        // Placeholders of a path are matched by position: their names are not sent.
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
                        "the {} parameter `{}` was removed",
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
                    "new {} {} parameter `{}`",
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
            "the order of required parameters changed".to_owned(),
            Class::Compatible,
            Impact::Breaking,
        ));
    }
}

/// The crate supports path and query parameters.
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
            Location::parameter(&operation.id(), parameter.at, parameter.name),
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
                    format!("`{}` is now required", new.name)
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
    // How lists and values are serialised.
    for keyword in ["explode", "style"] {
        if old.node.get(keyword) != new.node.get(keyword) {
            found.changes.push(own(
                "request-style-changed",
                format!("`{keyword}` of `{}` changed", new.name),
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

pub(super) fn summary(operation: &Operation<'_>) -> String {
    let call = operation.call();
    match (operation.event(), text(operation.node, "operationId")) {
        (Some(kind), _) => format!("the event `{kind}`"),
        (None, Some(id)) => format!("the operation `{id}` (`{call}`)"),
        (None, None) => format!("the operation `{call}`"),
    }
}
