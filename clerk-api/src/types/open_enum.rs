//! Enums that the server may extend: an unknown value is kept as received.

use std::fmt;
use std::marker::PhantomData;

use serde::Deserializer;
use serde::de::{Error, Visitor};

/// An enum value that this version of the crate does not know.
///
/// It cannot be constructed or matched on, because a later version may know the value. Compare
/// `as_str` of the enum instead.
#[doc(alias("unknown", "other"))]
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct UnknownValue(Box<str>);

impl UnknownValue {
    #[doc(hidden)]
    pub fn new(value: Box<str>) -> Self {
        Self(value)
    }

    /// Returns the value as received.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for UnknownValue {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, formatter)
    }
}

/// An enum defined by [`open_enum!`](crate::open_enum).
#[doc(hidden)]
pub trait OpenEnum: for<'a> From<&'a str> {}

/// Deserializes an open enum without copying the string.
#[doc(hidden)]
pub fn deserialize<'de, D, E>(deserializer: D) -> Result<E, D::Error>
where
    D: Deserializer<'de>,
    E: for<'a> From<&'a str>,
{
    struct Text<E>(PhantomData<E>);

    impl<E: for<'a> From<&'a str>> Visitor<'_> for Text<E> {
        type Value = E;

        fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
            formatter.write_str("a string")
        }

        fn visit_str<X: Error>(self, value: &str) -> Result<E, X> {
            Ok(E::from(value))
        }
    }

    deserializer.deserialize_str(Text(PhantomData))
}

/// Defines an enum of strings with an `Unknown` variant.
///
/// Each variant is one string in both directions. Any other string is kept and serialized unchanged.
#[doc(hidden)]
#[macro_export]
macro_rules! open_enum {
    (
        $(#[$attribute:meta])*
        $visibility:vis enum $name:ident {
            $($(#[$variant_attribute:meta])* $variant:ident = $value:literal),* $(,)?
        }
    ) => {
        $(#[$attribute])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        $visibility enum $name {
            $($(#[$variant_attribute])* #[doc = concat!("`", $value, "`")] $variant,)*
            /// A value that this version of the crate does not know.
            Unknown($crate::types::UnknownValue),
        }

        impl $name {
            /// The known values.
            pub const KNOWN: &'static [&'static str] = &[$($value),*];

            /// Returns the value as sent and received.
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$variant => $value,)*
                    Self::Unknown(value) => value.as_str(),
                }
            }
        }

        impl ::core::convert::From<&str> for $name {
            fn from(value: &str) -> Self {
                match value {
                    $($value => Self::$variant,)*
                    _ => Self::Unknown($crate::types::UnknownValue::new(value.into())),
                }
            }
        }

        impl ::core::convert::From<::std::string::String> for $name {
            fn from(value: ::std::string::String) -> Self {
                Self::from(value.as_str())
            }
        }

        impl $crate::types::OpenEnum for $name {}

        impl ::core::str::FromStr for $name {
            type Err = ::core::convert::Infallible;

            // Not `Self::Err`, which may be a variant.
            fn from_str(value: &str) -> ::core::result::Result<Self, ::core::convert::Infallible> {
                Ok(value.into())
            }
        }

        impl ::core::fmt::Display for $name {
            fn fmt(&self, formatter: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                formatter.pad(self.as_str())
            }
        }

        impl ::serde::Serialize for $name {
            fn serialize<S: ::serde::Serializer>(&self, serializer: S) -> ::core::result::Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> ::serde::Deserialize<'de> for $name {
            fn deserialize<D: ::serde::Deserializer<'de>>(deserializer: D) -> ::core::result::Result<Self, D::Error> {
                $crate::types::deserialize_open_enum(deserializer)
            }
        }

        impl $crate::decode::Shaped for $name {
            const SHAPE: $crate::decode::Shape = $crate::decode::Shape::Enum;
        }

        impl $crate::request::QueryValue for $name {
            fn into_query(self) -> ::std::string::String {
                self.as_str().into()
            }
        }
    };
}
