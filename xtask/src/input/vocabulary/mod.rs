//! The keywords of an API description: which may occur where, in which order they are written, and
//! which contain sentences instead of facts.
//!
//! Everything that reads a description by position uses these tables, so that a property named
//! `description` is never mistaken for a description. [`crate::input::canonical`] rewrites a document
//! according to them, [`crate::correct::lint`] checks one against them.

pub mod plain;
mod tables;

use serde_json::{Map, Value};

use crate::support::pointer;

pub use tables::{DOCUMENT, PARAMETER, SCHEMA, TAG};

/// The type of a keyword's value.
#[derive(Clone, Copy, Debug)]
pub enum Meaning {
    /// A string.
    Text,
    /// `true` or `false`.
    Flag,
    Number,
    /// A list of strings.
    Texts,
    /// Any JSON: a default, the values of an enum.
    Any,
    /// Names of properties, in the order of the properties.
    RequiredNames,
    /// Sentences for people, or something that only another tool reads: not a fact of the
    /// interface.
    Prose,
    /// A text that OpenAPI requires and that we write ourselves.
    Own(&'static str),
    Node(&'static Kind),
    /// A schema, or a boolean that allows or denies everything.
    NodeOrFlag(&'static Kind),
    List(&'static Kind),
    /// By name, sorted.
    Sorted(&'static Kind),
    /// By name, in the given order.
    Ordered(&'static Kind),
    /// A list of scheme names with their scopes.
    Security,
}

/// Who may write a keyword.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    Description,
    /// Extensions of this project: only overlays.
    Overlay,
}

#[derive(Debug)]
pub struct Keyword {
    pub name: &'static str,
    pub meaning: Meaning,
    pub origin: Origin,
    /// Whether the mapping may contain extensions beside its members, as paths and responses may.
    pub is_extensible: bool,
}

/// A kind of node.
#[derive(Debug)]
pub struct Kind {
    /// The name in errors: `an operation`.
    pub name: &'static str,
    /// In canonical order.
    pub keywords: &'static [Keyword],
    /// Keywords that the node must have.
    pub needed: &'static [&'static str],
    /// The section of `components` for this kind, if `$ref` may replace it.
    pub component: Option<&'static str>,
}

impl Kind {
    pub fn keyword(&self, name: &str) -> Option<&'static Keyword> {
        self.keywords.iter().find(|keyword| keyword.name == name)
    }

    pub fn is(&self, other: &'static Kind) -> bool {
        std::ptr::eq(self, other)
    }
}

/// Methods in the order in which they are written.
pub const METHODS: [&str; 5] = ["get", "put", "post", "delete", "patch"];

/// What is expected instead of `value`, if it does not fit. Does not look below nodes and names.
pub fn mismatch(value: &Value, meaning: Meaning) -> Option<&'static str> {
    let is_texts = |value: &Value| {
        value
            .as_array()
            .is_some_and(|items| items.iter().all(Value::is_string))
    };
    let is_requirement = |value: &Value| {
        value
            .as_object()
            .is_some_and(|schemes| schemes.values().all(is_texts))
    };
    let (fits, wanted) = match meaning {
        Meaning::Text => (value.is_string(), "a string"),
        Meaning::Flag => (value.is_boolean(), "`true` or `false`"),
        Meaning::Number => (value.is_number(), "a number"),
        Meaning::Texts | Meaning::RequiredNames => (is_texts(value), "a list of strings"),
        Meaning::Any | Meaning::Prose | Meaning::Own(_) => (true, ""),
        Meaning::Node(kind) => (value.is_object(), kind.name),
        Meaning::NodeOrFlag(_) => (
            value.is_object() || value.is_boolean(),
            "a schema, `true` or `false`",
        ),
        Meaning::List(_) => (
            value
                .as_array()
                .is_some_and(|items| items.iter().all(Value::is_object)),
            "a list of mappings",
        ),
        Meaning::Sorted(_) | Meaning::Ordered(_) => (
            value
                .as_object()
                .is_some_and(|members| members.values().all(Value::is_object)),
            "a mapping of mappings",
        ),
        Meaning::Security => (
            value
                .as_array()
                .is_some_and(|items| items.iter().all(is_requirement)),
            "a list of security schemes with their scopes",
        ),
    };
    (!fits).then_some(wanted)
}

/// Whether OpenAPI leaves a name of this form to tools.
pub fn is_extension(name: &str) -> bool {
    name.starts_with("x-")
}

/// Whether this node is only a reference to a component.
pub fn is_reference(node: &Map<String, Value>) -> bool {
    node.contains_key("$ref")
}

/// Called by [`walk`] with a node's JSON pointer, its kind and its members.
pub type Visit<'v, 'a> = dyn FnMut(&str, &'static Kind, &'a Map<String, Value>) + 'v;

/// Visits every node below `node` and itself, parents first. Members of a wrong type are skipped.
pub fn walk<'a>(
    node: &'a Map<String, Value>,
    kind: &'static Kind,
    location: &str,
    visit: &mut Visit<'_, 'a>,
) {
    step(node, kind, &mut location.to_owned(), visit);
}

/// `location` is extended for each node below and has its former content afterwards.
fn step<'a>(
    node: &'a Map<String, Value>,
    kind: &'static Kind,
    location: &mut String,
    visit: &mut Visit<'_, 'a>,
) {
    visit(location, kind, node);
    let here = location.len();
    for (key, value) in node {
        let Some(keyword) = kind.keyword(key) else {
            continue;
        };
        pointer::push(location, key);
        let below = location.len();
        match (keyword.meaning, value) {
            (Meaning::Node(kind) | Meaning::NodeOrFlag(kind), Value::Object(member)) => {
                step(member, kind, location, visit);
            }
            (Meaning::List(kind), Value::Array(items)) => {
                for (index, item) in items.iter().enumerate() {
                    if let Value::Object(item) = item {
                        pointer::push(location, &index.to_string());
                        step(item, kind, location, visit);
                        location.truncate(below);
                    }
                }
            }
            (Meaning::Sorted(kind) | Meaning::Ordered(kind), Value::Object(members)) => {
                for (name, member) in members {
                    if let Value::Object(member) = member {
                        pointer::push(location, name);
                        step(member, kind, location, visit);
                        location.truncate(below);
                    }
                }
            }
            _ => {}
        }
        location.truncate(here);
    }
}
