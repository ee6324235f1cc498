/// A printed work.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
#[serde(deny_unknown_fields)]
pub struct Book {
    /// The kind of book.
    #[serde(rename = "type")]
    pub type_: String,
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub printed_at: Option<crate::types::Timestamp>,
    /// Who wrote it.
    ///
    /// In the order of the cover, which is not always that of the alphabet and never that of age.
    #[serde(default, skip_serializing_if = "::std::vec::Vec::is_empty")]
    pub authors: Option<Vec<String>>,
    /// Fields that the description does not name.
    #[serde(flatten)]
    pub extra: serde_json::Map<String, serde_json::Value>,
}
