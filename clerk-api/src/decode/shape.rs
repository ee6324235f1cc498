//! The shape of a model as data, for repairing JSON that does not match it.

use std::collections::{BTreeMap, HashMap};

use serde_json::{Map, Value};

use crate::page::Page;
use crate::types::{Nullable, Object, Secret, SecretObject, Timestamp};

/// The shape of a type's JSON.
#[derive(Clone, Copy, Debug)]
pub enum Shape {
    /// No content.
    Nothing,
    /// Any JSON.
    Any,
    /// A string.
    String,
    /// A string that identifies an object.
    Id,
    /// A string that must not be printed.
    Secret,
    /// True or false.
    Boolean,
    /// A number in the range of `i64`.
    Integer,
    /// A timestamp, as a number in the range of `i64`.
    Timestamp,
    /// Any number.
    Number,
    /// A string of an open enum.
    Enum,
    /// The shape, or null.
    Nullable(&'static Shape),
    /// A list.
    List(&'static Shape),
    /// An object with any keys.
    Map(&'static Shape),
    /// A page of a list, with or without an envelope.
    Page(&'static Shape),
    /// A struct.
    Object(&'static ObjectShape),
    /// A tagged union.
    Union(&'static UnionShape),
    /// A recursive model. A constant cannot contain itself, so this is a function.
    Recursive(fn() -> Shape),
}

/// The shape of a struct.
#[derive(Debug)]
pub struct ObjectShape {
    /// The Rust name.
    pub name: &'static str,
    /// The described fields.
    pub fields: &'static [FieldShape],
}

/// The shape of a field.
#[derive(Debug)]
pub struct FieldShape {
    /// The key in JSON.
    pub name: &'static str,
    /// The shape of its value.
    pub shape: Shape,
    /// Whether it must be present.
    pub required: bool,
    /// Whether it can be null.
    pub nullable: bool,
}

impl FieldShape {
    /// A field that must be present and not null.
    pub const fn required(name: &'static str, shape: Shape) -> Self {
        Self::new(name, shape, true, false)
    }

    /// A field that must be present and can be null.
    pub const fn nullable(name: &'static str, shape: Shape) -> Self {
        Self::new(name, shape, true, true)
    }

    /// A field that can be missing or null.
    pub const fn optional(name: &'static str, shape: Shape) -> Self {
        Self::new(name, shape, false, true)
    }

    const fn new(name: &'static str, shape: Shape, required: bool, nullable: bool) -> Self {
        Self {
            name,
            shape,
            required,
            nullable,
        }
    }
}

/// The shape of a union.
#[derive(Debug)]
pub struct UnionShape {
    /// The Rust name.
    pub name: &'static str,
    /// The property with the tag.
    pub tag: &'static str,
    /// The shapes by tag.
    pub variants: &'static [(&'static str, Shape)],
}

/// A type whose JSON can be decoded tolerantly: every model of the API, and options, lists, maps and
/// pages of them.
///
/// The models implement it. It is not meant to be implemented for other types.
pub trait Shaped {
    /// The shape of its JSON.
    #[doc(hidden)]
    const SHAPE: Shape;

    /// The same, for [`Shape::Recursive`].
    #[doc(hidden)]
    fn shape() -> Shape {
        Self::SHAPE
    }
}

macro_rules! shaped {
    ($($shape:ident: $($type:ty),+;)+) => {$($(
        impl Shaped for $type {
            const SHAPE: Shape = Shape::$shape;
        }
    )+)+};
}

shaped! {
    Nothing: ();
    Any: Value;
    String: String;
    Secret: Secret;
    Boolean: bool;
    Integer: i64;
    Timestamp: Timestamp;
    Number: f64;
}

impl Shaped for Map<String, Value> {
    const SHAPE: Shape = Shape::Map(&Shape::Any);
}

impl Shaped for Object {
    const SHAPE: Shape = Shape::Map(&Shape::Any);
}

impl Shaped for SecretObject {
    const SHAPE: Shape = Shape::Map(&Shape::Any);
}

impl<T: Shaped> Shaped for Option<T> {
    const SHAPE: Shape = Shape::Nullable(&T::SHAPE);
}

impl<T: Shaped> Shaped for Nullable<T> {
    const SHAPE: Shape = Shape::Nullable(&T::SHAPE);
}

impl<T: Shaped> Shaped for Box<T> {
    const SHAPE: Shape = Shape::Recursive(T::shape);
}

impl<T: Shaped> Shaped for Vec<T> {
    const SHAPE: Shape = Shape::List(&T::SHAPE);
}

impl<T: Shaped> Shaped for HashMap<String, T> {
    const SHAPE: Shape = Shape::Map(&T::SHAPE);
}

impl<T: Shaped> Shaped for BTreeMap<String, T> {
    const SHAPE: Shape = Shape::Map(&T::SHAPE);
}

impl<T: Shaped> Shaped for Page<T> {
    const SHAPE: Shape = Shape::Page(&T::SHAPE);
}
