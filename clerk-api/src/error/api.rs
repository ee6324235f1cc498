//! Reads the body of an error response: Clerk's envelope, other JSON, the HTML page of a gateway, or
//! nothing.

use std::fmt;
use std::time::Duration;

use http::{HeaderMap, StatusCode};
use serde_json::{Map, Value};

use super::{Content, Response, Scrubber, bounds, display::Printable};
use crate::decode::lenient_json;

/// One of the errors that a response of the API lists; see [`Error::errors`](super::Error::errors).
#[derive(Clone, PartialEq, Eq)]
#[doc(alias("error code", "ClerkAPIError", "param_name"))]
pub struct ApiError {
    pub(super) code: String,
    pub(super) message: String,
    pub(super) long_message: Option<String>,
    pub(super) meta: Map<String, Value>,
}

impl fmt::Debug for ApiError {
    // The values of `meta` are often personal data.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        const MOST_NAMES: usize = 20;
        let long_message = self.long_message.as_deref().map(Printable);
        let meta = self.meta.keys().map(|name| Printable(name));
        formatter
            .debug_struct("ApiError")
            .field("code", &Printable(&self.code))
            .field("message", &Printable(&self.message))
            .field("long_message", &long_message)
            .field("meta", &meta.take(MOST_NAMES).collect::<Vec<_>>())
            .finish()
    }
}

impl ApiError {
    /// Returns the code, such as `resource_not_found`. It is empty if the response has none.
    pub fn code(&self) -> &str {
        &self.code
    }

    /// Returns the message for developers. It is empty if the response has none.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// Returns the message for users, if the response has one.
    pub fn long_message(&self) -> Option<&str> {
        self.long_message.as_deref()
    }

    /// Returns the other properties of the error, such as `param_name` or `session_id`.
    pub fn meta(&self) -> &Map<String, Value> {
        &self.meta
    }

    /// Returns the names of the invalid parameters or fields (`param_name` and `param_names` of
    /// [`meta`](Self::meta)), as the API spells them.
    pub fn param_names(&self) -> impl Iterator<Item = &str> {
        let named = [self.meta.get("param_name"), self.meta.get("param_names")];
        named.into_iter().flatten().flat_map(|names| {
            let names = match names {
                Value::Array(names) => names.as_slice(),
                name => std::slice::from_ref(name),
            };
            let names = names.iter().filter_map(Value::as_str);
            names.filter(|name| !name.is_empty())
        })
    }
}

/// Prints the code, the message and the names of the parameters, because a message such as "is unknown"
/// does not contain them. Without parameters, the long message is printed instead of the short one.
impl fmt::Display for ApiError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&str> = self.param_names().collect();
        let long = self.long_message.as_deref().filter(|_| names.is_empty());
        let message = long
            .filter(|long| !long.is_empty())
            .unwrap_or(&self.message);
        match (self.code.is_empty(), message.is_empty()) {
            (false, false) => write!(formatter, "{}: {message}", self.code)?,
            (false, true) => formatter.write_str(&self.code)?,
            (true, _) => formatter.write_str(message)?,
        }
        if names.is_empty() {
            return Ok(());
        }
        write!(formatter, " ({})", names.join(", "))
    }
}

impl std::error::Error for ApiError {}

impl Response {
    pub(super) fn read(
        status: StatusCode,
        headers: &HeaderMap,
        body: &[u8],
        scrubber: &Scrubber,
    ) -> Self {
        let mut json = lenient_json(&String::from_utf8_lossy(body));
        if let Some(json) = &mut json {
            scrubber.scrub_value(json);
        }
        let errors = json.as_ref().map(errors).unwrap_or_default();
        let (errors, more_errors) = bounds::entries(errors);
        Self {
            status,
            content: Content::of(headers, body).filter(|_| errors.is_empty()),
            errors,
            more_errors,
            trace_id: trace_id(json.as_ref(), headers, scrubber),
            retry_after: retry_after(headers),
            body: bounds::body(body, scrubber),
        }
    }

    /// The response of a success whose body cannot be decoded.
    pub(super) fn undecodable(
        status: StatusCode,
        headers: &HeaderMap,
        body: &[u8],
        scrubber: &Scrubber,
    ) -> Self {
        Self {
            status,
            errors: Vec::new(),
            more_errors: 0,
            trace_id: trace_id(None, headers, scrubber),
            retry_after: None,
            content: Content::of(headers, body),
            body: bounds::body(body, scrubber),
        }
    }
}

fn trace_id(json: Option<&Value>, headers: &HeaderMap, scrubber: &Scrubber) -> Option<String> {
    let of_body = json.and_then(|json| json.get("clerk_trace_id")?.as_str());
    let of_header = |name: &str| headers.get(name)?.to_str().ok();
    of_body
        .filter(|id| !id.is_empty())
        .or_else(|| of_header("clerk-trace-id"))
        .or_else(|| of_header("cf-ray"))
        .map(|id| bounds::trace_id(id, scrubber))
}

/// `Retry-After` in seconds or as a date. A date is relative to the server's `Date`, so that a wrong clock
/// on either side does not matter. Too many seconds for a `u64` become its maximum.
pub(crate) fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let value = headers
        .get(http::header::RETRY_AFTER)?
        .to_str()
        .ok()?
        .trim();
    if !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit()) {
        return Some(Duration::from_secs(value.parse().unwrap_or(u64::MAX)));
    }
    if let Ok(seconds) = value.parse::<f64>() {
        return Duration::try_from_secs_f64(seconds).ok();
    }
    let until = httpdate::parse_http_date(value).ok()?;
    let now = headers
        .get(http::header::DATE)
        .and_then(|date| httpdate::parse_http_date(date.to_str().ok()?).ok())
        .unwrap_or_else(std::time::SystemTime::now);
    Some(until.duration_since(now).unwrap_or_default())
}

/// The envelope is `{"errors": [{code, message, long_message, meta}]}`. OAuth endpoints return
/// `{"error", "error_description"}`, and gateways return other forms: an object in `error`, a string, or
/// `{"title", "detail"}` (RFC 9457).
fn errors(json: &Value) -> Vec<ApiError> {
    match json {
        Value::Array(entries) => entries.iter().filter_map(entry).collect(),
        Value::Object(members) => match (members.get("errors"), members.get("error")) {
            (Some(Value::Array(entries)), _) => entries.iter().filter_map(entry).collect(),
            (Some(single @ (Value::Object(_) | Value::String(_))), _)
            | (_, Some(single @ Value::Object(_))) => entry(single).into_iter().collect(),
            _ => entry(json).into_iter().collect(),
        },
        Value::String(_) => entry(json).into_iter().collect(),
        _ => Vec::new(),
    }
}

fn entry(json: &Value) -> Option<ApiError> {
    let members = match json {
        Value::String(message) => {
            return Some(ApiError {
                code: String::new(),
                message: message.clone(),
                long_message: None,
                meta: Map::new(),
            });
        }
        Value::Object(members) => members,
        _ => return None,
    };
    let text = |keys: &[&str]| {
        keys.iter()
            .find_map(|key| members.get(*key)?.as_str())
            .map(str::to_owned)
    };
    let code = text(&["code", "error"]);
    let message = text(&["message", "error_description", "detail", "title"]);
    if code.is_none() && message.is_none() {
        return None;
    }
    Some(ApiError {
        code: code.unwrap_or_default(),
        message: message.unwrap_or_default(),
        long_message: text(&["long_message", "longMessage"]),
        meta: match members.get("meta") {
            Some(Value::Object(meta)) => meta.clone(),
            _ => Map::new(),
        },
    })
}
