//! JSON objects as arguments: metadata, custom claims, template variables.

use serde::{Deserialize, Deserializer, Serialize, Serializer, ser::Error as _};
use serde_json::{Map, Value};

pub(super) const NOT_AN_OBJECT: &str = "expected a JSON object";

/// A value that can be passed where the API expects a JSON object, such as metadata: a [`Map`], or a
/// [`Value`] that is an object, as from `json!({…})`.
///
/// Any other [`Value`] makes the call fail before it is sent.
#[doc(alias("metadata", "json"))]
pub trait IntoObject {
    /// Converts the value.
    fn into_object(self) -> Object;
}

/// A JSON object of a request; see [`IntoObject`].
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Object(Option<Map<String, Value>>);

impl Object {
    /// Returns the object, or `None` if other JSON was given.
    pub fn into_map(self) -> Option<Map<String, Value>> {
        self.0
    }
}

impl IntoObject for Object {
    fn into_object(self) -> Object {
        self
    }
}

impl IntoObject for Map<String, Value> {
    fn into_object(self) -> Object {
        Object(Some(self))
    }
}

impl IntoObject for Value {
    fn into_object(self) -> Object {
        match self {
            Value::Object(object) => Object(Some(object)),
            _ => Object(None),
        }
    }
}

impl Serialize for Object {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match &self.0 {
            Some(object) => object.serialize(serializer),
            None => Err(S::Error::custom(NOT_AN_OBJECT)),
        }
    }
}

impl<'de> Deserialize<'de> for Object {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Map::deserialize(deserializer).map(IntoObject::into_object)
    }
}

impl From<Map<String, Value>> for Object {
    fn from(object: Map<String, Value>) -> Self {
        object.into_object()
    }
}
