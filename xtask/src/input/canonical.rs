//! The canonical form of a description: only facts, in a fixed order, so that two versions differ
//! exactly where the interface differs.
//!
//! Paths, components, responses, media types and tags are sorted; keywords and methods have a fixed
//! order; properties, parameters and enum values keep theirs, because it carries meaning. A keyword
//! that is in no table is an error, so nothing is dropped silently.

use serde_json::{Map, Value};

use crate::input::vocabulary::{self, Kind, Meaning, Origin};
use crate::support::error::{Error, Result};
use crate::support::pointer;

/// A string with more words than this is considered a sentence.
const MAXIMUM_WORDS: usize = 8;

/// The canonical form of an OpenAPI document.
pub fn canonical(document: &Value) -> Result<Value> {
    let Value::Object(members) = document else {
        return Err(Error::new(
            "#",
            "the document is not a mapping",
            "expected an OpenAPI document",
        ));
    };
    let canonical = node(members, &vocabulary::DOCUMENT, "#")?;
    reject_sentences(&canonical, "#")?;
    Ok(canonical)
}

fn node(members: &Map<String, Value>, kind: &'static Kind, location: &str) -> Result<Value> {
    for name in members.keys() {
        reject_unknown(name, kind, location)?;
    }
    if kind.component.is_none() || !vocabulary::is_reference(members) {
        for needed in kind.needed {
            if !members.contains_key(*needed) {
                return Err(Error::new(
                    location,
                    format!("{} lacks `{needed}`", kind.name),
                    "add it; if the file was cut short, get it again",
                ));
            }
        }
    }
    let mut canonical = Map::new();
    for keyword in kind.keywords {
        let value = match (keyword.meaning, members.get(keyword.name)) {
            (Meaning::Own(text), _) if !vocabulary::is_reference(members) => {
                Some(Value::String(text.to_owned()))
            }
            (_, None) | (Meaning::Prose | Meaning::Own(_), _) => None,
            (meaning, Some(value)) => {
                let location = pointer::child(location, keyword.name);
                Some(member(value, meaning, members, &location)?)
            }
        };
        if let Some(value) = value {
            canonical.insert(keyword.name.to_owned(), value);
        }
    }
    Ok(Value::Object(canonical))
}

fn reject_unknown(name: &str, kind: &Kind, location: &str) -> Result<()> {
    let location = || pointer::child(location, name);
    match kind.keyword(name) {
        None => Err(Error::new(
            location(),
            format!("unknown keyword `{name}` in {}", kind.name),
            "correct its spelling, or list it in xtask/src/input/vocabulary/tables.rs as a fact or as \
             prose",
        )),
        Some(keyword) if keyword.origin == Origin::Overlay => Err(Error::new(
            location(),
            format!("`{name}` is an extension of this project, allowed only in overlays"),
            "move it to an overlay in spec/overlays",
        )),
        Some(_) => Ok(()),
    }
}

/// The value of a keyword. `siblings` are the node's members.
fn member(
    value: &Value,
    meaning: Meaning,
    siblings: &Map<String, Value>,
    location: &str,
) -> Result<Value> {
    if let Some(wanted) = vocabulary::mismatch(value, meaning) {
        return Err(Error::new(
            location,
            format!("expected {wanted}"),
            "correct the value; if the file was cut short, get it again",
        ));
    }
    match (meaning, value) {
        (Meaning::RequiredNames, Value::Array(names)) => Ok(required_names(names, siblings)),
        (Meaning::Node(kind) | Meaning::NodeOrFlag(kind), Value::Object(members)) => {
            node(members, kind, location)
        }
        (Meaning::List(kind), Value::Array(items)) => list(items, kind, location),
        (Meaning::Sorted(kind), Value::Object(members)) => by_name(members, kind, location, true),
        (Meaning::Ordered(kind), Value::Object(members)) => by_name(members, kind, location, false),
        _ => Ok(value.clone()),
    }
}

fn list(items: &[Value], kind: &'static Kind, location: &str) -> Result<Value> {
    let mut items = items
        .iter()
        .enumerate()
        .filter_map(|(index, item)| Some((index, item.as_object()?)))
        .map(|(index, item)| node(item, kind, &pointer::item(location, index)))
        .collect::<Result<Vec<_>>>()?;
    if kind.is(&vocabulary::TAG) {
        items.sort_by_cached_key(|tag| tag.get("name").and_then(Value::as_str).map(str::to_owned));
    }
    Ok(Value::Array(items))
}

fn by_name(
    members: &Map<String, Value>,
    kind: &'static Kind,
    location: &str,
    sort: bool,
) -> Result<Value> {
    let mut members = members
        .iter()
        .filter_map(|(name, member)| Some((name, member.as_object()?)))
        .map(|(name, member)| {
            let member = node(member, kind, &pointer::child(location, name))?;
            Ok((name.clone(), member))
        })
        .collect::<Result<Vec<_>>>()?;
    if sort {
        members.sort_by(|left, right| left.0.cmp(&right.0));
    }
    Ok(Value::Object(members.into_iter().collect()))
}

/// The names of declared properties first, in their order; then the others, unchanged.
fn required_names(names: &[Value], siblings: &Map<String, Value>) -> Value {
    let declared = siblings.get("properties").and_then(Value::as_object);
    let position = |name: &Value| {
        let name = name.as_str()?;
        declared?.keys().position(|property| property == name)
    };
    let mut names = names.to_vec();
    names.sort_by_key(|name| position(name).unwrap_or(usize::MAX));
    Value::Array(names)
}

/// The last guard against upstream's prose: long texts where facts are expected.
fn reject_sentences(value: &Value, location: &str) -> Result<()> {
    match value {
        Value::String(text) if text.split_whitespace().count() > MAXIMUM_WORDS => Err(Error::new(
            location,
            format!("expected a fact, found a text of more than {MAXIMUM_WORDS} words"),
            "list its keyword in xtask/src/input/vocabulary/tables.rs as prose",
        )),
        Value::Array(items) => items
            .iter()
            .enumerate()
            .try_for_each(|(index, item)| reject_sentences(item, &pointer::item(location, index))),
        Value::Object(members) => members
            .iter()
            .try_for_each(|(key, member)| reject_sentences(member, &pointer::child(location, key))),
        _ => Ok(()),
    }
}
