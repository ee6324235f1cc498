//! The types of fields, parameters and responses.

use crate::input::vocabulary::plain::{self, Plain};

#[derive(Clone, Debug, PartialEq)]
pub enum Type {
    /// A type without parts.
    Plain(&'static Plain),
    /// A definition of [`super::Api::types`], by Rust name.
    Named(String),
    List(Box<Type>),
    /// String keys.
    Map(Box<Type>),
    /// An element of a list or map, or a response, that can be null. Fields have [`super::Field::nullable`].
    Nullable(Box<Type>),
}

impl Type {
    pub const STRING: Self = Self::Plain(&plain::STRING);
    pub const BOOLEAN: Self = Self::Plain(&plain::BOOLEAN);
    pub const INTEGER: Self = Self::Plain(&plain::INTEGER);
    pub const NUMBER: Self = Self::Plain(&plain::NUMBER);
    /// Any JSON.
    pub const ANY: Self = Self::Plain(&plain::ANY);
    /// A JSON object without described fields.
    pub const OBJECT: Self = Self::Plain(&plain::OBJECT);

    /// The type with a `format` of its own.
    pub fn formatted(json: &str, format: &str) -> Option<Self> {
        Plain::of(json, Some(format)).map(Self::Plain)
    }

    /// A map to this type. serde_json's own preserves any JSON.
    pub fn map_to(value: Self) -> Self {
        if value == Self::ANY {
            Self::OBJECT
        } else {
            Self::Map(Box::new(value))
        }
    }

    /// What lists, maps and nullable elements contain in the end.
    pub fn innermost(&self) -> &Self {
        match self {
            Self::List(inner) | Self::Map(inner) | Self::Nullable(inner) => inner.innermost(),
            Self::Plain(_) | Self::Named(_) => self,
        }
    }

    /// The definition that the type refers to, if any.
    pub fn name(&self) -> Option<&str> {
        match self.innermost() {
            Self::Named(name) => Some(name),
            _ => None,
        }
    }

    /// In words: `list of string`.
    pub fn words(&self) -> String {
        match self {
            Self::Plain(plain) => plain.words.to_owned(),
            Self::Named(name) => name.clone(),
            Self::List(item) => format!("list of {}", item.words()),
            Self::Map(value) => format!("map of {}", value.words()),
            Self::Nullable(inner) => format!("{} or null", inner.words()),
        }
    }
}
