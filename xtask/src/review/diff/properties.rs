//! What changed among the properties of an object.

use serde_json::{Map, Value};

use super::change::{Change, Class, Impact};
use super::rust;
use super::schema::{Kind, Schema};
use super::schemas::change;
use super::walk::{Found, Role, Spot, Walk};
use crate::support::naming::identifier;

/// One side of an object.
#[derive(Default)]
struct Object<'a> {
    properties: Option<&'a Map<String, Value>>,
    required: &'a [String],
}

impl<'a> Object<'a> {
    fn of(schema: &'a Schema) -> Self {
        match &schema.kind {
            Kind::Struct {
                properties,
                required,
                ..
            } => Self {
                properties: Some(properties),
                required,
            },
            _ => Self::default(),
        }
    }

    fn get(&self, name: &str) -> Option<&'a Value> {
        self.properties?.get(name)
    }

    fn requires(&self, name: &str) -> bool {
        self.required.iter().any(|required| required == name)
    }
}

pub(super) fn compare(
    walk: &mut Walk<'_>,
    before: &Schema,
    after: &Schema,
    spot: &Spot,
    found: &mut Found,
) {
    let (old, new) = (Object::of(before), Object::of(after));
    let holder = Holder::of(walk, spot);
    for (name, property) in old.properties.into_iter().flatten() {
        let inner = spot.property(walk, name);
        match new.get(name) {
            None => found
                .changes
                .push(removed(name, old.requires(name), spot, &inner)),
            Some(other) => both(
                walk,
                (old.requires(name), property),
                (new.requires(name), other),
                name,
                (holder, &inner),
                found,
            ),
        }
    }
    for (name, _) in new.properties.into_iter().flatten() {
        if old.get(name).is_none() {
            let inner = spot.property(walk, name);
            found
                .changes
                .push(added(holder, name, new.requires(name), spot, &inner));
        }
    }
    if (holder.is_call || holder.is_built) && is_reordered(old.required, new.required) {
        found.changes.push(change(
            spot,
            "request-arguments-reordered",
            "the order of required properties changed".to_owned(),
            Class::Compatible,
            Impact::Breaking,
        ));
    }
}

/// Whether the properties that both sides require changed their order, and with it the arguments.
pub(super) fn is_reordered<T: PartialEq>(old: &[T], new: &[T]) -> bool {
    let kept = |of: &[T], other: &[T]| -> Vec<usize> {
        of.iter()
            .filter_map(|name| other.iter().position(|known| known == name))
            .collect()
    };
    !kept(old, new).is_sorted()
}

fn removed(name: &str, required: bool, spot: &Spot, inner: &Spot) -> Change {
    let field = identifier(name);
    let (class, note) = match spot.role {
        Role::Received | Role::Failure => (
            if required {
                Class::BreakingForResponses
            } else {
                Class::Compatible
            },
            format!("the field `{field}` is removed"),
        ),
        _ => (
            Class::BreakingForRequests,
            format!("an overlay can keep `{field}`, marked `deprecated`, for one release"),
        ),
    };
    Change {
        rule: spot
            .role
            .rule("request-property-removed", "response-property-removed"),
        pointer: inner.old.pointer.clone(),
        operations: Vec::new(),
        what: format!(
            "the {} property `{name}` was removed",
            if required { "required" } else { "optional" }
        ),
        class,
        impact: spot.role.impact(Impact::Breaking),
        note: Some(note),
    }
}

fn added(holder: Holder, name: &str, required: bool, spot: &Spot, inner: &Spot) -> Change {
    // A property that is required in a request is an argument.
    let is_argument = required && (holder.is_call || holder.is_built);
    change(
        inner,
        spot.role
            .rule("request-property-added", "response-property-added"),
        format!(
            "new {} property `{name}`",
            if required { "required" } else { "optional" }
        ),
        if required && spot.role.is_request() {
            Class::BreakingForRequests
        } else {
            Class::Compatible
        },
        if is_argument {
            Impact::Breaking
        } else {
            Impact::Addition
        },
    )
}

/// What the properties belong to, from the caller's point of view.
#[derive(Clone, Copy)]
struct Holder {
    /// A body: its properties are arguments and setters of the call.
    is_call: bool,
    is_form: bool,
    only_sent: bool,
    /// A struct that callers build, with arguments for what is required.
    is_built: bool,
}

