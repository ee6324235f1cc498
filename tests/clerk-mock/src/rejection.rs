//! Error responses, in Clerk's error envelope.

use http::StatusCode;
use serde_json::{Map, Value, json};

/// The most errors in a response: enough to fix a request, and independent of its size.
const MOST_ENTRIES: usize = 100;

/// Why a request is rejected.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Rejection {
    pub(crate) status: StatusCode,
    entries: Vec<Entry>,
    /// The methods of the path, for the header `Allow`.
    pub(crate) allow: Option<String>,
}

#[derive(Clone, Debug, PartialEq)]
struct Entry {
    code: &'static str,
    message: String,
    long_message: String,
    parameters: Vec<String>,
}

impl Rejection {
    pub(crate) fn new(
        status: StatusCode,
        code: &'static str,
        message: impl Into<String>,
        long_message: impl Into<String>,
    ) -> Self {
        let mut rejection = Self::empty(status);
        rejection.entries.push(Entry {
            code,
            message: message.into(),
            long_message: long_message.into(),
            parameters: Vec::new(),
        });
        rejection
    }

    /// Without errors, which [`add`](Self::add) adds.
    pub(crate) fn empty(status: StatusCode) -> Self {
        Self {
            status,
            entries: Vec::new(),
            allow: None,
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Adds an error about a parameter.
    pub(crate) fn add(
        &mut self,
        code: &'static str,
        parameter: impl Into<String>,
        message: impl Into<String>,
        long_message: impl Into<String>,
    ) {
        self.add_all(code, vec![parameter.into()], message, long_message);
    }

    /// Adds an error about several parameters.
    pub(crate) fn add_all(
        &mut self,
        code: &'static str,
        parameters: Vec<String>,
        message: impl Into<String>,
        long_message: impl Into<String>,
    ) {
        if self.entries.len() >= MOST_ENTRIES {
            return;
        }
        self.entries.push(Entry {
            code,
            message: message.into(),
            long_message: long_message.into(),
            parameters,
        });
    }

    /// Adds the errors of another rejection with the same status that are about other parameters.
    pub(crate) fn join(&mut self, other: Self) {
        if self.status == other.status {
            let known: Vec<String> = self.parameters().cloned().collect();
            let is_new = |entry: &Entry| !entry.parameters.iter().any(|name| known.contains(name));
            self.entries
                .extend(other.entries.into_iter().filter(is_new));
            self.entries.truncate(MOST_ENTRIES);
        }
    }

    fn parameters(&self) -> impl Iterator<Item = &String> {
        self.entries.iter().flat_map(|entry| &entry.parameters)
    }

    /// A parameter has an invalid value.
    pub(crate) fn parameter(
        code: &'static str,
        parameter: &str,
        long_message: impl Into<String>,
    ) -> Self {
        let mut rejection = Self::empty(StatusCode::UNPROCESSABLE_ENTITY);
        rejection.add(code, parameter, "is invalid", long_message);
        rejection
    }

    pub(crate) fn not_found(what: &str, id: &str) -> Self {
        Self::new(
            StatusCode::NOT_FOUND,
            "resource_not_found",
            "not found",
            format!("There is no {what} with the id {id}."),
        )
    }

    pub(crate) fn bad_request(
        code: &'static str,
        message: impl Into<String>,
        long_message: impl Into<String>,
    ) -> Self {
        Self::new(StatusCode::BAD_REQUEST, code, message, long_message)
    }

    /// Clerk's error envelope.
    pub(crate) fn body(&self, trace_id: &str) -> Value {
        let errors: Vec<Value> = self.entries.iter().map(Entry::json).collect();
        json!({ "errors": errors, "clerk_trace_id": trace_id })
    }
}

impl Entry {
    fn json(&self) -> Value {
        let mut meta = Map::new();
        match self.parameters.as_slice() {
            [] => {}
            [parameter] => {
                meta.insert("param_name".to_owned(), parameter.as_str().into());
            }
            parameters => {
                meta.insert("param_names".to_owned(), parameters.into());
            }
        }
        json!({
            "code": self.code,
            "message": self.message,
            "long_message": self.long_message,
            "meta": meta,
        })
    }
}
