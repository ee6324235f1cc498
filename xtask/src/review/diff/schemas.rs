//! What changed between two schemas in the same position, on the wire and in Rust.

use serde_json::Value;

use super::change::{Change, Class, Impact};
use super::properties;
use super::rust;
use super::schema::{Additional, Kind, Schema};
use super::values::{facts, format, values};
use super::walk::{Found, Role, Spot, Walk};

/// Compares two schemas, except for whether the value may be absent or null: the caller compares
/// that.
pub(super) fn content(
    walk: &mut Walk<'_>,
    before: &Schema,
    after: &Schema,
    spot: &Spot,
    found: &mut Found,
) {
    let is_call = matches!(spot.role, Role::Body | Role::Form);
    let objects = [before, after].map(|schema| matches!(schema.kind.word(), "object" | "map"));
    if is_call && objects == [true, true] {
        // A body without properties is a call without setters, not a map.
        properties::compare(walk, before, after, spot, found);
        facts(before, after, spot, found);
        return;
    }
    if before.kind.word() != after.kind.word() {
        type_changed(walk, before, after, spot, found);
        return;
    }
    values(walk, before, after, spot, found);
    format(walk, before, after, spot, found);
    facts(before, after, spot, found);
    match (&before.kind, &after.kind) {
        (Kind::List(old), Kind::List(new)) => {
            element(walk, old, new, &spot.element("items"), found);
        }
        (Kind::Map(old), Kind::Map(new)) => map(walk, old, new, spot, found),
        (
            Kind::Struct {
                additional: old, ..
            },
            Kind::Struct {
                additional: new, ..
            },
        ) => {
            properties::compare(walk, before, after, spot, found);
            additional(old, new, spot, found);
        }
        (
            Kind::Union {
                tag: old_tag,
                kinds: old,
            },
            Kind::Union {
                tag: new_tag,
                kinds: new,
            },
        ) => {
            if old_tag != new_tag {
                found.changes.push(change(
                    spot,
                    spot.role
                        .rule("request-union-tag-changed", "response-union-tag-changed"),
                    format!(
                        "the kind is now given by {} (was {})",
                        shown(new_tag.as_deref()),
                        shown(old_tag.as_deref())
                    ),
                    spot.role.breaking(),
                    Impact::Nothing,
                ));
            }
            union(walk, old, new, spot, found);
        }
        _ => {}
    }
}

pub(super) fn change(
    spot: &Spot,
    rule: &'static str,
    what: String,
    class: Class,
    impact: Impact,
) -> Change {
    Change {
        rule,
        pointer: spot.new.pointer.clone(),
        operations: Vec::new(),
        what,
        class,
        impact: spot.role.impact(impact),
        note: None,
    }
}

fn shown(tag: Option<&str>) -> String {
    tag.map_or_else(|| "their shape".to_owned(), |tag| format!("`{tag}`"))
}

fn type_changed(walk: &Walk<'_>, before: &Schema, after: &Schema, spot: &Spot, found: &mut Found) {
    let widened = matches!(
        (&before.kind, &after.kind),
        (_, Kind::Any) | (Kind::Integer, Kind::Number) | (Kind::Struct { .. }, Kind::Map(_))
    );
    let narrowed = matches!(
        (&before.kind, &after.kind),
        (Kind::Any, _) | (Kind::Number, Kind::Integer) | (Kind::Map(_), Kind::Struct { .. })
    );
    let compatible = if spot.role.is_request() {
        widened
    } else {
        narrowed
    };
    let (impact, types) = type_impact(walk, before, after, spot);
    found.changes.push(Change {
        note: types,
        ..change(
            spot,
            spot.role
                .rule("request-type-changed", "response-type-changed"),
            format!(
                "the type is now {} (was {})",
                after.kind.word(),
                before.kind.word()
            ),
            if compatible {
                Class::Compatible
            } else {
                spot.role.breaking()
            },
            impact,
        )
    });
}

/// Breaking if the Rust type changed, with both types.
pub(super) fn type_impact(
    walk: &Walk<'_>,
    before: &Schema,
    after: &Schema,
    spot: &Spot,
) -> (Impact, Option<String>) {
    let name = |schema: &Schema, old: bool| {
        let (side, location) = if old {
            (walk.old, &spot.old.location)
        } else {
            (walk.new, &spot.new.location)
        };
        match spot.role {
            Role::Form if schema.format.as_deref() == Some("binary") => "Upload".to_owned(),
            Role::Form => "String".to_owned(),
            _ => rust::type_name(side, schema, location),
        }
    };
    let (old, new) = (name(before, true), name(after, false));
    if old == new {
        return (Impact::Nothing, None);
    }
    (
        Impact::Breaking,
        Some(format!("in Rust `{new}` (was `{old}`)")),
    )
}

