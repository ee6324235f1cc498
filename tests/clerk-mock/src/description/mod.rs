//! The API description: operations and the schemas of their requests and responses. It is parsed once
//! per process.

mod operation;
mod pattern;
mod route;
mod schema;

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde_json::Value;

pub use operation::Operation;
pub(crate) use operation::{Authentication, BodyKind, Parameter};
pub(crate) use pattern::Pattern;
pub(crate) use route::Routed;
pub(crate) use schema::{Additional, Kind, View};

/// The parsed description.
pub(crate) struct Description {
    document: Value,
    version: String,
    base_path: String,
    operations: Vec<Operation>,
    patterns: BTreeMap<String, Pattern>,
}

/// The description of `clerk_api::DESCRIPTION`.
pub(crate) fn description() -> &'static Description {
    static DESCRIPTION: LazyLock<Description> = LazyLock::new(|| {
        // The text is a constant, so every test would fail if it were invalid.
        let document = serde_json::from_str(clerk_api::DESCRIPTION)
            .expect("the API description in clerk-api is JSON");
        Description::new(document)
    });
    &DESCRIPTION
}

impl Description {
    fn new(document: Value) -> Self {
        let version = document["info"]["version"]
            .as_str()
            .unwrap_or_default()
            .to_owned();
        let server = document["servers"][0]["url"].as_str().unwrap_or_default();
        let base_path = server
            .split_once("://")
            .and_then(|(_, rest)| rest.split_once('/'))
            .map(|(_, path)| format!("/{path}"))
            .unwrap_or_default();
        let mut patterns = BTreeMap::new();
        collect_patterns(&document, &mut patterns);
        let operations = operation::read(&document);
        Self {
            document,
            version,
            base_path,
            operations,
            patterns,
        }
    }

    /// What ids begin with, by what they are ids of.
    pub(crate) fn id_prefixes(&self) -> impl Iterator<Item = (&str, &str)> {
        let prefixes = self.document["x-sample-values"]["ids"].as_object();
        let prefixes = prefixes.into_iter().flatten();
        prefixes.filter_map(|(object, prefix)| Some((object.as_str(), prefix.as_str()?)))
    }

    /// What a person would write for a field of this name.
    pub(crate) fn sample_values(&self, field: &str) -> &[Value] {
        let values = self.document["x-sample-values"]["fields"][field].as_array();
        values.map(Vec::as_slice).unwrap_or_default()
    }

    /// The version of the API, as in `Clerk-API-Version`.
    pub(crate) fn version(&self) -> &str {
        &self.version
    }

    /// The prefix of all paths: `/v1`.
    pub(crate) fn base_path(&self) -> &str {
        &self.base_path
    }

    pub(crate) fn operations(&self) -> &[Operation] {
        &self.operations
    }

    pub(crate) fn operation(&self, id: &str) -> Option<&Operation> {
        self.operations.iter().find(|operation| operation.id == id)
    }

    pub(crate) fn schema(&self, name: &str) -> Option<&Value> {
        self.document.get("components")?.get("schemas")?.get(name)
    }

    pub(crate) fn schema_names(&self) -> impl Iterator<Item = &str> {
        self.document["components"]["schemas"]
            .as_object()
            .into_iter()
            .flat_map(|schemas| schemas.keys().map(String::as_str))
    }

    /// The value at a pointer (`/components/schemas/User`, with or without `#`).
    pub(crate) fn at(&self, pointer: &str) -> Option<&Value> {
        self.document
            .pointer(pointer.strip_prefix('#').unwrap_or(pointer))
    }

    pub(crate) fn pattern(&self, pattern: &str) -> Option<&Pattern> {
        self.patterns.get(pattern)
    }
}

/// A property called `pattern` has an object there, so a string is always the keyword.
fn collect_patterns(value: &Value, patterns: &mut BTreeMap<String, Pattern>) {
    match value {
        Value::Array(items) => items
            .iter()
            .for_each(|item| collect_patterns(item, patterns)),
        Value::Object(members) => {
            if let Some(Value::String(text)) = members.get("pattern")
                && let Some(pattern) = Pattern::new(text)
            {
                patterns.insert(text.clone(), pattern);
            }
            members
                .values()
                .for_each(|member| collect_patterns(member, patterns));
        }
        _ => {}
    }
}
