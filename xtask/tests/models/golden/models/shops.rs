// A golden file.
//! Types that only `shops` uses.

use crate::decode::Shape;

#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Catalogue {
    pub season: String,
    pub pages: Option<i64>,
    /// Fields that the description does not name.
    pub extra: serde_json::Map<String, serde_json::Value>,
}

/// Fields that are not described may contain a token, so `extra` is not printed.
impl std::fmt::Debug for Catalogue {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct(stringify!(Catalogue))
            .field(stringify!(season), &self.season)
            .field(stringify!(pages), &self.pages)
            .finish_non_exhaustive()
    }
}

crate::decodable! {
    Catalogue {
        season: required("season", Shape::String),
        pages: optional("pages", Shape::Integer),
        ..extra
    }
}
