//! Converts YAML text to a JSON value, and rejects what JSON cannot represent and what would grow
//! without bound.
//!
//! `serde_yaml` resolves aliases lazily, so a visitor that counts the values it creates stops an
//! alias bomb while it is still small.

use std::cell::{Cell, RefCell};
use std::fmt;

use serde::de::{self, DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

use crate::support::error::{Error, Result};
use crate::support::pointer;

/// The nesting limit of mappings and lists. The limit of `serde_yaml` itself is slightly higher.
const MAXIMUM_DEPTH: usize = 100;

/// How much a document may grow through aliases, in multiples of its text.
const MAXIMUM_GROWTH: usize = 8;

/// The limit on mappings, lists and scalars; the largest description so far has 40,000.
const MAXIMUM_NODES: usize = 500_000;

/// The growth that even the shortest text is allowed.
const ALWAYS_ALLOWED: usize = 64;

/// The longest pointer that is shown in full, so that pointers into deep documents stay readable.
const SHOWN_LENGTH: usize = 120;

/// `location` names the text in errors.
pub(super) fn read(location: &str, text: &str) -> Result<Value> {
    let limits = Limits {
        left: Cell::new(ALWAYS_ALLOWED + text.len().saturating_mul(MAXIMUM_GROWTH)),
        nodes: Cell::new(0),
        rejection: RefCell::new(None),
    };
    let root = Node {
        limits: &limits,
        at: &At::Root,
        depth: 0,
    };
    root.deserialize(serde_yaml::Deserializer::from_str(text))
        .map_err(|error| {
            let location = match error.location() {
                Some(line) => format!("{location}:{}", line.line()),
                None => location.to_owned(),
            };
            limits
                .rejection
                .take()
                .unwrap_or_else(|| not_yaml(&error))
                .at(location)
        })
}

fn not_yaml(error: &serde_yaml::Error) -> Rejection {
    let message = error.to_string();
    if message.starts_with("recursion limit") {
        return Rejection {
            at: None,
            message: TOO_DEEP.to_owned(),
            help: FLATTEN,
        };
    }
    Rejection {
        at: None,
        message: format!("this is not valid YAML: {message}"),
        help: "correct the syntax there; the file may also be damaged or cut short",
    }
}

const TOO_DEEP: &str = "mappings and lists are nested too deeply";
const FLATTEN: &str = "move inner parts to `components`";

struct Limits {
    /// The remaining budget: one for each node, and the bytes of each string.
    left: Cell<usize>,
    nodes: Cell<usize>,
    /// The reason if reading was stopped here rather than by the parser.
    rejection: RefCell<Option<Rejection>>,
}

struct Rejection {
    /// A JSON pointer, if the message is about a value.
    at: Option<String>,
    message: String,
    help: &'static str,
}

impl Rejection {
    fn at(self, location: String) -> Error {
        let message = match self.at {
            Some(pointer) => format!("{pointer}: {}", self.message),
            None => self.message,
        };
        Error::new(location, message, self.help)
    }
}

/// The current position, as a list from the leaf to the root.
enum At<'a> {
    Root,
    Key(&'a At<'a>, &'a str),
    Item(&'a At<'a>, usize),
}

impl At<'_> {
    fn pointer(&self) -> String {
        match self {
            At::Root => "#".to_owned(),
            At::Key(parent, key) => pointer::child(&parent.pointer(), key),
            At::Item(parent, index) => pointer::item(&parent.pointer(), *index),
        }
    }
}

#[derive(Clone, Copy)]
struct Node<'a> {
    limits: &'a Limits,
    at: &'a At<'a>,
    depth: usize,
}

impl<'a> Node<'a> {
    fn reject<E: de::Error>(&self, message: impl Into<String>, help: &'static str) -> E {
        let message = message.into();
        let error = E::custom(&message);
        let mut pointer = self.at.pointer();
        if let Some((end, _)) = pointer.char_indices().nth(SHOWN_LENGTH) {
            pointer.truncate(end);
            pointer.push('…');
        }
        self.limits.rejection.replace(Some(Rejection {
            at: Some(pointer),
            message,
            help,
        }));
        error
    }

    fn spend<E: de::Error>(&self, amount: usize) -> Result<(), E> {
        self.limits.nodes.update(|nodes| nodes + 1);
        if self.limits.nodes.get() > MAXIMUM_NODES {
            return Err(self.reject(
                format!("the document has more than {MAXIMUM_NODES} values"),
                "expected the YAML file of an API description",
            ));
        }
        match self.limits.left.get().checked_sub(amount) {
            Some(left) => {
                self.limits.left.set(left);
                Ok(())
            }
            None => Err(self.reject(
                format!("aliases expand the document to more than {MAXIMUM_GROWTH} times its text"),
                "write the values out, or use fewer `*aliases`",
            )),
        }
    }

    fn enter<E: de::Error>(&self) -> Result<usize, E> {
        if self.depth >= MAXIMUM_DEPTH {
            return Err(self.reject(TOO_DEEP, FLATTEN));
        }
        Ok(self.depth + 1)
    }

    fn number<E: de::Error>(&self, number: impl Into<Number>) -> Result<Value, E> {
        self.spend(1)?;
        Ok(Value::Number(number.into()))
    }
}

impl<'de> DeserializeSeed<'de> for Node<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Node<'_> {
    type Value = Value;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a value that JSON can represent, without a YAML tag")
    }

    fn visit_bool<E: de::Error>(self, value: bool) -> Result<Value, E> {
        self.spend(1)?;
        Ok(Value::Bool(value))
    }

    fn visit_i64<E: de::Error>(self, value: i64) -> Result<Value, E> {
        self.number(value)
    }

    fn visit_u64<E: de::Error>(self, value: u64) -> Result<Value, E> {
        self.number(value)
    }

    fn visit_f64<E: de::Error>(self, value: f64) -> Result<Value, E> {
        match Number::from_f64(value) {
            Some(number) => self.number(number),
            None => Err(self.reject(
                "NaN and infinity are not valid in an API description",
                "write a finite number, or quote the text",
            )),
        }
    }

    fn visit_str<E: de::Error>(self, value: &str) -> Result<Value, E> {
        self.spend(1 + value.len())?;
        Ok(Value::String(value.to_owned()))
    }

    fn visit_unit<E: de::Error>(self) -> Result<Value, E> {
        self.spend(1)?;
        Ok(Value::Null)
    }

    fn visit_none<E: de::Error>(self) -> Result<Value, E> {
        self.visit_unit()
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<Value, A::Error> {
        self.spend(1)?;
        let depth = self.enter()?;
        let mut items = Vec::new();
        loop {
            let item = Node {
                limits: self.limits,
                at: &At::Item(self.at, items.len()),
                depth,
            };
            match access.next_element_seed(item)? {
                Some(value) => items.push(value),
                None => return Ok(Value::Array(items)),
            }
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Value, A::Error> {
        self.spend(1)?;
        let depth = self.enter()?;
        let mut members = Map::new();
        while let Some(key) = access.next_key_seed(self)? {
            let Value::String(key) = key else {
                return Err(self.reject(
                    format!("the key {key} is not a string"),
                    "put the key in quotes",
                ));
            };
            if members.contains_key(&key) {
                return Err(self.reject(
                    format!("the key `{key}` is defined twice in a mapping"),
                    "remove one of them",
                ));
            }
            let value = access.next_value_seed(Node {
                limits: self.limits,
                at: &At::Key(self.at, &key),
                depth,
            })?;
            members.insert(key, value);
        }
        Ok(Value::Object(members))
    }
}
