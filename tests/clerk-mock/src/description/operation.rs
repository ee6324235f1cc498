//! The operations of the description, with references followed.

use std::fmt;

use http::{Method, StatusCode};
use serde_json::Value;

use super::route::Route;

/// An operation of the API.
#[non_exhaustive]
pub struct Operation {
    /// The operation id: `GetUser`.
    pub id: String,
    /// The HTTP method.
    pub method: Method,
    /// The path, without `/v1`: `/users/{user_id}`.
    pub path: String,
    /// The status of a success.
    pub status: StatusCode,
    pub(crate) route: Route,
    pub(crate) authentication: Authentication,
    pub(crate) path_parameters: Vec<Parameter>,
    pub(crate) query_parameters: Vec<Parameter>,
    pub(crate) body: Option<Body>,
    /// The schema of the body of a success, if it has one.
    pub(crate) response: Option<Value>,
    /// All statuses in the description.
    pub(crate) statuses: Vec<u16>,
}

impl Operation {
    /// The schema of the body of a success, if it has one.
    pub fn response_schema(&self) -> Option<&Value> {
        self.response.as_ref()
    }

    /// The schema of the request body, if there is one.
    pub fn body_schema(&self) -> Option<&Value> {
        self.body.as_ref().map(|body| &body.schema)
    }

    /// Whether a list can be requested as an object with a total.
    pub(crate) fn pagination_switch(&self) -> Option<&str> {
        let switch = self
            .query_parameters
            .iter()
            .find(|parameter| parameter.pagination_switch)?;
        Some(&switch.name)
    }
}

impl fmt::Debug for Operation {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} ({} {})", self.id, self.method, self.path)
    }
}

/// Which key a call needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Authentication {
    Nobody,
    SecretKey,
    /// The secret key of a machine, or of the instance.
    Machine,
}

/// A parameter in the path or the query.
#[derive(Debug)]
pub(crate) struct Parameter {
    pub(crate) name: String,
    pub(crate) required: bool,
    pub(crate) schema: Value,
    /// Whether a list has a pair for each item. Otherwise items are joined by commas.
    pub(crate) explode: bool,
    pub(crate) pagination_switch: bool,
}

/// The body of requests.
#[derive(Debug)]
pub(crate) struct Body {
    pub(crate) kind: BodyKind,
    pub(crate) required: bool,
    pub(crate) schema: Value,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum BodyKind {
    Json,
    Multipart,
}

impl BodyKind {
    pub(crate) fn media_type(self) -> &'static str {
        match self {
            Self::Json => "application/json",
            Self::Multipart => "multipart/form-data",
        }
    }
}

/// All operations, in the order of the description.
pub(super) fn read(document: &Value) -> Vec<Operation> {
    let reader = Reader { document };
    let mut operations = Vec::new();
    for (path, item) in members(&document["paths"]) {
        for (method, operation) in members(item) {
            operations.extend(reader.operation(path, method, operation));
        }
    }
    operations
}

struct Reader<'a> {
    document: &'a Value,
}

impl Reader<'_> {
    /// `None` if the member is not an operation.
    fn operation(&self, path: &str, method: &str, operation: &Value) -> Option<Operation> {
        let id = operation.get("operationId")?.as_str()?;
        let method = Method::from_bytes(method.to_ascii_uppercase().as_bytes()).ok()?;
        let mut path_parameters = Vec::new();
        let mut query_parameters = Vec::new();
        for parameter in items(&operation["parameters"]) {
            let parameter = self.followed(parameter);
            match parameter["in"].as_str() {
                Some("path") => path_parameters.push(read_parameter(parameter)),
                Some("query") => query_parameters.push(read_parameter(parameter)),
                _ => {}
            }
        }
        let responses = &operation["responses"];
        let success = members(responses).find(|(status, _)| status.starts_with('2'));
        let (status, response) = success?;
        Some(Operation {
            id: id.to_owned(),
            method,
            path: path.to_owned(),
            status: status.parse().ok()?,
            route: Route::new(path),
            authentication: authentication(operation),
            path_parameters,
            query_parameters,
            body: self.body(&operation["requestBody"]),
            response: json_schema(self.followed(response)),
            statuses: members(responses)
                .filter_map(|(status, _)| status.parse().ok())
                .collect(),
        })
    }

    fn body(&self, body: &Value) -> Option<Body> {
        let body = self.followed(body);
        let (media_type, content) = members(&body["content"]).next()?;
        Some(Body {
            kind: if media_type == "multipart/form-data" {
                BodyKind::Multipart
            } else {
                BodyKind::Json
            },
            required: body["required"].as_bool().unwrap_or(false),
            schema: content.get("schema")?.clone(),
        })
    }

    fn followed<'a>(&'a self, value: &'a Value) -> &'a Value {
        let target = value.get("$ref").and_then(Value::as_str);
        target
            .and_then(|target| self.document.pointer(target.strip_prefix('#')?))
            .unwrap_or(value)
    }
}

fn read_parameter(parameter: &Value) -> Parameter {
    Parameter {
        name: parameter["name"].as_str().unwrap_or_default().to_owned(),
        required: parameter["required"].as_bool().unwrap_or(false),
        schema: parameter["schema"].clone(),
        explode: parameter["explode"].as_bool().unwrap_or(true),
        pagination_switch: parameter["x-pagination-switch"].as_bool().unwrap_or(false),
    }
}

fn authentication(operation: &Value) -> Authentication {
    let open = operation["security"].as_array().is_some_and(Vec::is_empty);
    match operation["x-clerk-authentication"].as_str() {
        _ if open => Authentication::Nobody,
        Some("machine") => Authentication::Machine,
        _ => Authentication::SecretKey,
    }
}

fn json_schema(response: &Value) -> Option<Value> {
    response
        .get("content")?
        .get("application/json")?
        .get("schema")
        .cloned()
}

fn members(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flatten()
}

fn items(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}
