//! Unions that are tagged by a property. They are read without a copy if the tag comes first, and an
//! unknown kind is kept as JSON.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use serde::de::value::MapAccessDeserializer;
use serde::de::{DeserializeSeed, Deserializer, Error, IntoDeserializer, MapAccess, Visitor};
use serde::{Deserialize, Serialize, Serializer};
use serde_json::{Map, Value};

/// A kind of a union that this version of the crate does not know.
#[derive(Clone, PartialEq, Eq)]
pub struct UnknownVariant {
    tag: Option<String>,
    json: Value,
}

impl UnknownVariant {
    /// Returns the tag, if the server sent one.
    pub fn tag(&self) -> Option<&str> {
        self.tag.as_deref()
    }

    /// Returns the value as received.
    pub fn json(&self) -> &Value {
        &self.json
    }
}

impl fmt::Debug for UnknownVariant {
    // The JSON is unknown and may contain a token.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("UnknownVariant")
            .field("tag", &self.tag)
            .finish_non_exhaustive()
    }
}

impl Serialize for UnknownVariant {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.json.serialize(serializer)
    }
}

/// A union defined by [`tagged_union!`](crate::tagged_union).
#[doc(hidden)]
pub trait TaggedUnion<'de>: Sized {
    /// The property that holds the tag.
    const TAG: &'static str;
    /// The known tags.
    const KNOWN: &'static [&'static str];

    /// Reads the kind with this tag; `None` if it is unknown.
    fn read<D: Deserializer<'de>>(tag: &str, content: D) -> Result<Option<Self>, D::Error>;

    /// The variant for an unknown kind.
    fn unknown(variant: UnknownVariant) -> Self;
}

/// Deserializes a union.
#[doc(hidden)]
pub fn deserialize<'de, D, U>(deserializer: D) -> Result<U, D::Error>
where
    D: Deserializer<'de>,
    U: TaggedUnion<'de>,
{
    deserializer.deserialize_map(UnionVisitor(PhantomData))
}

struct UnionVisitor<U>(PhantomData<U>);

impl<'de, U: TaggedUnion<'de>> Visitor<'de> for UnionVisitor<U> {
    type Value = U;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<U, A::Error> {
        let mut read = Vec::new();
        let mut tag = None;
        // Keys are borrowed if the input allows it; `String` would copy each.
        while let Some(Key(key)) = map.next_key()? {
            let value: Value = map.next_value()?;
            let found = match &value {
                Value::String(value) if key == U::TAG => Some(value.clone()),
                _ => None,
            };
            read.push((key.into_owned(), value));
            if found.is_some() {
                tag = found;
                break;
            }
        }

        if let Some(tag) = tag.as_deref().filter(|tag| U::KNOWN.contains(tag)) {
            let replay = Replay {
                read: read.into_iter(),
                value: None,
                rest: map,
            };
            if let Some(union) = U::read(tag, MapAccessDeserializer::new(replay))? {
                return Ok(union);
            }
            return Err(A::Error::custom("a kind of the union has no reader"));
        }

        let mut json: Map<String, Value> = read.into_iter().collect();
        while let Some((key, value)) = map.next_entry()? {
            json.insert(key, value);
        }
        Ok(U::unknown(UnknownVariant {
            tag,
            json: Value::Object(json),
        }))
    }
}

#[derive(Deserialize)]
struct Key<'a>(#[serde(borrow)] Cow<'a, str>);

/// The members that were read while looking for the tag, then the remaining ones.
struct Replay<A> {
    read: std::vec::IntoIter<(String, Value)>,
    value: Option<Value>,
    rest: A,
}

impl<'de, A: MapAccess<'de>> MapAccess<'de> for Replay<A> {
    type Error = A::Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, A::Error> {
        match self.read.next() {
            Some((key, value)) => {
                self.value = Some(value);
                seed.deserialize(key.into_deserializer()).map(Some)
            }
            None => self.rest.next_key_seed(seed),
        }
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, A::Error> {
        match self.value.take() {
            Some(value) => seed.deserialize(value).map_err(A::Error::custom),
            None => self.rest.next_value_seed(seed),
        }
    }
}

/// Defines a union that is tagged by a property.
// The printer adds a comma after content that does not fit on a line.
#[doc(hidden)]
#[macro_export]
macro_rules! tagged_union {
    (
        $(#[$attribute:meta])*
        $visibility:vis enum $name:ident by $tag:literal {
            $($(#[$variant_attribute:meta])* $variant:ident($content:ty $(,)?) = $value:literal),* $(,)?
        }
    ) => {
        $(#[$attribute])*
        #[derive(Clone, Debug, PartialEq)]
        #[non_exhaustive]
        $visibility enum $name {
            $($(#[$variant_attribute])* #[doc = concat!("`", $value, "`")] $variant($content),)*
            /// A kind that this version of the crate does not know.
            Unknown($crate::types::UnknownVariant),
        }

        impl<'de> $crate::types::TaggedUnion<'de> for $name {
            const TAG: &'static str = $tag;
            const KNOWN: &'static [&'static str] = &[$($value),*];

            // A model may have the name of a type parameter, but none ends with `_`.
            fn read<D_: ::serde::Deserializer<'de>>(
                tag: &str,
                content: D_,
            ) -> ::core::result::Result<::core::option::Option<Self>, D_::Error> {
                match tag {
                    $($value => <$content as ::serde::Deserialize>::deserialize(content)
                        .map(|content| Some(Self::$variant(content))),)*
                    _ => Ok(None),
                }
            }

            fn unknown(variant: $crate::types::UnknownVariant) -> Self {
                Self::Unknown(variant)
            }
        }

        impl<'de> ::serde::Deserialize<'de> for $name {
            fn deserialize<D: ::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> ::core::result::Result<Self, D::Error> {
                $crate::types::deserialize_tagged_union(deserializer)
            }
        }

        impl ::serde::Serialize for $name {
            fn serialize<S: ::serde::Serializer>(
                &self,
                serializer: S,
            ) -> ::core::result::Result<S::Ok, S::Error> {
                match self {
                    $(Self::$variant(content) => content.serialize(serializer),)*
                    Self::Unknown(variant) => variant.serialize(serializer),
                }
            }
        }

        impl $crate::decode::Shaped for $name {
            const SHAPE: $crate::decode::Shape =
                $crate::decode::Shape::Union(&$crate::decode::UnionShape {
                    name: stringify!($name),
                    tag: $tag,
                    variants: &[$(($value, <$content as $crate::decode::Shaped>::SHAPE)),*],
                });
        }
    };
}
