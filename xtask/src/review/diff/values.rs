//! What changed among the values that a schema allows: enums, formats, bounds.

use serde_json::Value;

use super::change::{Change, Class, Impact};
use super::schema::{Kind, Schema};
use super::schemas::{change, type_impact};
use super::walk::{Found, Role, Spot, Walk};

/// The values of enums.
pub(super) fn values(
    walk: &Walk<'_>,
    before: &Schema,
    after: &Schema,
    spot: &Spot,
    found: &mut Found,
) {
    let (old, new) = (&before.values, &after.values);
    if old.is_empty() && new.is_empty() {
        return;
    }
    // An enum with one value is a plain string in Rust.
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
                    "the values are now limited to an enum".to_owned()
                } else {
                    "the values are no longer limited to an enum".to_owned()
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
                format!("only {} is allowed now", listed(new))
            } else {
                format!("values other than {} are allowed now", listed(old))
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
                .then(|| "enums are open: the value was `Unknown` before".to_owned()),
            ..change(
                spot,
                spot.role
                    .rule("request-enum-value-added", "response-enum-value-added"),
                format!("new value {value}"),
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
            format!("the value {value} was removed"),
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

/// Formats that constrain the values; other formats only affect how a client represents them.
fn wire_format(schema: &Schema) -> Option<&str> {
    let format = schema.format.as_deref()?;
    let is_ours = matches!(
        format,
        "unix-milliseconds" | "password" | "int64" | "double"
    );
    (!is_ours).then_some(format)
}

pub(super) fn format(
    walk: &Walk<'_>,
    before: &Schema,
    after: &Schema,
    spot: &Spot,
    found: &mut Found,
) {
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
    // A type that is added or removed is reported with its values.
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
                "the format is now {} (was {})",
                word(&after.format),
                word(&before.format)
            ),
            class,
            impact,
        )
    });
}

/// Bounds, patterns and defaults. The crate checks none of them, so callers are not affected.
pub(super) fn facts(before: &Schema, after: &Schema, spot: &Spot, found: &mut Found) {
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
            format!("`{name}` is now {} (was {})", word(new), word(old)),
            if breaking {
                Class::BreakingForRequests
            } else {
                Class::Compatible
            },
            Impact::Nothing,
        ));
    }
}

/// Whether values that were valid may no longer be; `true` if that cannot be determined.
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
