// A golden file.
//! Types that only `authors` uses.

use super::*;

/// What changes of an author.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
#[non_exhaustive]
#[must_use = "a value does nothing until it is passed to a call"]
pub struct AuthorChange {
    /// The new name.
    pub name: String,
    pub agent: crate::types::Nullable<Address>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pen_name: Option<crate::types::Nullable<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub born_at: Option<crate::types::Nullable<crate::types::Timestamp>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub awards: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub languages: Option<crate::types::Nullable<Vec<Language>>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub addresses: Option<Vec<Address>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sales: Option<std::collections::BTreeMap<String, i64>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub details: Option<crate::types::Object>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub biography: Option<serde_json::Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub access_key: Option<crate::types::Secret>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_alive: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rating: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub language: Option<Language>,
    #[deprecated = "Clerk's API description marks this as deprecated"]
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub type_: Option<String>,
}

impl AuthorChange {
    /// Creates a value from the required fields.
    pub fn new(
        name: impl Into<String>,
        agent: impl Into<crate::types::Nullable<Address>>,
    ) -> Self {
        Self {
            name: name.into(),
            agent: agent.into(),
            pen_name: None,
            born_at: None,
            awards: None,
            languages: None,
            addresses: None,
            sales: None,
            details: None,
            biography: None,
            access_key: None,
            is_alive: None,
            rating: None,
            language: None,
            type_: None,
        }
    }
    /// Sets `pen_name`.
    pub fn pen_name(mut self, value: impl Into<crate::types::Nullable<String>>) -> Self {
        self.pen_name = Some(value.into());
        self
    }
    /// Sets `born_at`.
    pub fn born_at(
        mut self,
        value: impl Into<crate::types::Nullable<crate::types::Timestamp>>,
    ) -> Self {
        self.born_at = Some(value.into());
        self
    }
    /// Sets `awards`.
    pub fn awards(mut self, value: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.awards = Some(value.into_iter().map(Into::into).collect());
        self
    }
    /// Sets `languages`.
    pub fn languages(
        mut self,
        value: impl Into<crate::types::Nullable<Vec<Language>>>,
    ) -> Self {
        self.languages = Some(value.into());
        self
    }
    /// Sets `addresses`.
    pub fn addresses(mut self, value: impl IntoIterator<Item = Address>) -> Self {
        self.addresses = Some(value.into_iter().collect());
        self
    }
    /// Sets `sales`.
    pub fn sales(
        mut self,
        value: impl IntoIterator<Item = (impl Into<String>, impl Into<i64>)>,
    ) -> Self {
        self.sales = Some(
            value.into_iter().map(|(key, value)| (key.into(), value.into())).collect(),
        );
        self
    }
    /// Sets `details`.
    pub fn details(mut self, value: impl crate::types::IntoObject) -> Self {
        self.details = Some(value.into_object());
        self
    }
    /// Sets `biography`.
    pub fn biography(mut self, value: impl Into<serde_json::Value>) -> Self {
        self.biography = Some(value.into());
        self
    }
    /// Sets `access_key`.
    pub fn access_key(mut self, value: impl Into<crate::types::Secret>) -> Self {
        self.access_key = Some(value.into());
        self
    }
    /// Sets `is_alive`.
    pub fn is_alive(mut self, value: bool) -> Self {
        self.is_alive = Some(value);
        self
    }
    /// Sets `rating`.
    pub fn rating(mut self, value: impl Into<f64>) -> Self {
        self.rating = Some(value.into());
        self
    }
    /// Sets `language`.
    pub fn language(mut self, value: impl Into<Language>) -> Self {
        self.language = Some(value.into());
        self
    }
    /// Sets `type`.
    #[deprecated = "Clerk's API description marks this as deprecated"]
    pub fn type_(mut self, value: impl Into<String>) -> Self {
        self.type_ = Some(value.into());
        self
    }
}
