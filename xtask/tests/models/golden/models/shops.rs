// A golden file.
//! Types that only `shops` reaches.

use crate::decode::Shape;

#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
#[non_exhaustive]
pub struct Catalogue {
    pub season: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pages: Option<i64>,
    /// Fields that the description does not name.
    #[serde(flatten)]
    pub extra: serde_json::Map<String, serde_json::Value>,
}

crate::decodable! {
    Catalogue {
        season: required("season", Shape::String),
        pages: optional("pages", Shape::Integer),
        ..extra
    }
}
