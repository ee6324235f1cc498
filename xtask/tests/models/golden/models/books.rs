// A golden file.
//! Types that only `books` uses.

use crate::decode::{Shape, Shaped};
use super::*;

/// A title, in any edition.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Book {
    pub id: String,
    pub author: Author,
    pub shelf: Option<Address>,
    pub discs: Vec<Option<Disc>>,
    pub status: BookStatus,
    pub medium: Option<Medium>,
}

crate::decodable! {
    Book {
        id: required("id", Shape::Id),
        author: required("author", Author::SHAPE),
        shelf: optional("shelf", Address::SHAPE),
        discs: required("discs", Shape::List(&Shape::Nullable(&Disc::SHAPE))),
        status: required("status", BookStatus::SHAPE),
        medium: nullable("medium", Medium::SHAPE),
    }
}

#[derive(Clone, Default, PartialEq, Eq, serde::Serialize)]
#[non_exhaustive]
#[must_use = "a value does nothing until it is passed to a call"]
pub struct BookFilter {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub query: Option<String>,
    /// Fields that the description does not name.
    #[serde(flatten)]
    pub extra: serde_json::Map<String, serde_json::Value>,
}

/// Fields that are not described may contain a token, so `extra` is not printed.
impl std::fmt::Debug for BookFilter {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct(stringify!(BookFilter))
            .field(stringify!(query), &self.query)
            .finish_non_exhaustive()
    }
}

impl BookFilter {
    /// Creates a value with no fields set.
    pub fn new() -> Self {
        Self {
            query: None,
            extra: serde_json::Map::new(),
        }
    }
    /// Sets `query`.
    pub fn query(mut self, value: impl Into<String>) -> Self {
        self.query = Some(value.into());
        self
    }
    /// Sets fields that the description does not name.
    pub fn extra(mut self, value: serde_json::Map<String, serde_json::Value>) -> Self {
        self.extra = value;
        self
    }
}

crate::open_enum! {
    /// Whether it can be had.
    pub enum BookStatus {
        Lent = "lent",
        InStock = "in stock",
    }
}
