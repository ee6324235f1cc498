#[derive(Clone, PartialEq, Eq, serde::Serialize)]
#[non_exhaustive]
pub struct Book {
    #[serde(rename = "type")]
    pub type_: String,
    pub printed_at: Option<crate::types::Timestamp>,
    #[deprecated = "Clerk's API description marks this as deprecated"]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub authors: Option<Vec<String>>,
    #[serde(flatten)]
    pub extra: serde_json::Map<String, serde_json::Value>,
}
