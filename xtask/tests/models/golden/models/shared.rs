// A golden file.
//! Types that several resources use.

use crate::decode::{Shape, Shaped};

/// Where somebody lives or sells.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Address {
    pub street: String,
    pub country: Option<String>,
    pub floor: Option<String>,
}

impl Address {
    /// Creates a value from the required fields.
    #[must_use]
    pub fn new(
        street: impl Into<String>,
        country: impl Into<crate::types::Nullable<String>>,
    ) -> Self {
        Self {
            street: street.into(),
            country: country.into().into_value(),
            floor: None,
        }
    }
    /// Sets `floor`.
    #[must_use]
    pub fn floor(mut self, value: impl Into<String>) -> Self {
        self.floor = Some(value.into());
        self
    }
}

crate::decodable! {
    Address {
        street: required("street", Shape::String),
        country: nullable("country", Shape::String),
        floor: optional("floor", Shape::String),
    }
}

/// Somebody who writes.
#[cfg(any(feature = "authors", feature = "books"))]
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Author {
    pub type_: String,
    /// As printed on the cover.
    ///
    /// May hold several names.
    pub name: String,
    pub pen_name: Option<String>,
    pub born_at: Option<crate::types::Timestamp>,
    pub address: Option<Address>,
    pub languages: Vec<Language>,
    pub awards: Option<Vec<String>>,
    pub details: serde_json::Map<String, serde_json::Value>,
    pub remarks: Option<serde_json::Map<String, serde_json::Value>>,
    pub sales: std::collections::BTreeMap<String, i64>,
    pub links: Option<serde_json::Map<String, serde_json::Value>>,
    pub biography: Option<serde_json::Value>,
    pub access_key: crate::types::Secret,
    pub is_alive: bool,
    pub rating: Option<f64>,
    #[deprecated = "Clerk's API description marks this as deprecated"]
    pub agent: Option<Address>,
    pub key_sha256: String,
}

#[cfg(any(feature = "authors", feature = "books"))]
crate::decodable! {
    Author {
        type_: required("type", Shape::String),
        name: required("name", Shape::String),
        pen_name: nullable("pen_name", Shape::String),
        born_at: optional("born_at", Shape::Timestamp),
        address: optional("address", Address::SHAPE),
        languages: required("languages", Shape::List(&Language::SHAPE)),
        awards: optional("awards", Shape::List(&Shape::String)),
        details: required("details", Shape::Map(&Shape::Any)),
        remarks: nullable("remarks", Shape::Map(&Shape::Any)),
        sales: required("sales", Shape::Map(&Shape::Integer)),
        links: optional("links", Shape::Map(&Shape::Any)),
        biography: optional("biography", Shape::Any),
        access_key: required("access_key", Shape::Secret),
        is_alive: required("is_alive", Shape::Boolean),
        rating: optional("rating", Shape::Number),
        agent: optional("agent", Address::SHAPE),
        key_sha256: required("key#SHA256", Shape::String),
    }
}

#[cfg(any(feature = "books", feature = "shops"))]
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Disc {
    pub object: String,
    pub minutes: i64,
}

#[cfg(any(feature = "books", feature = "shops"))]
crate::decodable! {
    Disc {
        object: required("object", Shape::String),
        minutes: required("minutes", Shape::Integer),
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Fault {
    pub code: String,
}

crate::decodable! {
    Fault {
        code: required("code", Shape::String),
    }
}

#[cfg(any(feature = "authors", feature = "books"))]
crate::open_enum! {
    #[deprecated = "Clerk's API description marks this as deprecated"]
    pub enum Language {
        English = "en",
        French = "fr",
    }
}

#[cfg(any(feature = "books", feature = "shops"))]
crate::tagged_union! {
    /// What the words are on.
    #[derive(Eq)]
    pub enum Medium by "object" {
        Disc(Disc) = "disc",
        Paper(Paper) = "paper",
    }
}

#[cfg(any(feature = "books", feature = "shops"))]
#[deprecated = "Clerk's API description marks this as deprecated"]
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Paper {}

#[cfg(any(feature = "books", feature = "shops"))]
crate::decodable! {
    Paper {}
}
