//! The canonical form of a description: only facts, in a fixed order, so that two versions differ
//! exactly where the interface differs.
//!
//! Paths, components, responses, media types and tags are sorted; keywords and methods have a fixed
//! order; properties, parameters and enum values keep theirs, because it carries meaning. A keyword
//! that is in no table is an error; an unknown extension (`x-…`) is dropped with a warning. So nothing
//! is dropped silently.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use crate::input::vocabulary::{self, Keyword, Kind, Meaning, Origin};
use crate::support::error::{Error, Findings};
use crate::support::pointer;

/// A string with more words than this is considered a sentence.
const MAXIMUM_WORDS: usize = 8;

const TABLES: &str = "xtask/src/input/vocabulary/tables.rs";

/// A document in canonical form.
#[derive(Debug)]
pub struct Canonical {
    pub facts: Value,
    /// One for each unknown extension that was dropped.
    pub warnings: Vec<Error>,
}

/// The canonical form of an OpenAPI document, or all its faults.
pub fn canonical(document: &Value) -> Result<Canonical, Findings> {
    let Value::Object(members) = document else {
        let message = "the document is not a mapping";
        return Err(Error::new("#", message, "expected an OpenAPI document").into());
    };
    let mut reader = Reader::default();
    let facts = reader.node(members, &vocabulary::DOCUMENT, "#");
    reader.reject_sentences(&facts, "#");
    reader.findings.into_result()?;
    Ok(Canonical {
        facts,
        warnings: warnings(reader.dropped),
    })
}

