//! One thing that is kept.

use serde_json::{Map, Value};

/// Something that is kept.
#[derive(Clone, Debug)]
pub(crate) struct Record {
    pub(crate) id: String,
    /// What is shown.
    pub(crate) body: Map<String, Value>,
    /// What is known and not shown: passwords, tokens, owners.
    pub(crate) hidden: Map<String, Value>,
}

impl Record {
    /// A text that is shown or hidden; empty if there is none.
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

    pub(crate) fn hide(&mut self, name: &str, value: impl Into<Value>) {
        self.hidden.insert(name.to_owned(), value.into());
    }
}
