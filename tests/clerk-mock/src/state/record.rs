//! Records.

use serde_json::{Map, Value};

use crate::description::Description;
use crate::validate::validate;

/// A stored object.
#[derive(Clone, Debug)]
pub(crate) struct Record {
    pub(crate) id: String,
    /// What responses show.
    pub(crate) body: Map<String, Value>,
    /// What responses do not show: passwords, tokens, owners.
    pub(crate) hidden: Map<String, Value>,
}

impl Record {
    /// A text, shown or hidden. Empty if there is none.
    pub(crate) fn text(&self, name: &str) -> &str {
        let value = self.body.get(name).or_else(|| self.hidden.get(name));
        value.and_then(Value::as_str).unwrap_or_default()
    }

    pub(crate) fn number(&self, name: &str) -> Option<u64> {
        self.body.get(name)?.as_u64()
    }

    pub(crate) fn is(&self, name: &str) -> bool {
        self.body
            .get(name)
            .and_then(Value::as_bool)
            .unwrap_or(false)
    }

    pub(crate) fn set(&mut self, name: &str, value: impl Into<Value>) {
        self.body.insert(name.to_owned(), value.into());
    }

    /// Copies those members of the body that the schema of the record has. Members whose value the schema does
    /// not allow are not changed.
    pub(crate) fn apply(&mut self, description: &Description, schema: &Value, body: &Value) {
        let view = description.view(schema);
        for (name, value) in body.as_object().into_iter().flatten() {
            let fits = |schema| validate(schema, value).is_ok();
            if !matches!(&**name, "id" | "object") && view.property(name).is_some_and(fits) {
                self.set(name, value.clone());
            }
        }
    }

    /// When a token expires, or a session or invitation that has not ended.
    pub(crate) fn end(&self) -> Option<u64> {
        if let Some(end) = self.number("expiration") {
            return (!self.is("expired")).then_some(end);
        }
        let end = self.number("expires_at").or(self.number("expire_at"))?;
        matches!(self.text("status"), "pending" | "active").then_some(end)
    }

    /// Marks that it has expired.
    pub(crate) fn expire(&mut self) {
        if self.body.contains_key("expiration") {
            self.set("expired", true);
        } else {
            self.set("status", "expired");
            // It no longer counts towards the limit of the organization.
            self.hide("pending_in", "");
        }
    }

    pub(crate) fn hide(&mut self, name: &str, value: impl Into<Value>) {
        self.hidden.insert(name.to_owned(), value.into());
    }
}
