//! The content of a call, collected piece by piece and without generics.
//!
//! Generated code fills a [`Request`] and never fails: an invalid value is recorded and reported when the
//! call is sent. `encode` turns a request into HTTP.

mod encode;
mod operation;
mod path;
mod query;
mod requirements;

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use http::{HeaderMap, Method};
use serde::Serialize;
use serde_json::{Map, Value};

pub(crate) use encode::Encoded;
#[doc(hidden)]
pub use http::{HeaderName, HeaderValue};
pub(crate) use operation::sealed;
pub use operation::{Authentication, BodyKind, Handle, Operation};
pub(crate) use path::has_dot_segment;
pub use query::QueryValue;
#[doc(hidden)]
pub use requirements::{Need, Place, Requirement};

use crate::error::Cause;
use crate::multipart::Part;
use crate::retry::RetryPolicy;
use crate::types::{Secret, collect_secrets, collected_secrets};
use crate::upload::Upload;

/// One call, not yet sent.
pub struct Request {
    operation: &'static Operation,
    /// The method and path of a [`RawRequest`](crate::RawRequest), instead of those of the operation.
    custom: Option<Custom>,
    path: Vec<(Cow<'static, str>, String)>,
    query: Vec<(Cow<'static, str>, query::Query)>,
    payload: Payload,
    /// Secrets in the payload and the query, which a response may repeat.
    secrets: Vec<Secret>,
    requirements: &'static [Requirement],
    pub(crate) options: Options,
    fault: Option<(String, Cause)>,
}

struct Custom {
    method: Method,
    path: String,
    template: String,
}

/// The options of this call.
#[derive(Default)]
pub(crate) struct Options {
    pub(crate) timeout: Option<Duration>,
    pub(crate) attempt_timeout: Option<Duration>,
    pub(crate) retry: Option<RetryPolicy>,
    pub(crate) bearer: Option<Secret>,
    pub(crate) headers: HeaderMap,
    pub(crate) idempotent: Option<bool>,
    /// Whether the body of a success is ignored.
    pub(crate) ignores_body: bool,
}

enum Payload {
    Nothing,
    Fields(Map<String, Value>),
    Whole(Value),
    Parts(Vec<Part>),
}

impl Request {
    /// A call of `operation` with nothing set.
    pub fn new(operation: &'static Operation) -> Self {
        Self {
            operation,
            custom: None,
            path: Vec::new(),
            query: Vec::new(),
            payload: Payload::Nothing,
            secrets: Vec::new(),
            requirements: &[],
            options: Options::default(),
            fault: None,
        }
    }

    /// A call of an operation that the description lacks.
    pub(crate) fn custom(operation: &'static Operation, method: Method, path: String) -> Self {
        let template = path::template_of(&path);
        Self {
            custom: Some(Custom {
                method,
                path,
                template,
            }),
            ..Self::new(operation)
        }
    }

    /// Adds rules. If one is not met, the call fails before anything is sent.
    pub fn require(&mut self, requirements: &'static [Requirement]) {
        self.requirements = requirements;
    }

    /// Sets a path parameter. It is checked when the call is sent.
    pub fn path(&mut self, name: &'static str, value: String) {
        self.path_named(name.into(), value);
    }

    pub(crate) fn path_named(&mut self, name: Cow<'static, str>, value: String) {
        self.path.retain(|(present, _)| *present != name);
        self.path.push((name, value));
    }

    /// Sets a query parameter, replacing an earlier value.
    pub fn query<V: QueryValue>(&mut self, name: &'static str, value: V) {
        let value = self.query_text(value);
        self.query_set(name.into(), query::Query::One(value));
    }

    /// Sets a list in the query: repeated, or joined by commas. An empty list is not sent.
    pub fn query_list<V: QueryValue>(
        &mut self,
        name: &'static str,
        values: impl IntoIterator<Item = V>,
        explode: bool,
    ) {
        let values = values
            .into_iter()
            .map(|value| self.query_text(value))
            .collect();
        let list = if explode {
            query::Query::Repeated(values)
        } else {
            query::Query::Joined(values)
        };
        self.query_set(name.into(), list);
    }

    fn query_text<V: QueryValue>(&mut self, value: V) -> String {
        let text = value.into_query();
        if V::SECRET {
            self.secrets.push(Secret::from(text.as_str()));
        }
        text
    }

    pub(crate) fn query_set(&mut self, name: Cow<'static, str>, value: query::Query) {
        match self.query.iter_mut().find(|(present, _)| *present == name) {
            Some((_, present)) => *present = value,
            None => self.query.push((name, value)),
        }
    }

    /// Adds a query parameter.
    pub(crate) fn query_add<V: QueryValue>(&mut self, name: String, value: V) {
        let value = self.query_text(value);
        self.query.push((name.into(), query::Query::One(value)));
    }

    /// The value of a query parameter.
    pub(crate) fn query_value(&self, name: &str) -> Option<&str> {
        self.query.iter().find_map(|(present, value)| match value {
            query::Query::One(value) if present == name => Some(value.as_str()),
            _ => None,
        })
    }

    /// The value of a query parameter as a number.
    pub(crate) fn query_number(&self, name: &str) -> Option<u64> {
        self.query_value(name)?.parse().ok()
    }

    pub(crate) fn query_remove(&mut self, name: &str) {
        self.query.retain(|(present, _)| present != name);
    }

    /// Sets a field of the body, replacing an earlier value.
    pub fn field(&mut self, name: &'static str, value: impl Serialize) {
        collect_secrets();
        let json = serde_json::to_value(value);
        self.put_field(name, json);
    }

    fn put_field(&mut self, name: &'static str, json: Result<Value, serde_json::Error>) {
        self.secrets.append(&mut collected_secrets());
        match json {
            Ok(json) => {
                if !matches!(self.payload, Payload::Fields(_)) {
                    self.payload = Payload::Fields(Map::new());
                }
                if let Payload::Fields(fields) = &mut self.payload {
                    fields.insert(name.to_owned(), json);
                }
            }
            Err(error) => self.fail(format!("the field {name:?} of the body: {error}"), error),
        }
    }

    /// Sets the whole body to a JSON array.
    pub fn list(&mut self, items: impl Serialize) {
        self.whole(items);
    }

    /// Sets the whole body.
    pub(crate) fn whole(&mut self, body: impl Serialize) {
        collect_secrets();
        let json = serde_json::to_value(body);
        self.put_whole(json);
    }

    fn put_whole(&mut self, json: Result<Value, serde_json::Error>) {
        self.secrets.append(&mut collected_secrets());
        match json {
            Ok(json) => self.payload = Payload::Whole(json),
            Err(error) => self.fail(format!("the body: {error}"), error),
        }
    }

    /// Adds a file to a multipart body.
    pub fn file(&mut self, name: &'static str, upload: Upload) {
        self.part(Part::file(name, upload));
    }

    /// Adds a text field to a multipart body.
    pub fn text(&mut self, name: &'static str, value: String) {
        self.part(Part::text(name, value));
    }

    fn part(&mut self, part: Part) {
        match &mut self.payload {
            Payload::Parts(parts) => {
                parts.retain(|present| present.name() != part.name());
                parts.push(part);
            }
            _ => self.payload = Payload::Parts(vec![part]),
        }
    }

    /// Makes the call fail when it is sent. The first reason is kept.
    fn fail(&mut self, reason: String, error: serde_json::Error) {
        self.fault.get_or_insert_with(|| (reason, Arc::new(error)));
    }

    #[doc(hidden)]
    pub fn set_timeout(&mut self, timeout: Duration) {
        self.options.timeout = Some(timeout);
    }

    #[doc(hidden)]
    pub fn set_attempt_timeout(&mut self, timeout: Duration) {
        self.options.attempt_timeout = Some(timeout);
    }

    #[doc(hidden)]
    pub fn set_retry(&mut self, policy: RetryPolicy) {
        self.options.retry = Some(policy);
    }

    #[doc(hidden)]
    pub fn set_bearer(&mut self, bearer: Secret) {
        self.options.bearer = Some(bearer);
    }

    #[doc(hidden)]
    pub fn set_header(&mut self, name: HeaderName, value: HeaderValue) {
        self.options.headers.insert(name, value);
    }

    /// Ignores the body of a success.
    pub(crate) fn ignoring_body(mut self) -> Self {
        self.options.ignores_body = true;
        self
    }

    pub(crate) fn operation(&self) -> &'static Operation {
        self.operation
    }

    pub(crate) fn method(&self) -> &Method {
        self.custom
            .as_ref()
            .map_or(&self.operation.method, |custom| &custom.method)
    }

    /// The path without ids, for messages.
    pub(crate) fn template(&self) -> &str {
        self.custom
            .as_ref()
            .map_or(self.operation.path, |custom| &custom.template)
    }

    /// Whether sending the call twice has the same effect as sending it once.
    pub(crate) fn is_idempotent(&self) -> bool {
        self.options
            .idempotent
            .unwrap_or_else(|| match &self.custom {
                Some(custom) => custom.method.is_idempotent(),
                None => self.operation.method.is_idempotent(),
            })
    }

    /// Formats a call by its operation, without its content.
    #[doc(hidden)]
    pub fn describe(&self, name: &str, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct(name)
            .field("operation", &self.operation.name)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for Request {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.describe("Request", formatter)
    }
}
