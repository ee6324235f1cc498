//! Whether a field can be absent or null.
//!
//! Responses do not distinguish absent and null; requests do, because there null is a value to set.

use super::{Definition, Field};

/// The form of a field of type `T` in its struct.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Presence {
    /// `T`
    Always,
    /// `Option<T>`; `None` is serialised as null.
    Nullable,
    /// `Option<T>`; `None` is not serialised.
    Optional,
    /// `Nullable<T>`: required, and null is a value to send.
    ValueOrNull,
    /// `Option<Nullable<T>>`: not set, null, or a value.
    OptionalValueOrNull,
}

impl Presence {
    /// A type that is both sent and received follows the rules of responses.
    pub fn of(definition: &Definition, field: &Field) -> Self {
        match (field.required, field.nullable, definition.is_only_sent()) {
            (true, false, _) => Self::Always,
            (true, true, false) => Self::Nullable,
            (true, true, true) => Self::ValueOrNull,
            (false, true, true) => Self::OptionalValueOrNull,
            (false, _, _) => Self::Optional,
        }
    }
}
