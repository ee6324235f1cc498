//! What changed between two schemas of one spot, and what that means on the wire and in Rust.

use serde_json::Value;

use super::change::{Change, Class, Impact};
use super::properties;
use super::rust;
use super::schema::{Additional, Kind, Schema};
use super::walk::{Found, Role, Spot, Walk};

/// Compares what two schemas say, but not whether they may be absent or null: that is said by what
/// holds them.
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
                        "the kinds are told by {} instead of {}",
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
    tag.map_or_else(|| "their form".to_owned(), |tag| format!("`{tag}`"))
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
                "the type is {} instead of {}",
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

/// Breaking if the Rust type is another one, with both types.
fn type_impact(
    walk: &Walk<'_>,
    before: &Schema,
    after: &Schema,
    spot: &Spot,
) -> (Impact, Option<String>) {
    let name = |schema: &Schema, old: bool| {
        let (side, place) = if old {
            (walk.old, &spot.old.place)
        } else {
            (walk.new, &spot.new.place)
        };
        match spot.role {
            Role::Form if schema.format.as_deref() == Some("binary") => "Upload".to_owned(),
            Role::Form => "String".to_owned(),
            _ => rust::type_name(side, schema, place),
        }
    };
    let (old, new) = (name(before, true), name(after, false));
    if old == new {
        return (Impact::Nothing, None);
    }
    (
        Impact::Breaking,
        Some(format!("in Rust `{new}` instead of `{old}`")),
    )
}

/// The values of enums.
fn values(walk: &Walk<'_>, before: &Schema, after: &Schema, spot: &Spot, found: &mut Found) {
    let (old, new) = (&before.values, &after.values);
    if old.is_empty() && new.is_empty() {
        return;
    }
    // An enum of one value is a plain string in Rust.
    let is_enum = |values: &[Value]| values.len() > 1;
    let kind = matches!(before.kind, Kind::String) && spot.role != Role::Form;
    if kind && is_enum(old) != is_enum(new) {
        let (impact, note) = type_impact(walk, before, after, spot);
        found.changes.push(Change {
            note,
            ..change(
                spot,
                spot.role
                    .rule("request-enum-formed", "response-enum-formed"),
                if is_enum(new) {
                    "the values are those of an enum".to_owned()
                } else {
                    "the values are no longer those of an enum".to_owned()
                },
                Class::Compatible,
                impact,
            )
        });
    }
    if old.is_empty() != new.is_empty() {
        let narrowed = old.is_empty();
        let breaking = narrowed == spot.role.is_request();
        found.changes.push(change(
            spot,
            spot.role
                .rule("request-values-limited", "response-values-limited"),
            if narrowed {
                format!("only {} can stand here", listed(new))
            } else {
                format!("other values than {} can stand here", listed(old))
            },
            if breaking {
                spot.role.breaking()
            } else {
                Class::Compatible
            },
            Impact::Nothing,
        ));
        return;
    }
    let in_rust = kind && is_enum(old) && is_enum(new);
    for value in new.iter().filter(|value| !old.contains(value)) {
        found.changes.push(Change {
            // Before, the value was `Unknown` and could be sent as text.
            note: (!spot.role.is_request() && in_rust)
                .then(|| "enums are open: it was `Unknown` before".to_owned()),
            ..change(
                spot,
                spot.role
                    .rule("request-enum-value-added", "response-enum-value-added"),
                format!("the value {value} is new"),
                Class::Compatible,
                if in_rust {
                    Impact::Addition
                } else {
                    Impact::Nothing
                },
            )
        });
    }
    for value in old.iter().filter(|value| !new.contains(value)) {
        found.changes.push(change(
            spot,
            spot.role
                .rule("request-enum-value-removed", "response-enum-value-removed"),
            format!("the value {value} is gone"),
            if spot.role.is_request() {
                Class::BreakingForRequests
            } else {
                Class::Compatible
            },
            if in_rust {
                Impact::Breaking
            } else {
                Impact::Nothing
            },
        ));
    }
}

fn listed(values: &[Value]) -> String {
    let values: Vec<String> = values.iter().map(ToString::to_string).collect();
    values.join(", ")
}

/// Formats that say something about the values; the others say how a client treats them.
fn wire_format(schema: &Schema) -> Option<&str> {
    let format = schema.format.as_deref()?;
    let is_ours = matches!(
        format,
        "unix-milliseconds" | "password" | "int64" | "double"
    );
    (!is_ours).then_some(format)
}

