//! The API description: operations and the schemas of their requests and responses. It is parsed once
//! per process.

mod operation;
mod route;

use std::sync::LazyLock;

use serde_json::Value;

pub use operation::Operation;
pub(crate) use operation::{Authentication, BodyKind, Parameter};
pub(crate) use route::Routed;

pub(crate) use crate::samples::schema::{Additional, Kind, View};

/// The parsed description.
pub(crate) struct Description {
    document: Value,
    version: String,
    base_path: String,
    operations: Vec<Operation>,
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
        let operations = operation::read(&document);
        Self {
            document,
            version,
            base_path,
            operations,
        }
    }

    pub(crate) fn document(&self) -> &Value {
        &self.document
    }

    /// One level of a schema.
    pub(crate) fn view<'a>(&'a self, schema: &'a Value) -> View<'a> {
        View::of(&self.document, schema)
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
}
