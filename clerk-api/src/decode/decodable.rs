//! Deserialization, serialization and shapes of structs, all from one table.
//!
//! serde's derive reads a struct in three ways (from a map with names, from a map with numbers, from
//! a list) and checks for duplicates. JSON needs only the first, and without the others `cargo check` of
//! the crate takes about half as long. A missing required field is an error here, which
//! [`super::repair`] may repair. A field is written as it is read: an `optional` one that is absent is
//! left out, a `nullable` one is null.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use serde::de::{Deserialize, Deserializer, Error, IgnoredAny, MapAccess, Visitor};
use serde_json::{Map, Value};

/// A struct defined by [`decodable!`](crate::decodable).
#[doc(hidden)]
pub trait Decodable<'de>: Sized {
    /// The Rust name.
    const NAME: &'static str;

    /// Reads all members of an object.
    fn read<A: MapAccess<'de>>(members: A) -> Result<Self, A::Error>;
}

/// Deserializes a struct.
#[doc(hidden)]
pub fn deserialize<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Decodable<'de>,
{
    deserializer.deserialize_map(ObjectVisitor(PhantomData))
}

struct ObjectVisitor<T>(PhantomData<T>);

impl<'de, T: Decodable<'de>> Visitor<'de> for ObjectVisitor<T> {
    type Value = T;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "struct {}", T::NAME)
    }

    fn visit_map<A: MapAccess<'de>>(self, members: A) -> Result<T, A::Error> {
        T::read(members)
    }
}

/// The key of a member, borrowed from the input unless it has escapes.
#[doc(hidden)]
#[derive(Debug)]
pub struct Key<'de>(Cow<'de, str>);

impl Key<'_> {
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl<'de> Deserialize<'de> for Key<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_identifier(KeyVisitor)
    }
}

struct KeyVisitor;

impl<'de> Visitor<'de> for KeyVisitor {
    type Value = Key<'de>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("the name of a field")
    }

    fn visit_borrowed_str<E>(self, key: &'de str) -> Result<Key<'de>, E> {
        Ok(Key(Cow::Borrowed(key)))
    }

    fn visit_str<E>(self, key: &str) -> Result<Key<'de>, E> {
        Ok(Key(Cow::Owned(key.to_owned())))
    }

    fn visit_string<E>(self, key: String) -> Result<Key<'de>, E> {
        Ok(Key(Cow::Owned(key)))
    }
}

/// Readers of members, by the presence of the field. They are named like the constructors of
/// [`FieldShape`](super::FieldShape).
#[doc(hidden)]
pub mod member {
    use super::{Deserialize, Error, IgnoredAny, Key, Map, MapAccess, Value};

    pub fn key<'de, A: MapAccess<'de>>(members: &mut A) -> Result<Option<Key<'de>>, A::Error> {
        members.next_key()
    }

    pub fn required<'de, A, T>(members: &mut A, field: &mut Option<T>) -> Result<(), A::Error>
    where
        A: MapAccess<'de>,
        T: Deserialize<'de>,
    {
        *field = Some(members.next_value()?);
        Ok(())
    }

    pub fn optional<'de, A, T>(members: &mut A, field: &mut Option<T>) -> Result<(), A::Error>
    where
        A: MapAccess<'de>,
        T: Deserialize<'de>,
    {
        *field = members.next_value()?;
        Ok(())
    }

    pub use optional as nullable;

    pub fn unknown<'de, A: MapAccess<'de>>(members: &mut A) -> Result<(), A::Error> {
        members.next_value::<IgnoredAny>().map(|_| ())
    }

    pub fn extra<'de, A: MapAccess<'de>>(
        members: &mut A,
        key: &str,
        extra: &mut Map<String, Value>,
    ) -> Result<(), A::Error> {
        extra.insert(key.to_owned(), members.next_value()?);
        Ok(())
    }

    pub fn present<T, E: Error>(field: Option<T>, name: &'static str) -> Result<T, E> {
        field.ok_or_else(|| E::missing_field(name))
    }
}

/// Writers of members, by the presence of the field, like the readers in [`member`].
#[doc(hidden)]
pub mod written {
    use serde::ser::{Serialize, SerializeMap};
    use serde_json::{Map, Value};

    pub use serde::ser::SerializeMap as Members;

    pub fn required<S: SerializeMap, T: Serialize>(
        members: &mut S,
        key: &'static str,
        field: &T,
    ) -> Result<(), S::Error> {
        members.serialize_entry(key, field)
    }

    pub use required as nullable;

    pub fn optional<S: SerializeMap, T: Serialize>(
        members: &mut S,
        key: &'static str,
        field: &Option<T>,
    ) -> Result<(), S::Error> {
        match field {
            Some(field) => members.serialize_entry(key, field),
            None => Ok(()),
        }
    }

    pub fn extra<S: SerializeMap>(
        members: &mut S,
        extra: &Map<String, Value>,
    ) -> Result<(), S::Error> {
        let mut extra = extra.iter();
        extra.try_for_each(|(key, value)| members.serialize_entry(key, value))
    }
}