/// Extensions that were dropped, by name and kind of node: how many, and the location of the first.
type Dropped = BTreeMap<(String, &'static str), (usize, String)>;

fn warnings(dropped: Dropped) -> Vec<Error> {
    let warning = |((name, kind), (count, first)): ((String, &'static str), (usize, String))| {
        let times = match count {
            1 => String::new(),
            count => format!(", {count} times; the first is shown"),
        };
        Error::new(
            first,
            format!("dropped the unknown extension `{name}` of {kind}{times}"),
            format!("if it is a fact of the interface, list it in {TABLES} and import again"),
        )
    };
    dropped.into_iter().map(warning).collect()
}

#[derive(Default)]
struct Reader {
    findings: Findings,
    dropped: Dropped,
}

impl Reader {
    fn node(&mut self, members: &Map<String, Value>, kind: &'static Kind, location: &str) -> Value {
        for name in members.keys() {
            self.check_name(name, kind, location);
        }
        let is_reference = vocabulary::is_reference(members);
        if kind.component.is_none() || !is_reference {
            for needed in kind.needed {
                if !members.contains_key(*needed) {
                    self.findings.report(
                        location,
                        format!("{} lacks `{needed}`", kind.name),
                        "add it; if the file was cut short, get it again",
                    );
                }
            }
        }
        let mut canonical = Map::new();
        for keyword in kind.keywords {
            let value = match (keyword.meaning, members.get(keyword.name)) {
                (Meaning::Own(text), _) if !is_reference => Some(Value::String(text.to_owned())),
                (_, None) | (Meaning::Prose | Meaning::Own(_), _) => None,
                (_, Some(value)) => self.member(
                    value,
                    keyword,
                    members,
                    &pointer::child(location, keyword.name),
                ),
            };
            if let Some(value) = value {
                canonical.insert(keyword.name.to_owned(), value);
            }
        }
        Value::Object(canonical)
    }

    fn check_name(&mut self, name: &str, kind: &Kind, location: &str) {
        match kind.keyword(name) {
            None if vocabulary::is_extension(name) => {
                self.drop_extension(name, kind.name, location);
            }
            None => self.findings.report(
                pointer::child(location, name),
                format!("unknown keyword `{name}` in {}", kind.name),
                format!("correct its spelling, or list it in {TABLES} as a fact or as prose"),
            ),
            Some(keyword) if keyword.origin == Origin::Overlay => self.findings.report(
                pointer::child(location, name),
                format!("`{name}` is an extension of this project, allowed only in overlays"),
                "move it to an overlay in spec/overlays",
            ),
            Some(_) => {}
        }
    }

    fn drop_extension(&mut self, name: &str, kind: &'static str, location: &str) {
        let entry = self.dropped.entry((name.to_owned(), kind));
        let first = || (0, pointer::child(location, name));
        entry.or_insert_with(first).0 += 1;
    }

    /// The value of a keyword; `None` if it is not of the expected type. `siblings` are the node's
    /// members.
    fn member(
        &mut self,
        value: &Value,
        keyword: &Keyword,
        siblings: &Map<String, Value>,
        location: &str,
    ) -> Option<Value> {
        Some(match (keyword.meaning, value) {
            (Meaning::Node(kind) | Meaning::NodeOrFlag(kind), Value::Object(members)) => {
                self.node(members, kind, location)
            }
            (Meaning::List(kind), Value::Array(items)) => self.list(items, kind, location),
            (Meaning::Sorted(kind), Value::Object(members)) => {
                let mut members = self.by_name(members, keyword, kind, location);
                members.sort_keys();
                Value::Object(members)
            }
            (Meaning::Ordered(kind), Value::Object(members)) => {
                Value::Object(self.by_name(members, keyword, kind, location))
            }
            (meaning, value) => {
                if let Some(wanted) = vocabulary::mismatch(value, meaning) {
                    self.expected(wanted, location);
                    return None;
                }
                match (meaning, value) {
                    (Meaning::RequiredNames, Value::Array(names)) => {
                        required_names(names, siblings)
                    }
                    _ => value.clone(),
                }
            }
        })
    }

    fn expected(&mut self, wanted: &str, location: &str) {
        self.findings.report(
            location,
            format!("expected {wanted}"),
            "correct the value; if the file was cut short, get it again",
        );
    }

    fn list(&mut self, items: &[Value], kind: &'static Kind, location: &str) -> Value {
        let mut nodes = Vec::with_capacity(items.len());
        for (index, item) in items.iter().enumerate() {
            let location = pointer::item(location, index);
            match item {
                Value::Object(item) => nodes.push(self.node(item, kind, &location)),
                _ => self.expected(kind.name, &location),
            }
        }
        if kind.is(&vocabulary::TAG) {
            let name = |tag: &Value| tag.get("name").and_then(Value::as_str).map(str::to_owned);
            nodes.sort_by_cached_key(name);
        }
        Value::Array(nodes)
    }

    fn by_name(
        &mut self,
        members: &Map<String, Value>,
        keyword: &Keyword,
        kind: &'static Kind,
        location: &str,
    ) -> Map<String, Value> {
        let mut nodes = Map::new();
        for (name, member) in members {
            let child = pointer::child(location, name);
            match member {
                _ if keyword.is_extensible && vocabulary::is_extension(name) => {
                    self.drop_extension(name, keyword.name, location);
                }
                Value::Object(member) => {
                    nodes.insert(name.clone(), self.node(member, kind, &child));
                }
                _ => self.expected(kind.name, &child),
            }
        }
        nodes
    }

    /// The last guard against upstream's prose: long texts where facts are expected.
    fn reject_sentences(&mut self, value: &Value, location: &str) {
        match value {
            Value::String(text) if text.split_whitespace().count() > MAXIMUM_WORDS => {
                self.findings.report(
                    location,
                    format!("expected a fact, found a text of more than {MAXIMUM_WORDS} words"),
                    format!("list its keyword in {TABLES} as prose"),
                );
            }
            Value::Array(items) => {
                for (index, item) in items.iter().enumerate() {
                    self.reject_sentences(item, &pointer::item(location, index));
                }
            }
            Value::Object(members) => {
                for (key, member) in members {
                    self.reject_sentences(member, &pointer::child(location, key));
                }
            }
            _ => {}
        }
    }
}

/// The names of declared properties first, in their order; then the others, unchanged.
pub fn required_names(names: &[Value], siblings: &Map<String, Value>) -> Value {
    let declared = siblings.get("properties").and_then(Value::as_object);
    let position = |name: &Value| {
        let name = name.as_str()?;
        declared?.keys().position(|property| property == name)
    };
    let mut names = names.to_vec();
    names.sort_by_key(|name| position(name).unwrap_or(usize::MAX));
    Value::Array(names)
}
