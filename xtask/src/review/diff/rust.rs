//! The Rust that the emitters generate for a schema, as far as the comparison needs it: the name of
//! a type and its form in a struct.
//!
//! It mirrors [`crate::normalise`], [`crate::emit::models`] and [`crate::emit::operations`], but accepts
//! descriptions that do not pass all of their checks.

use super::description::Description;
use super::schema::{Additional, Kind, Schema};
use crate::ir::Presence;
use crate::normalise::Location;

/// How deep nested lists and maps are written out; schemas may be recursive.
const MAXIMUM_DEPTH: usize = 16;

/// The type of a value that is neither absent nor null.
pub(super) fn type_name(side: &Description, schema: &Schema, location: &Location) -> String {
    nested(side, schema, location, 0)
}

fn nested(side: &Description, schema: &Schema, location: &Location, depth: usize) -> String {
    let location = &within(schema, location);
    if depth > MAXIMUM_DEPTH {
        return "…".to_owned();
    }
    match &schema.kind {
        Kind::Any => "Value".to_owned(),
        Kind::Boolean => "bool".to_owned(),
        Kind::Integer if schema.format.as_deref() == Some("unix-milliseconds") => {
            "Timestamp".to_owned()
        }
        Kind::Integer => "i64".to_owned(),
        Kind::Number => "f64".to_owned(),
        Kind::String if schema.values.len() > 1 => location.named(&side.names).name,
        Kind::String if schema.format.as_deref() == Some("password") => "Secret".to_owned(),
        Kind::String => "String".to_owned(),
        Kind::Struct { .. } | Kind::Union { .. } => location.named(&side.names).name,
        Kind::List(items) => {
            let items = Schema::of(side, items);
            let item = nested(side, &items, &location.element(), depth + 1);
            format!("Vec<{item}>")
        }
        Kind::Map(_) if schema.format.as_deref() == Some("password") => "SecretObject".to_owned(),
        Kind::Map(Additional::Typed(values)) => {
            let values = Schema::of(side, values);
            match nested(side, &values, &location.element(), depth + 1).as_str() {
                "Value" => "Map<String, Value>".to_owned(),
                value => format!("BTreeMap<String, {value}>"),
            }
        }
        Kind::Map(_) => "Map<String, Value>".to_owned(),
    }
}

/// The location of the component itself instead of the location that refers to it.
pub(super) fn within(schema: &Schema, location: &Location) -> Location {
    match &schema.component {
        Some(component) => Location::component(component),
        None => location.clone(),
    }
}

/// A field's type in its struct.
pub(super) fn member(ty: &str, only_sent: bool, required: bool, nullable: bool) -> String {
    match Presence::new(only_sent, required, nullable) {
        Presence::Always => ty.to_owned(),
        Presence::Nullable | Presence::Optional => format!("Option<{ty}>"),
        Presence::ValueOrNull => format!("Nullable<{ty}>"),
        Presence::OptionalValueOrNull => format!("Option<Nullable<{ty}>>"),
    }
}

/// Whether a value is accepted as an iterator, or as any JSON, unless it can be null.
pub(super) fn is_collected(kind: &Kind) -> bool {
    matches!(kind, Kind::List(_) | Kind::Map(_))
}
