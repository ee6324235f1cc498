//! Whether a field can be absent or null, and what its Rust type says about it.
//!
//! Answers do not tell absent and null apart; requests do, because there null is a value to set.

use crate::ir::{Definition, Field};

/// How a field of type `T` stands in its struct.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Presence {
    /// `T`
    Always,
    /// `Option<T>`, and `None` is printed as null.
    Nullable,
    /// `Option<T>`, and `None` is not printed.
    Optional,
    /// `Nullable<T>`: the caller says which.
    ValueOrNull,
    /// `Option<Nullable<T>>`: not set, null, or a value.
    OptionalValueOrNull,
}

impl Presence {
    /// `request` says that the type is only ever sent.
    pub fn new(request: bool, required: bool, nullable: bool) -> Self {
        match (required, nullable, request) {
            (true, false, _) => Self::Always,
            (true, true, false) => Self::Nullable,
            (true, true, true) => Self::ValueOrNull,
            (false, true, true) => Self::OptionalValueOrNull,
            (false, _, _) => Self::Optional,
        }
    }

    pub fn of(definition: &Definition, field: &Field) -> Self {
        Self::new(is_only_sent(definition), field.required, field.nullable)
    }
}

/// A type that is sent and received follows the rules of answers.
pub fn is_only_sent(definition: &Definition) -> bool {
    definition.in_request && !definition.in_response
}
