//! The Rust that the emitters make of a schema, as far as a comparison needs it: the name of a type
//! and how it stands in a struct.
//!
//! It follows [`crate::normalise`], [`crate::models`] and [`crate::operations`], without asking for a
//! description that all of their checks pass.

use super::description::Description;
use super::schema::{Additional, Kind, Schema};
use crate::models::presence::Presence;
use crate::normalise::Place;

/// Lists within lists and maps within maps that are written out; schemas may contain themselves.
const MAXIMUM_DEPTH: usize = 16;

/// The type of a value that is neither absent nor null.
pub(super) fn type_name(side: &Description, schema: &Schema, place: &Place) -> String {
    nested(side, schema, place, 0)
}

fn nested(side: &Description, schema: &Schema, place: &Place, depth: usize) -> String {
    let place = &within(schema, place);
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
        Kind::String if schema.values.len() > 1 => place.named(&side.names).name,
        Kind::String if schema.format.as_deref() == Some("password") => "Secret".to_owned(),
        Kind::String => "String".to_owned(),
        Kind::Struct { .. } | Kind::Union { .. } => place.named(&side.names).name,
        Kind::List(items) => {
            let items = Schema::of(side, items);
            let item = nested(side, &items, &place.element(), depth + 1);
            format!("Vec<{item}>")
        }
        Kind::Map(_) if schema.format.as_deref() == Some("password") => "SecretObject".to_owned(),
        Kind::Map(Additional::Typed(values)) => {
            let values = Schema::of(side, values);
            match nested(side, &values, &place.element(), depth + 1).as_str() {
                "Value" => "Map<String, Value>".to_owned(),
                value => format!("BTreeMap<String, {value}>"),
            }
        }
        Kind::Map(_) => "Map<String, Value>".to_owned(),
    }
}

/// A component's own place instead of the place where it is used.
pub(super) fn within(schema: &Schema, place: &Place) -> Place {
    match &schema.component {
        Some(component) => Place::component(component),
        None => place.clone(),
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

/// Whether a value is taken as an iterator, or as any JSON, unless it can be null too.
pub(super) fn is_collected(kind: &Kind) -> bool {
    matches!(kind, Kind::List(_) | Kind::Map(_))
}