fn format(walk: &Walk<'_>, before: &Schema, after: &Schema, spot: &Spot, found: &mut Found) {
    if before.format == after.format {
        return;
    }
    let class = match (
        wire_format(before),
        wire_format(after),
        spot.role.is_request(),
    ) {
        (old, new, _) if old == new => Class::Compatible,
        (Some(_), None, true) | (None, Some(_), false) => Class::Compatible,
        _ => spot.role.breaking(),
    };
    // A type that was formed or dissolved is said with its values.
    let same_form = (before.values.len() > 1) == (after.values.len() > 1);
    let (impact, note) = if same_form {
        type_impact(walk, before, after, spot)
    } else {
        (Impact::Nothing, None)
    };
    let word = |format: &Option<String>| match format {
        Some(format) => format!("`{format}`"),
        None => "none".to_owned(),
    };
    found.changes.push(Change {
        note,
        ..change(
            spot,
            spot.role
                .rule("request-format-changed", "response-format-changed"),
            format!(
                "the format is {} instead of {}",
                word(&after.format),
                word(&before.format)
            ),
            class,
            impact,
        )
    });
}

/// Bounds, patterns and defaults. The crate checks none of them, so callers notice nothing.
fn facts(before: &Schema, after: &Schema, spot: &Spot, found: &mut Found) {
    let names: std::collections::BTreeSet<&String> =
        before.facts.keys().chain(after.facts.keys()).collect();
    for name in names {
        let (old, new) = (before.facts.get(name), after.facts.get(name));
        if old == new {
            continue;
        }
        let breaking = spot.role.is_request() && name != "default" && is_tightened(name, old, new);
        let word = |value: Option<&Value>| value.map_or("none".to_owned(), ToString::to_string);
        found.changes.push(change(
            spot,
            spot.role
                .rule("request-limit-changed", "response-limit-changed"),
            format!("`{name}` is {} instead of {}", word(new), word(old)),
            if breaking {
                Class::BreakingForRequests
            } else {
                Class::Compatible
            },
            Impact::Nothing,
        ));
    }
}

/// Whether values that fitted may no longer fit; taken for granted where it cannot be told.
fn is_tightened(name: &str, old: Option<&Value>, new: Option<&Value>) -> bool {
    let (Some(new), old) = (new, old) else {
        return false;
    };
    match (name, old.and_then(Value::as_f64), new.as_f64()) {
        ("maximum" | "maxItems" | "maxLength" | "maxProperties", Some(old), Some(new)) => new < old,
        ("minimum" | "minItems" | "minLength" | "minProperties", Some(old), Some(new)) => new > old,
        ("minimum" | "minItems" | "minLength" | "minProperties", None, Some(new)) => new > 0.0,
        ("exclusiveMinimum" | "exclusiveMaximum", ..) => new != &Value::Bool(false),
        _ => true,
    }
}

fn element(walk: &mut Walk<'_>, old: &Value, new: &Value, spot: &Spot, found: &mut Found) {
    let (before, after) = (Schema::of(walk.old, old), Schema::of(walk.new, new));
    // Elements that are null are repaired or refused, so the type does not say it.
    if before.nullable != after.nullable {
        let compatible = after.nullable == spot.role.is_request();
        found.changes.push(change(
            spot,
            spot.role
                .rule("request-nullable-changed", "response-nullable-changed"),
            if after.nullable {
                "an element can be null".to_owned()
            } else {
                "an element is never null".to_owned()
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
                "the type of the values came or went".to_owned(),
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

/// Whether an object may hold more than its properties.
fn additional(old: &Additional, new: &Additional, spot: &Spot, found: &mut Found) {
    if old == new {
        return;
    }
    let closed = *new == Additional::Nothing;
    // Only an object that is declared to be open keeps what it does not know.
    let impact = match (
        *old == Additional::Anything,
        *new == Additional::Anything,
        spot.role,
    ) {
        (false, true, Role::Answer | Role::Sent) => Impact::Addition,
        (true, false, Role::Answer | Role::Sent) => Impact::Breaking,
        _ => Impact::Nothing,
    };
    found.changes.push(change(
        spot,
        spot.role.rule(
            "request-additional-properties-changed",
            "response-additional-properties-changed",
        ),
        match new {
            Additional::Nothing => "other properties are refused",
            Additional::Unsaid => "nothing is said about other properties",
            Additional::Anything => "other properties are allowed",
            Additional::Typed(_) => "other properties have a type",
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
    // Without a tag, kinds are told by the names of their components.
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
            format!("the kind `{name}` is new"),
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
                format!("the kind `{name}` is gone"),
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
