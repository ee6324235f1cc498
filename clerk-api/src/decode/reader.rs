//! Models read from JSON that is not a response: test fixtures, database rows, queue messages.

use std::fmt;

use serde::de::DeserializeOwned;
use serde_json::Value;

use super::fault::Fault;
use super::shape::Shaped;

/// Reads a model from JSON text, as tolerantly as the client reads a response and with the same warnings.
///
/// A `User` needs only `{ "id": "user_1" }`. Most other models also need the ids and timestamps that Clerk
/// always sends, such as `created_at`.
///
/// ```
/// use clerk_api::models;
///
/// # fn run() -> Result<(), models::ModelError> {
/// let domain: models::CnameTarget = models::from_json(r#"{ "host": "clerk.example.com" }"#)?;
/// assert_eq!((domain.host.as_str(), domain.value.as_str()), ("clerk.example.com", ""));
/// # Ok(()) }
/// # run().unwrap();
/// ```
///
/// # Errors
///
/// If the text is not JSON, or does not match the model. The error names the first few locations at which
/// a required object, id, secret or timestamp is missing.
#[doc(alias("deserialize", "parse", "fixture"))]
pub fn from_json<T: Shaped + DeserializeOwned>(json: impl AsRef<[u8]>) -> Result<T, ModelError> {
    super::decode(json.as_ref()).map_err(ModelError::from)
}

/// Reads a model from a JSON value, as [`from_json`] does.
///
/// # Errors
///
/// As for [`from_json`].
pub fn from_value<T: Shaped + DeserializeOwned>(json: &Value) -> Result<T, ModelError> {
    T::deserialize(json).or_else(|_| from_json(json.to_string()))
}

/// The error for JSON that does not match a model: the location, and what was expected. It does not
/// contain the value.
#[derive(Clone, PartialEq, Eq)]
pub struct ModelError {
    path: Option<String>,
    message: String,
}

impl ModelError {
    /// Returns the location, such as `$.email_addresses[0].id`, or `None` if the text is not JSON.
    pub fn json_path(&self) -> Option<&str> {
        self.path.as_deref()
    }
}

impl From<Fault> for ModelError {
    fn from(fault: Fault) -> Self {
        Self {
            path: fault.path().map(str::to_owned),
            message: match fault.printed_path() {
                Some(path) => format!("{} at {path}", fault.reason),
                None => fault.reason,
            },
        }
    }
}

impl fmt::Debug for ModelError {
    // The path may contain keys that are data. The message does not.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("ModelError")
            .field("message", &self.message)
            .finish_non_exhaustive()
    }
}

impl fmt::Display for ModelError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.message)
    }
}

impl std::error::Error for ModelError {}