/// Defines how a struct is deserialized and serialized, and its shape.
///
/// Each field is `required` (a `T`), `nullable` or `optional` (an `Option<T>`), with its key in JSON
/// and its shape. `..extra` keeps the members without a field. A shape cannot contain itself, so the
/// shape of a field that does is `Shape::Any`: it is read, but not repaired.
#[doc(hidden)]
#[macro_export]
macro_rules! decodable {
    (@take required $field:ident $key:literal) => {
        $crate::decode::member::present($field, $key)?
    };
    (@take $presence:ident $field:ident $key:literal) => {
        $field
    };
    (@other $members:ident $key:ident) => {
        $crate::decode::member::unknown(&mut $members)
    };
    (@other $members:ident $key:ident $extra:ident) => {
        $crate::decode::member::extra(&mut $members, $key.as_str(), &mut $extra)
    };
    (
        $name:ident {
            $($field:ident: $presence:ident($key:literal, $shape:expr $(,)?)),* $(,)?
            $(..$extra:ident)?
        }
    ) => {
        impl $crate::decode::Shaped for $name {
            const SHAPE: $crate::decode::Shape = {
                static SHAPE: $crate::decode::ObjectShape = $crate::decode::ObjectShape {
                    name: stringify!($name),
                    fields: &[$($crate::decode::FieldShape::$presence($key, $shape)),*],
                };
                $crate::decode::Shape::Object(&SHAPE)
            };
        }

        impl<'de> $crate::decode::Decodable<'de> for $name {
            const NAME: &'static str = stringify!($name);

            fn read<A: ::serde::de::MapAccess<'de>>(
                mut members: A,
            ) -> ::core::result::Result<Self, A::Error> {
                $(let mut $field = None;)*
                $(let mut $extra = ::serde_json::Map::new();)?
                while let Some(key) = $crate::decode::member::key(&mut members)? {
                    match key.as_str() {
                        $($key => $crate::decode::member::$presence(&mut members, &mut $field),)*
                        _ => $crate::decodable!(@other members key $($extra)?),
                    }?;
                }
                Ok(Self {
                    $($field: $crate::decodable!(@take $presence $field $key),)*
                    $($extra)?
                })
            }
        }

        impl<'de> ::serde::Deserialize<'de> for $name {
            fn deserialize<D: ::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> ::core::result::Result<Self, D::Error> {
                $crate::decode::deserialize(deserializer)
            }
        }

        impl ::serde::Serialize for $name {
            fn serialize<S: ::serde::Serializer>(
                &self,
                serializer: S,
            ) -> ::core::result::Result<S::Ok, S::Error> {
                #[allow(unused_mut, reason = "a struct may have no fields")]
                let mut members = serializer.serialize_map(None)?;
                $($crate::decode::written::$presence(&mut members, $key, &self.$field)?;)*
                $($crate::decode::written::extra(&mut members, &self.$extra)?;)?
                $crate::decode::written::Members::end(members)
            }
        }
    };
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde_json::{Map, Value, json};

    use crate::decode::{Shape, Shaped};

    #[derive(Debug, PartialEq)]
    struct Book {
        title: String,
        pages: Option<i64>,
        type_: Option<String>,
        sequel: Option<Box<Book>>,
    }

    crate::decodable! {
        Book {
            title: required("title", Shape::String),
            pages: nullable("pages", Shape::Integer),
            type_: optional("type", Shape::String),
            sequel: optional("sequel", Shape::Any),
        }
    }

    #[derive(Debug, PartialEq)]
    struct Catalogue {
        season: String,
        extra: Map<String, Value>,
    }

    crate::decodable! {
        Catalogue { season: required("season", Shape::String), ..extra }
    }

    #[derive(Debug, PartialEq)]
    struct Shelf {
        name: String,
        titles: Vec<Option<String>>,
        counts: BTreeMap<String, Option<i64>>,
    }

    crate::decodable! {
        Shelf {
            name: required("name", Shape::String),
            titles: required("titles", Shape::List(&Shape::Nullable(&Shape::String))),
            counts: required("counts", Shape::Map(&Shape::Nullable(&Shape::Integer))),
        }
    }

    #[test]
    fn null_elements_are_kept_by_a_repair_and_written_back() {
        // The name is missing and a count is a fraction, so the text is repaired.
        let text = r#"{"titles":["Emma",null],"counts":{"Emma":2.0,"Persuasion":null}}"#;
        let shelf: Shelf = crate::decode::from_json(text).unwrap();
        assert_eq!(shelf.titles, [Some("Emma".to_owned()), None]);
        let counts = [
            ("Emma".to_owned(), Some(2)),
            ("Persuasion".to_owned(), None),
        ];
        assert_eq!(shelf.counts, BTreeMap::from(counts));
        assert_eq!(
            serde_json::to_value(shelf).unwrap(),
            json!({ "name": "", "titles": ["Emma", null], "counts": { "Emma": 2, "Persuasion": null } })
        );
        let wrong = r#"{"name":"","titles":["Emma",1],"counts":{}}"#;
        let fault = crate::decode::from_json::<Shelf>(wrong).unwrap_err();
        assert_eq!(fault.json_path(), Some("$.titles[1]"));
    }

    #[derive(Debug, PartialEq)]
    struct Nothing {}

    crate::decodable! { Nothing {} }

    fn titled(title: &str) -> Book {
        Book {
            title: title.to_owned(),
            pages: None,
            type_: None,
            sequel: None,
        }
    }

    #[test]
    fn fields_are_read_in_any_order_and_unknown_ones_are_ignored() {
        let json = r#"{"type":"novel","shelf":{"row":[1,2]},"pages":7,"title":"Emma"}"#;
        let book: Book = serde_json::from_str(json).unwrap();
        let expected = Book {
            pages: Some(7),
            type_: Some("novel".to_owned()),
            ..titled("Emma")
        };
        assert_eq!(book, expected);
    }

    #[test]
    fn absent_and_null_are_both_nothing_where_that_is_allowed() {
        let absent: Book = serde_json::from_str(r#"{"title":"Emma"}"#).unwrap();
        let null: Book =
            serde_json::from_str(r#"{"title":"Emma","pages":null,"type":null,"sequel":null}"#)
                .unwrap();
        assert_eq!(absent, titled("Emma"));
        assert_eq!(null, titled("Emma"));
    }

    #[test]
    fn what_is_required_and_missing_fails_with_its_name() {
        let error = serde_json::from_str::<Book>(r#"{"pages":7}"#).unwrap_err();
        assert!(
            error.to_string().starts_with("missing field `title`"),
            "{error}"
        );
        assert!(error.is_data());
        assert!(serde_json::from_str::<Book>(r#"{"title":null}"#).is_err());
    }

    #[test]
    fn fields_are_written_in_their_order_and_absent_ones_only_where_they_can_be_null() {
        let json = r#"{"title":"Emma","pages":null}"#;
        assert_eq!(serde_json::to_string(&titled("Emma")).unwrap(), json);
        let json = r#"{"title":"Emma","pages":7,"type":"novel","sequel":{"title":"Persuasion","pages":null}}"#;
        let book: Book = serde_json::from_str(json).unwrap();
        assert_eq!(serde_json::to_string(&book).unwrap(), json);
        let json = r#"{"season":"autumn","pages":[1]}"#;
        let catalogue: Catalogue = serde_json::from_str(json).unwrap();
        assert_eq!(serde_json::to_string(&catalogue).unwrap(), json);
        assert_eq!(serde_json::to_string(&Nothing {}).unwrap(), "{}");
    }

    #[test]
    fn other_json_than_an_object_fails() {
        for json in ["[]", "null", "1", "\"Emma\""] {
            let error = serde_json::from_str::<Book>(json).unwrap_err();
            assert!(
                error.to_string().contains("expected struct Book"),
                "{error}"
            );
        }
    }

    #[test]
    fn a_struct_that_contains_itself_is_read_from_text_and_from_values() {
        let expected = Book {
            sequel: Some(Box::new(titled("Persuasion"))),
            ..titled("Emma")
        };
        let json = json!({ "title": "Emma", "sequel": { "title": "Persuasion" } });
        let from_text: Book = serde_json::from_str(&json.to_string()).unwrap();
        let from_value: Book = serde_json::from_value(json).unwrap();
        assert_eq!(from_text, expected);
        assert_eq!(from_value, expected);
    }

    #[test]
    fn a_key_that_holds_escapes_is_recognised() {
        let book: Book = serde_json::from_str(r#"{"t\u0069tle":"Emma"}"#).unwrap();
        assert_eq!(book, titled("Emma"));
    }

    #[test]
    fn an_open_struct_keeps_what_has_no_field() {
        let catalogue: Catalogue =
            serde_json::from_str(r#"{"season":"autumn","pages":[1]}"#).unwrap();
        assert_eq!(catalogue.season, "autumn");
        assert_eq!(Value::Object(catalogue.extra), json!({ "pages": [1] }));
    }

    #[test]
    fn a_struct_without_fields_is_read_from_any_object() {
        assert_eq!(
            serde_json::from_str::<Nothing>(r#"{"a":1}"#).unwrap(),
            Nothing {}
        );
    }

    #[test]
    fn the_shape_has_the_same_fields() {
        let Shape::Object(shape) = Book::SHAPE else {
            panic!("{:?}", Book::SHAPE)
        };
        let fields: Vec<_> = shape
            .fields
            .iter()
            .map(|field| (field.name, field.required, field.nullable))
            .collect();
        assert_eq!(shape.name, "Book");
        assert_eq!(
            fields,
            [
                ("title", true, false),
                ("pages", true, true),
                ("type", false, true),
                ("sequel", false, true)
            ]
        );
    }
}
