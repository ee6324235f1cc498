//! Placeholders in the texts of vectors: `$(name)`, and `$(now+5)` for a time.
//!
//! A text that consists of one placeholder becomes its value, such as a number or an object; in any other
//! text, the value is inserted as text.

use serde_json::{Map, Value};

/// A source of values for placeholders.
pub(crate) trait Values {
    /// The value of a placeholder.
    fn value(&self, name: &str) -> Option<Value>;

    /// Fills in every placeholder of a value, in names of members too.
    fn fill(&self, value: &Value) -> Value {
        match value {
            Value::String(text) => self.fill_text(text),
            Value::Array(list) => list.iter().map(|element| self.fill(element)).collect(),
            Value::Object(members) => Value::Object(self.fill_members(members)),
            other => other.clone(),
        }
    }

    fn fill_members(&self, members: &Map<String, Value>) -> Map<String, Value> {
        let filled = members
            .iter()
            .map(|(name, value)| (written(&self.fill_text(name)), self.fill(value)));
        filled.collect()
    }

    fn fill_text(&self, text: &str) -> Value {
        let Some((before, name, after)) = placeholder(text) else {
            return text.into();
        };
        let value = self
            .value(name)
            .unwrap_or_else(|| panic!("nothing has the name of the placeholder $({name})"));
        if before.is_empty() && after.is_empty() {
            return value;
        }
        let after = written(&self.fill_text(after));
        format!("{before}{}{after}", written(&value)).into()
    }
}

/// The first placeholder of a text, with the text before and after it.
fn placeholder(text: &str) -> Option<(&str, &str, &str)> {
    let (before, rest) = text.split_once("$(")?;
    let (name, after) = rest.split_once(')')?;
    Some((before, name, after))
}

pub(crate) fn written(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// The time of a name such as `now`, `now+5` or `now-60`.
pub(crate) fn time(name: &str, now: i64) -> Option<i64> {
    let difference = name.strip_prefix("now")?;
    if difference.is_empty() {
        return Some(now);
    }
    if !difference.starts_with(['+', '-']) {
        return None;
    }
    Some(now + difference.parse::<i64>().ok()?)
}
