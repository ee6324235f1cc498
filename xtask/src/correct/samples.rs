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

use serde::Deserialize;
use serde_json::{Map, Value};

use crate::support::error::{Error, Result};

/// The keyword.
pub const KEYWORD: &str = "x-samples";

/// The values that overlays give for one operation.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
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
        let Some(given) = document.get(KEYWORD).and_then(|all| all.get(id)) else {
            return Ok(Self::default());
        };
        // A struct could also be a list.
        let members = Map::deserialize(given);
        let read = members.and_then(|members| Self::deserialize(&members));
        read.map_err(|fault| {
            Error::new(
                format!("{KEYWORD}, operation {id}"),
                fault.to_string(),
                "write `query` and `body` with values by name, or `optional` and `example` with \
                 names, in an overlay",
            )
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

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
            let document = json!({ "x-samples": { "Create": wrong } });
            let error = Given::of_operation(&document, "Create").unwrap_err();
            assert_eq!(error.location, "x-samples, operation Create");
        }
    }
}
