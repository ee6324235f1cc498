//! A field that a request can set to null.

use serde::{Deserialize, Deserializer, Serialize, Serializer, ser::Error as _};
use serde_json::{Map, Value};

use super::{OpenEnum, Secret, SecretObject, Timestamp};

/// A field of a request that can be set to a value or to null.
///
/// Setters take `impl Into<Nullable<T>>`: a value is sent as it is, `None` is sent as null, and a setter
/// that is not called sends nothing.
///
/// ```
/// use clerk_api::types::Nullable;
///
/// let name: Nullable<String> = "Ada".into();
/// assert_eq!(name.as_value().map(String::as_str), Some("Ada"));
/// let name: Nullable<String> = None.into();
/// assert!(name.is_null());
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Nullable<T> {
    /// Null.
    Null,
    /// The value.
    Value(T),
    /// Other JSON was given for an object; sending it fails.
    #[doc(hidden)]
    NotAnObject,
}

impl<T> Nullable<T> {
    /// Returns whether this is null.
    pub fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }

    /// Returns the value, or `None` if this is null.
    pub fn as_value(&self) -> Option<&T> {
        match self {
            Self::Value(value) => Some(value),
            Self::Null | Self::NotAnObject => None,
        }
    }

    /// Returns the value, or `None` if this is null.
    pub fn into_value(self) -> Option<T> {
        match self {
            Self::Value(value) => Some(value),
            Self::Null | Self::NotAnObject => None,
        }
    }
}

impl<T: Serialize> Serialize for Nullable<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Null => serializer.serialize_none(),
            Self::Value(value) => value.serialize(serializer),
            Self::NotAnObject => Err(S::Error::custom(super::object::NOT_AN_OBJECT)),
        }
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Nullable<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Option::deserialize(deserializer).map(Self::from)
    }
}

impl<T> From<T> for Nullable<T> {
    fn from(value: T) -> Self {
        Self::Value(value)
    }
}

// A second conversion from an `Option` would make the type of a plain `None` ambiguous.
impl<T> From<Option<T>> for Nullable<T> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Self::Value)
    }
}

macro_rules! converts {
    ($($target:ty: $($source:ty),+;)+) => {$($(
        impl From<$source> for Nullable<$target> {
            fn from(value: $source) -> Self {
                Self::Value(value.into())
            }
        }
    )+)+};
}

converts! {
    String: &str, &String;
    Secret: &str, &String, String;
    SecretObject: Map<String, Value>;
    Timestamp: i64, std::time::SystemTime;
    i64: i32, u32;
    f64: f32, i32;
    Value: Map<String, Value>;
}

impl<T: OpenEnum> From<&str> for Nullable<T> {
    fn from(value: &str) -> Self {
        Self::Value(value.into())
    }
}

impl From<Value> for Nullable<Map<String, Value>> {
    fn from(value: Value) -> Self {
        match value {
            Value::Null => Self::Null,
            Value::Object(object) => Self::Value(object),
            _ => Self::NotAnObject,
        }
    }
}

impl<'a, T: From<&'a str>, const N: usize> From<[&'a str; N]> for Nullable<Vec<T>> {
    fn from(values: [&'a str; N]) -> Self {
        Self::Value(values.into_iter().map(T::from).collect())
    }
}

impl From<Vec<&str>> for Nullable<Vec<String>> {
    fn from(values: Vec<&str>) -> Self {
        Self::Value(values.into_iter().map(String::from).collect())
    }
}

impl<'a, T: From<&'a str>> From<&[&'a str]> for Nullable<Vec<T>> {
    fn from(values: &[&'a str]) -> Self {
        Self::Value(values.iter().copied().map(T::from).collect())
    }
}
