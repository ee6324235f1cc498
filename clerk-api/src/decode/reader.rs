//! Models read from JSON that is no response: fixtures of tests, rows of a database, messages of a queue.

use std::fmt;

use serde::de::DeserializeOwned;
use serde_json::Value;

use super::fault::Fault;
use super::shape::Shaped;

/// Reads a model from JSON text, as tolerantly as the client reads a response: what may be missing or
/// odd there may be so here, with the same warnings.
///
/// A `User` may be as little as `{ "id": "user_1" }`. Most other models also need
/// the ids and points in time that Clerk always sends, such as `created_at`.
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
/// If it is not JSON, or does not fit the model. The error names all places that lack what is never
/// made up (an object, an id, a secret, a point in time), up to a few.
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

/// Why JSON is not a model: where, and what was expected there. It does not hold the value.
#[derive(Clone, PartialEq, Eq)]
pub struct ModelError {
    path: Option<String>,
    message: String,
}

impl ModelError {
    /// The location, as `$.email_addresses[0].id`; `None` if the text is not JSON.
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
    // The path may hold keys that are data; that of the message does not.
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
