//! Requirements of an operation beyond its required fields: one of several, or one because of
//! another.
//!
//! Schemas cannot express them, or upstream states them in prose only, so overlays write them as an
//! extension: `x-requirements`, rules by operation id at the root of the document, which apply to
//! every description that has the operation. In the normal form they are part of the operation.
//!
//! ```yaml
//! x-requirements:
//!   CreateBook:
//!     - any_of: [author, authors]                    # one or more of them, in the body
//!     - {in: query, when: from, all_of: [until]}     # if `from` is set
//!     - {at: 'pages[]', one_of: [number, title]}     # exactly one, in each object of a list
//! ```

use serde_json::{Map, Value, json};

use crate::support::error::{Error, Result};

/// The keyword.
pub const KEYWORD: &str = "x-requirements";

/// One rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Requirement {
    pub location: Location,
    /// The field whose presence makes the rule apply; `false` counts as absence.
    pub when: Option<String>,
    pub need: Need,
    pub of: Vec<String>,
}

/// The object whose fields the rule is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Location {
    Query,
    /// The path from the body to the objects: `on_behalf_of`, `mappings[]`; empty for the body.
    Body(String),
}

/// How many of the fields are needed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    AnyOf,
    OneOf,
    AllOf,
}

impl Need {
    const ALL: [Self; 3] = [Self::AnyOf, Self::OneOf, Self::AllOf];

    pub fn keyword(self) -> &'static str {
        match self {
            Self::AnyOf => "any_of",
            Self::OneOf => "one_of",
            Self::AllOf => "all_of",
        }
    }
}

impl Requirement {
    /// The form in which overlays write it.
    pub fn to_json(&self) -> Value {
        let mut rule = Map::new();
        match &self.location {
            Location::Query => {
                rule.insert("in".to_owned(), json!("query"));
            }
            Location::Body(path) if path.is_empty() => {}
            Location::Body(path) => {
                rule.insert("at".to_owned(), json!(path));
            }
        }
        if let Some(when) = &self.when {
            rule.insert("when".to_owned(), json!(when));
        }
        rule.insert(self.need.keyword().to_owned(), json!(self.of));
        Value::Object(rule)
    }
}

/// The rules of an operation, from the root of a corrected description.
pub fn of_operation(document: &Value, operation_id: &str) -> Result<Vec<Requirement>> {
    match document.get(KEYWORD).and_then(|all| all.get(operation_id)) {
        Some(rules) => read(rules, operation_id),
        None => Ok(Vec::new()),
    }
}

/// Reads a list of rules.
pub fn read(rules: &Value, operation_id: &str) -> Result<Vec<Requirement>> {
    let invalid = |rule: &str| {
        Error::new(
            format!("{KEYWORD}, operation {operation_id}"),
            rule.to_owned(),
            "write a list of rules like `{when: name, any_of: [name, name]}` in an overlay",
        )
    };
    let Some(rules) = rules.as_array() else {
        return Err(invalid("the rules are not a list"));
    };
    rules
        .iter()
        .map(|rule| requirement(rule).map_err(|why| invalid(&why)))
        .collect()
}

fn requirement(rule: &Value) -> std::result::Result<Requirement, String> {
    let members = rule
        .as_object()
        .ok_or_else(|| format!("{rule} is not a mapping"))?;
    let text = |key: &str| match members.get(key) {
        None => Ok(None),
        Some(Value::String(text)) => Ok(Some(text.clone())),
        Some(other) => Err(format!("`{key}` is {other}, not a text")),
    };
    let known = ["in", "at", "when", "any_of", "one_of", "all_of"];
    if let Some(unknown) = members.keys().find(|key| !known.contains(&key.as_str())) {
        return Err(format!("`{unknown}` is not a key of a rule"));
    }
    let location = match (text("in")?.as_deref(), text("at")?) {
        (None | Some("body"), path) => Location::Body(path.unwrap_or_default()),
        (Some("query"), None) => Location::Query,
        (Some("query"), Some(_)) => return Err("`at` is not supported for a query".to_owned()),
        (Some(other), _) => return Err(format!("`in` is {other}, not `query` or `body`")),
    };
    let mut needs = Need::ALL
        .into_iter()
        .filter_map(|need| Some((need, members.get(need.keyword())?)));
    let (Some((need, of)), None) = (needs.next(), needs.next()) else {
        return Err(format!(
            "{rule} must have exactly one of any_of, one_of, all_of"
        ));
    };
    let of: Option<Vec<String>> = of.as_array().and_then(|names| {
        let names = names.iter().map(|name| name.as_str().map(str::to_owned));
        names.collect()
    });
    let of = of
        .filter(|names| !names.is_empty())
        .ok_or_else(|| format!("`{}` is not a list of names", need.keyword()))?;
    Ok(Requirement {
        location,
        when: text("when")?,
        need,
        of,
    })
}
