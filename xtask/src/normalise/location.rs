//! Where a schema is, in the form that pins use, and the name that follows from it.

use crate::input::names::Names;
use crate::support::naming::{singular, type_name, upper_camel_case};

/// The location of a schema, and its name by default.
#[derive(Clone, Debug)]
pub(crate) struct Location {
    /// As in [`crate::input::names`].
    pub(crate) path: String,
    /// The Rust name that the location suggests; a pin overrides it.
    pub(crate) name: String,
}

impl Location {
    pub(crate) fn new(path: impl Into<String>, name: impl Into<String>) -> Self {
        Self {
            path: path.into(),
            name: name.into(),
        }
    }

    /// Of a shared schema.
    pub(crate) fn component(component: &str) -> Self {
        Self::new(format!("schemas.{component}"), type_name(component))
    }

    /// Of everything in an operation.
    pub(crate) fn operation(operation_id: &str) -> Self {
        Self::new(
            format!("operations.{operation_id}"),
            upper_camel_case(operation_id),
        )
    }

    /// Of a parameter of an operation; `at` is `path` or `query`.
    pub(crate) fn parameter(operation_id: &str, at: &str, name: &str) -> Self {
        Self::new(
            format!("operations.{operation_id}.{at}.{name}"),
            format!(
                "{}{}",
                upper_camel_case(operation_id),
                upper_camel_case(name)
            ),
        )
    }

    /// Of a request body described inline.
    pub(crate) fn body(operation_id: &str) -> Self {
        Self::new(
            format!("operations.{operation_id}.body"),
            type_name(operation_id),
        )
    }

    /// Of a response: a shared one, or one described inline.
    pub(crate) fn response(component: Option<&str>, operation_id: &str) -> Self {
        match component {
            Some(component) => Self::new(format!("responses.{component}"), type_name(component)),
            None => Self::new(
                format!("operations.{operation_id}.response"),
                format!("{}Response", upper_camel_case(operation_id)),
            ),
        }
    }

    pub(crate) fn property(&self, name: &str) -> Self {
        Self::new(
            format!("{}.{name}", self.path),
            format!("{}{}", self.name, upper_camel_case(name)),
        )
    }

    /// The location with its final name.
    pub(crate) fn named(&self, names: &Names) -> Self {
        match names.pinned(&self.path) {
            Some(pinned) => Self::new(self.path.clone(), pinned),
            None => self.clone(),
        }
    }

    pub(crate) fn element(&self) -> Self {
        Self::new(format!("{}[]", self.path), singular(&self.name))
    }
}
