//! Sample values that schemas do not determine, because the rules are only stated in prose: the
//! form of a slug, which parameters a cursor excludes.
//!
//! Overlays write them as an extension, `x-samples`, by operation id at the root of the document:
//!
//! ```yaml
//! x-samples:
//!   CreateBook:
//!     query: {offset: null}                   # not sent together with the rest
//!     body: {isbn: 978-0-00-000000-2}         # in place of the sample that is there
//!     optional: [title]                       # also in a sample of what is required
//!     example: [subtitle]                     # also in the example of the documentation
//! ```
//!
//! Members of an object in the body are named likewise; for a list of objects they apply to each.
//! Anything that the operation lacks in an older version is ignored.

use serde_json::{Map, Value};

use super::OperationSamples;
use crate::support::error::{Error, Result};

/// The keyword.
pub const KEYWORD: &str = "x-samples";

/// The values that overlays give for one operation.
#[derive(Clone, Debug, Default)]
pub struct Given {
    pub query: Map<String, Value>,
    pub body: Map<String, Value>,
    /// Fields of the body.
    pub optional: Vec<String>,
    /// Parameters of the query and fields of the body.
    pub example: Vec<String>,
}

impl Given {
    /// From the root of a corrected description.
    pub fn of_operation(document: &Value, id: &str) -> Result<Self> {
        match document.get(KEYWORD).and_then(|all| all.get(id)) {
            Some(given) => Self::read(given).map_err(|rule| {
                Error::new(
                    format!("{KEYWORD}, operation {id}"),
                    rule,
                    "write `query` and `body` with values by name, or `optional` and `example` with \
                     names, in an overlay",
                )
            }),
            None => Ok(Self::default()),
        }
    }

    fn read(given: &Value) -> std::result::Result<Self, String> {
        let members = given
            .as_object()
            .ok_or_else(|| format!("{given} is not a mapping"))?;
        let mut read = Self::default();
        for (key, value) in members {
            match (key.as_str(), value) {
                ("query", Value::Object(values)) => read.query = values.clone(),
                ("body", Value::Object(values)) => read.body = values.clone(),
                ("optional", Value::Array(names)) => read.optional = list(key, names)?,
                ("example", Value::Array(names)) => read.example = list(key, names)?,
                _ => return Err(format!("`{key}: {value}` is not a key of a sample")),
            }
        }
        Ok(read)
    }

    pub(super) fn replace(&self, samples: &mut OperationSamples) {
        let left_out = self.query.iter().chain(&self.body);
        let left_out = left_out.filter(|(_, value)| value.is_null());
        samples.left_out = left_out.map(|(name, _)| name.clone()).collect();
        for (name, value) in &self.query {
            let key = ("query".to_owned(), name.clone());
            if value.is_null() {
                samples.parameters.shift_remove(&key);
            } else if let Some(sample) = samples.parameters.get_mut(&key) {
                *sample = value.clone();
            }
        }
        if let Some(body) = &mut samples.body {
            merge(&self.body, body);
        }
    }
}

fn list(key: &str, names: &[Value]) -> std::result::Result<Vec<String>, String> {
    let texts = names.iter().map(|name| name.as_str().map(str::to_owned));
    texts
        .collect::<Option<_>>()
        .ok_or_else(|| format!("`{key}` is {names:?}, not a list of names"))
}

fn merge(given: &Map<String, Value>, sample: &mut Value) {
    match sample {
        Value::Array(items) => items.iter_mut().for_each(|item| merge(given, item)),
        Value::Object(members) => {
            for (name, value) in given {
                match (value, members.get_mut(name)) {
                    (_, None) => {}
                    (Value::Null, Some(_)) => {
                        members.shift_remove(name);
                    }
                    (Value::Object(given), Some(sample)) => merge(given, sample),
                    (value, Some(sample)) => *sample = value.clone(),
                }
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn given(given: Value) -> Result<Given> {
        Given::of_operation(&json!({ "x-samples": { "Create": given } }), "Create")
    }

    #[test]
    fn values_replace_existing_ones() {
        let key = |name: &str| ("query".to_owned(), name.to_owned());
        let mut samples = OperationSamples {
            parameters: [(key("cursor"), json!("a")), (key("offset"), json!(1))].into(),
            body: Some(json!({
                "slug": "slug_sample", "old": 1, "rest": 2,
                "list": [{ "name": "a", "rest": 3 }, { "name": "b" }],
            })),
            left_out: Vec::new(),
        };
        let body = json!({ "slug": "a-b", "old": null, "other": 1, "list": { "name": "c" } });
        let given = given(json!({ "query": { "offset": null, "cursor": "b" }, "body": body }));
        given.unwrap().replace(&mut samples);
        assert_eq!(samples.parameters, [(key("cursor"), json!("b"))].into());
        assert_eq!(samples.left_out, ["offset", "old"]);
        let list = json!([{ "name": "c", "rest": 3 }, { "name": "c" }]);
        assert_eq!(
            samples.body,
            Some(json!({ "slug": "a-b", "rest": 2, "list": list }))
        );
    }

    #[test]
    fn malformed_values_are_errors() {
        for wrong in [
            json!([]),
            json!({ "path": {} }),
            json!({ "query": [] }),
            json!({ "optional": [1] }),
            json!({ "example": [1] }),
            json!({ "example": "title" }),
        ] {
            let error = given(wrong).unwrap_err();
            assert_eq!(error.location, "x-samples, operation Create");
        }
    }
}
