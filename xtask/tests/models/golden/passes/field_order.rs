///`Book`
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
#[serde(deny_unknown_fields)]
pub struct Book {
    #[serde(rename = "type")]
    pub type_: String,
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub printed_at: Option<crate::types::Timestamp>,
    /**Somebody's words.
On two lines.*/
    #[serde(default, skip_serializing_if = "::std::vec::Vec::is_empty")]
    pub authors: Option<Vec<String>>,
    #[serde(flatten)]
    pub extra: serde_json::Map<String, serde_json::Value>,
}