fn element(walk: &mut Walk<'_>, old: &Value, new: &Value, spot: &Spot, found: &mut Found) {
    let (before, after) = (Schema::of(walk.old, old), Schema::of(walk.new, new));
    // Null elements are repaired or rejected, so the type does not mention them.
    if before.nullable != after.nullable {
        let compatible = after.nullable == spot.role.is_request();
        found.changes.push(change(
            spot,
            spot.role
                .rule("request-nullable-changed", "response-nullable-changed"),
            if after.nullable {
                "an element can now be null".to_owned()
            } else {
                "an element can no longer be null".to_owned()
            },
            if compatible {
                Class::Compatible
            } else {
                spot.role.breaking()
            },
            Impact::Nothing,
        ));
    }
    walk.schemas(old, new, spot, found);
}

fn map(walk: &mut Walk<'_>, old: &Additional, new: &Additional, spot: &Spot, found: &mut Found) {
    match (old, new) {
        (Additional::Typed(old), Additional::Typed(new)) => {
            element(walk, old, new, &spot.element("additionalProperties"), found);
        }
        (Additional::Typed(_), _) | (_, Additional::Typed(_)) => {
            let breaking = matches!(new, Additional::Typed(_)) == spot.role.is_request();
            found.changes.push(change(
                spot,
                spot.role
                    .rule("request-map-values-changed", "response-map-values-changed"),
                "the type of the values was added or removed".to_owned(),
                if breaking {
                    spot.role.breaking()
                } else {
                    Class::Compatible
                },
                Impact::Breaking,
            ));
        }
        _ => {}
    }
}

/// Whether an object may contain more than its properties.
fn additional(old: &Additional, new: &Additional, spot: &Spot, found: &mut Found) {
    if old == new {
        return;
    }
    let closed = *new == Additional::Nothing;
    // Only an object that is declared as open keeps unknown properties.
    let impact = match (
        *old == Additional::Anything,
        *new == Additional::Anything,
        spot.role,
    ) {
        (false, true, Role::Received | Role::Sent) => Impact::Addition,
        (true, false, Role::Received | Role::Sent) => Impact::Breaking,
        _ => Impact::Nothing,
    };
    found.changes.push(change(
        spot,
        spot.role.rule(
            "request-additional-properties-changed",
            "response-additional-properties-changed",
        ),
        match new {
            Additional::Nothing => "other properties are now rejected",
            Additional::Unsaid => "other properties are no longer specified",
            Additional::Anything => "other properties are now allowed",
            Additional::Typed(_) => "other properties now have a type",
        }
        .to_owned(),
        if closed && spot.role.is_request() {
            Class::BreakingForRequests
        } else {
            Class::Compatible
        },
        impact,
    ));
}

fn union(
    walk: &mut Walk<'_>,
    old: &indexmap::IndexMap<String, Value>,
    new: &indexmap::IndexMap<String, Value>,
    spot: &Spot,
    found: &mut Found,
) {
    // Without a tag, the names of the components identify the kinds.
    let renamed = |name: &String| {
        let name = walk.renames.get(name)?;
        new.get_key_value(name)
    };
    let is_new = |name: &&String| {
        !old.contains_key(*name) && !old.keys().any(|old| walk.renames.get(old) == Some(*name))
    };
    let added: Vec<&String> = new.keys().filter(is_new).collect();
    let pairs: Vec<(&String, &Value, Option<&Value>)> = old
        .iter()
        .map(|(name, kind)| {
            let other = new.get(name).or_else(|| Some(renamed(name)?.1));
            (name, kind, other)
        })
        .collect();
    for name in &added {
        found.changes.push(change(
            spot,
            spot.role
                .rule("request-union-kind-added", "response-union-kind-added"),
            format!("new kind `{name}`"),
            if spot.role.is_request() {
                Class::Compatible
            } else {
                Class::BreakingForResponses
            },
            Impact::Addition,
        ));
    }
    for (name, kind, other) in pairs {
        match other {
            Some(other) => walk.schemas(kind, other, spot, found),
            None if walk.is_searching => {
                for name in &added {
                    if let Some(other) = new.get(*name) {
                        walk.schemas(kind, other, spot, found);
                    }
                }
            }
            None => found.changes.push(change(
                spot,
                spot.role
                    .rule("request-union-kind-removed", "response-union-kind-removed"),
                format!("the kind `{name}` was removed"),
                if spot.role.is_request() {
                    Class::BreakingForRequests
                } else {
                    Class::Compatible
                },
                Impact::Breaking,
            )),
        }
    }
}
