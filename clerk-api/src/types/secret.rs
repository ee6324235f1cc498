//! A string that is never printed.

use std::cell::RefCell;
use std::fmt;

use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;

/// A key, token or password. It is never printed, and is wiped from memory when dropped.
///
/// An [`Error`](crate::Error) redacts the secrets of its call wherever the response repeats them. Inside
/// `json!` a secret becomes a plain string that the call cannot redact: pass the body as a struct, or the
/// secret to a setter.
///
/// ```
/// use clerk_api::types::Secret;
///
/// let token = Secret::from("shh");
/// assert_eq!(format!("{token:?}"), "Secret([redacted])");
/// assert_eq!(token.expose(), "shh");
/// ```
#[derive(Clone)]
pub struct Secret(SecretString);

impl Secret {
    /// Returns the value.
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Secret([redacted])")
    }
}

impl PartialEq for Secret {
    fn eq(&self, other: &Self) -> bool {
        self.expose() == other.expose()
    }
}

impl Eq for Secret {}

impl From<String> for Secret {
    fn from(value: String) -> Self {
        Self(SecretString::from(value))
    }
}

impl From<&str> for Secret {
    fn from(value: &str) -> Self {
        Self(SecretString::from(value))
    }
}

impl From<&String> for Secret {
    fn from(value: &String) -> Self {
        Self::from(value.as_str())
    }
}

impl From<&Secret> for Secret {
    fn from(value: &Secret) -> Self {
        value.clone()
    }
}

impl Serialize for Secret {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        remember(|| self.clone());
        serializer.serialize_str(self.expose())
    }
}

impl<'de> Deserialize<'de> for Secret {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(Self::from)
    }
}

thread_local! {
    /// The secrets that were serialized since [`collect_secrets`], at any depth: an error must not print
    /// them if the server sends them back.
    static SEEN: RefCell<Option<Vec<Secret>>> = const { RefCell::new(None) };
}

fn remember(secret: impl FnOnce() -> Secret) {
    SEEN.with_borrow_mut(|seen| {
        if let Some(seen) = seen {
            seen.push(secret());
        }
    });
}

/// Records every string in a value as a secret.
pub(super) fn remember_strings(value: &Value) {
    match value {
        Value::String(text) => remember(|| text.as_str().into()),
        Value::Array(values) => values.iter().for_each(remember_strings),
        Value::Object(members) => members.values().for_each(remember_strings),
        _ => {}
    }
}

/// Starts to record the secrets that this thread serializes.
pub(crate) fn collect_secrets() {
    SEEN.set(Some(Vec::new()));
}

/// Returns the recorded secrets and stops recording.
pub(crate) fn collected_secrets() -> Vec<Secret> {
    SEEN.take().unwrap_or_default()
}
