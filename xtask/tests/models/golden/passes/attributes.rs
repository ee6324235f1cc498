#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Book {
    pub type_: String,
    pub printed_at: Option<crate::types::Timestamp>,
    #[deprecated = "Clerk's API description marks this as deprecated"]
    pub authors: Option<Vec<String>>,
    pub extra: serde_json::Map<String, serde_json::Value>,
}
