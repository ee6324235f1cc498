//! The list of a page as text, and its elements one by one, so that a page that cannot be decoded strictly
//! does not take many times its size in memory.

use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::Value;
use serde_json::value::RawValue;

use super::decodable::Key;
use super::fault::Fault;
use super::repairs::Repairs;
use crate::page::{ITEMS_KEYS, TOTAL_KEY};

/// The longest number that is accepted as a total.
const LONGEST_TOTAL: usize = 64;

/// The list in the text of a page.
pub(super) struct List<'a> {
    /// The path of the list: `$.data`.
    path: String,
    /// The list itself, from `[` to `]`; `None` for null.
    text: Option<&'a str>,
    pub(super) total_count: Option<i64>,
}

impl<'a> List<'a> {
    /// Finds the list of a page in its text, and checks that the text is valid JSON.
    pub(super) fn read(text: &'a str, repairs: &mut Repairs) -> Result<Self, Fault> {
        let whole: &RawValue = serde_json::from_str(text).map_err(|error| Fault::of(&error))?;
        match whole.get().as_bytes().first() {
            Some(b'[') => Ok(Self {
                path: "$".to_owned(),
                text: Some(whole.get()),
                total_count: None,
            }),
            Some(b'{') => Self::of_envelope(whole.get(), repairs),
            _ => Err(Fault::new("expected a list or an object with a list").at("$".to_owned())),
        }
    }

    fn of_envelope(text: &'a str, repairs: &mut Repairs) -> Result<Self, Fault> {
        let envelope: Envelope<'a> =
            serde_json::from_str(text).map_err(|error| Fault::of(&error).at("$".to_owned()))?;
        let Some((key, list)) = envelope.list else {
            return Err(Fault::new("the object has no list of items").at("$".to_owned()));
        };
        let path = format!("$.{key}");
        let text = match list.get().as_bytes().first() {
            Some(b'[') => Some(list.get()),
            Some(b'n') => {
                repairs.add(&path, "null became an empty value");
                None
            }
            _ => return Err(Fault::new("expected a list").at(path)),
        };
        let total_count = match envelope.total_count {
            Some(total) => total_of(total.get(), repairs)?,
            None => None,
        };
        Ok(Self {
            path,
            text,
            total_count,
        })
    }

    /// The path before the index of an element.
    pub(super) fn path(&self) -> &str {
        &self.path
    }

    /// The text of the list, without its brackets.
    pub(super) fn inside(&self) -> &'a str {
        self.text
            .and_then(|text| text.strip_prefix('[')?.strip_suffix(']'))
            .unwrap_or_default()
    }

    /// Its elements.
    pub(super) fn elements(&self) -> impl Iterator<Item = &'a str> + use<'a> {
        let inside = self.inside().as_bytes();
        let mut position = 0;
        std::iter::from_fn(move || next_element(inside, &mut position))
    }
}

/// The element at a position within a valid list. Moves the position behind it.
pub(super) fn next_element<'a>(inside: &'a [u8], position: &mut usize) -> Option<&'a str> {
    let rest = inside.get(*position..)?;
    let between = |byte: &u8| matches!(byte, b' ' | b'\t' | b'\r' | b'\n' | b',');
    let rest = &rest[rest.iter().position(|byte| !between(byte))?..];
    // From bytes, so that only the element is checked to be valid UTF-8, not the rest of the list each time.
    let mut values = serde_json::Deserializer::from_slice(rest).into_iter::<&RawValue>();
    let element = values.next()?.ok()?.get();
    *position = inside.len() - rest.len() + values.byte_offset();
    Some(element)
}

/// Reads the total. An invalid one is an error, because the walk over all pages could end too early.
fn total_of(text: &str, repairs: &mut Repairs) -> Result<Option<i64>, Fault> {
    let path = format!("$.{TOTAL_KEY}");
    if text.len() > LONGEST_TOTAL {
        return Err(Fault::new("expected an integer").at(path));
    }
    let (total, was_repaired) = match serde_json::from_str(text) {
        Ok(Value::Null) => return Ok(None),
        Ok(Value::Number(number)) => match number.as_i64() {
            Some(total) => (Some(total), false),
            None => (number.as_f64().and_then(super::repair::whole), true),
        },
        _ => (None, false),
    };
    let Some(total) = total else {
        return Err(Fault::new("expected an integer").at(path));
    };
    if was_repaired {
        repairs.add(&path, super::repair::BECAME_AN_INTEGER);
    }
    Ok(Some(total))
}

#[derive(Default)]
struct Envelope<'a> {
    list: Option<(&'static str, &'a RawValue)>,
    total_count: Option<&'a RawValue>,
}

impl<'de> Deserialize<'de> for Envelope<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(EnvelopeVisitor)
    }
}

struct EnvelopeVisitor;

impl<'de> Visitor<'de> for EnvelopeVisitor {
    type Value = Envelope<'de>;

    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("an object with a list")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Envelope<'de>, A::Error> {
        let mut envelope = Envelope::default();
        while let Some(key) = members.next_key::<Key<'de>>()? {
            let items = ITEMS_KEYS.iter().find(|items| **items == key.as_str());
            if let Some(items) = items {
                envelope.list = Some((*items, members.next_value()?));
            } else if key.as_str() == TOTAL_KEY {
                envelope.total_count = Some(members.next_value()?);
            } else {
                members.next_value::<IgnoredAny>()?;
            }
        }
        Ok(envelope)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn elements(text: &str) -> Vec<&str> {
        let list = List::read(text, &mut Repairs::default())
            .ok()
            .expect("a list");
        list.elements().collect()
    }

    #[test]
    fn the_elements_are_found_in_both_forms() {
        let expected = ["1", "{\"a\":[2, 3]}", "\"],[\"", "null", "[]"];
        let list = " [ 1 ,{\"a\":[2, 3]}, \"],[\",\n null,[] ] ";
        assert_eq!(elements(list), expected);
        let envelope = format!("{{\"x\":[9],\"data\":{list},\"total_count\":7.0}}");
        assert_eq!(elements(&envelope), expected);
        assert_eq!(elements("{\"data\":null}"), [""; 0]);
        assert_eq!(elements("[]"), [""; 0]);
        assert_eq!(elements("[ ]"), [""; 0]);
    }
}
