pub struct Book {
    pub title: String,
    pub author: Option<crate::types::Nullable<String>>,
    pub sequel: Option<Book>,
    pub status: Vec<Status>,
    pub counts: std::collections::BTreeMap<String, i64>,
    pub rest: serde_json::Map<String, serde_json::Value>,
}