impl Holder {
    fn of(walk: &Walk<'_>, spot: &Spot) -> Self {
        Self {
            is_call: matches!(spot.role, Role::Body | Role::Form),
            is_form: spot.role == Role::Form,
            only_sent: walk.is_only_sent(spot),
            is_built: walk.is_built(spot),
        }
    }

    fn member(self, required: bool, nullable: bool) -> String {
        rust::member("T", self.only_sent, required, nullable)
    }
}

/// A property that both sides have.
fn both(
    walk: &mut Walk<'_>,
    (was_required, property): (bool, &Value),
    (is_required, other): (bool, &Value),
    name: &str,
    (holder, spot): (Holder, &Spot),
    found: &mut Found,
) {
    let before = Schema::of(walk.old, property);
    let after = Schema::of(walk.new, other);
    if was_required != is_required {
        let change = requirement(holder, name, is_required, before.nullable, spot);
        found.changes.push(change);
    }
    if before.nullable != after.nullable {
        let change = nullability(holder, name, is_required, &after, spot);
        found.changes.push(change);
    }
    deprecation(before.deprecated, after.deprecated, name, spot, found);
    walk.schemas(property, other, spot, found);
}

fn requirement(
    holder: Holder,
    name: &str,
    is_required: bool,
    was_nullable: bool,
    spot: &Spot,
) -> Change {
    let old = holder.member(!is_required, was_nullable);
    let new = holder.member(is_required, was_nullable);
    let (impact, note) = if holder.is_call || holder.is_built {
        (Impact::Breaking, Some(argument_note(is_required)))
    } else if old != new {
        (Impact::Breaking, Some(type_note(&old, &new)))
    } else {
        (Impact::Nothing, None)
    };
    Change {
        note,
        ..change(
            spot,
            spot.role
                .rule("request-required-changed", "response-required-changed"),
            if is_required {
                format!("`{name}` is now required")
            } else {
                format!("`{name}` is no longer required")
            },
            if is_required == spot.role.is_request() {
                spot.role.breaking()
            } else {
                Class::Compatible
            },
            impact,
        )
    }
}

pub(super) fn argument_note(is_required: bool) -> String {
    if is_required {
        "an argument instead of a setter".to_owned()
    } else {
        "a setter instead of an argument, unless an overlay keeps it required".to_owned()
    }
}

fn type_note(old: &str, new: &str) -> String {
    format!("in Rust `{new}` (was `{old}`), unless an overlay keeps it")
}

fn nullability(
    holder: Holder,
    name: &str,
    is_required: bool,
    after: &Schema,
    spot: &Spot,
) -> Change {
    let is_nullable = after.nullable;
    let old = holder.member(is_required, !is_nullable);
    let new = holder.member(is_required, is_nullable);
    let (impact, note) = if holder.is_form {
        (Impact::Nothing, None)
    } else if holder.is_call {
        match (is_nullable, rust::is_collected(&after.kind)) {
            // `impl Into<Nullable<T>>` accepts everything that `impl Into<T>` does.
            (true, false) => (Impact::Addition, None),
            (true, true) => (
                Impact::Breaking,
                Some("a list or map that can be null is not accepted as an iterator".to_owned()),
            ),
            (false, _) => (
                Impact::Breaking,
                Some("the setter no longer accepts `None`".to_owned()),
            ),
        }
    } else if old != new {
        (Impact::Breaking, Some(type_note(&old, &new)))
    } else {
        (Impact::Nothing, None)
    };
    Change {
        note,
        ..change(
            spot,
            spot.role
                .rule("request-nullable-changed", "response-nullable-changed"),
            if is_nullable {
                format!("`{name}` can now be null")
            } else {
                format!("`{name}` can no longer be null")
            },
            if is_nullable == spot.role.is_request() {
                Class::Compatible
            } else {
                spot.role.breaking()
            },
            impact,
        )
    }
}

pub(super) fn deprecation(was: bool, is: bool, name: &str, spot: &Spot, found: &mut Found) {
    if was == is {
        return;
    }
    found.changes.push(change(
        spot,
        spot.role.rule(
            "request-deprecation-changed",
            "response-deprecation-changed",
        ),
        if is {
            format!("`{name}` is now deprecated")
        } else {
            format!("`{name}` is no longer deprecated")
        },
        Class::Compatible,
        if is {
            Impact::Deprecation
        } else {
            Impact::Nothing
        },
    ));
}
