//! A JSON object that is never printed.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Map, Value};

use super::secret::remember_strings;

/// A JSON object that contains codes, tokens or links with them, under keys that are not described.
/// It is never printed.
///
/// ```
/// use clerk_api::types::SecretObject;
/// use serde_json::{Map, json};
///
/// let data = SecretObject::from(Map::from_iter([("otp_code".to_owned(), json!("424242"))]));
/// assert_eq!(format!("{data:?}"), "SecretObject([redacted])");
/// assert_eq!(data.expose()["otp_code"], "424242");
/// ```
#[derive(Clone, Default, PartialEq, Eq)]
pub struct SecretObject(Map<String, Value>);

impl SecretObject {
    /// Returns the object.
    pub fn expose(&self) -> &Map<String, Value> {
        &self.0
    }
}

impl fmt::Debug for SecretObject {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("SecretObject([redacted])")
    }
}

impl From<Map<String, Value>> for SecretObject {
    fn from(object: Map<String, Value>) -> Self {
        Self(object)
    }
}

impl Serialize for SecretObject {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.values().for_each(remember_strings);
        self.0.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for SecretObject {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Map::deserialize(deserializer).map(Self)
    }
}
