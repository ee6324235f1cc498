//! One side of a comparison: a document reduced to its facts, with its components and operations.
//!
//! It accepts any OpenAPI 3.0 document whose references resolve: an upstream document, the facts in
//! `spec/` or the normal form. Nothing here relies on the lint.

use std::collections::BTreeSet;

use serde_json::Value;

use super::change::OperationName;
use super::facts;
use super::walk::Member;
use crate::input::load;
use crate::input::vocabulary::{self, Kind, METHODS, Meaning};
use crate::input::webhooks as events;
use crate::support::error::Result;
use crate::support::naming::{identifier, snake_case};
use crate::support::pointer;

/// A document to compare.
#[derive(Debug)]
pub struct Description {
    /// The label for readers: a file, or a revision.
    pub label: String,
    pub(super) document: Value,
}

/// A value and its location.
#[derive(Clone, Debug)]
pub(super) struct At<'a> {
    pub(super) pointer: String,
    pub(super) value: &'a Value,
}

impl<'a> At<'a> {
    pub(super) fn child(&self, key: &str) -> Option<Self> {
        Some(Self {
            pointer: pointer::child(&self.pointer, key),
            value: self.value.get(key)?,
        })
    }

    pub(super) fn text(&self, key: &str) -> Option<&'a str> {
        self.value.get(key)?.as_str()
    }

    /// The members of an object, or the items of a list under their positions.
    pub(super) fn members(&self) -> Vec<(String, Self)> {
        let at = |key: String, value: &'a Value| {
            let pointer = pointer::child(&self.pointer, &key);
            (key, Self { pointer, value })
        };
        match self.value {
            Value::Object(members) => members
                .iter()
                .map(|(name, value)| at(name.clone(), value))
                .collect(),
            Value::Array(items) => (items.iter().enumerate())
                .map(|(index, value)| at(index.to_string(), value))
                .collect(),
            _ => Vec::new(),
        }
    }
}

impl Description {
    pub fn new(label: impl Into<String>, document: Value) -> Result<Self> {
        let label = label.into();
        load::references(&document).map_err(|error| error.within(&label))?;
        let document = facts::of(&document);
        Ok(Self { label, document })
    }

    pub fn version(&self) -> &str {
        let version = self.document.pointer("/info/version");
        version.and_then(Value::as_str).unwrap_or("unknown")
    }

    pub(super) fn root(&self) -> At<'_> {
        At {
            pointer: "#".to_owned(),
            value: &self.document,
        }
    }

    /// The target of a reference.
    pub(super) fn at(&self, reference: &str) -> Option<At<'_>> {
        Some(At {
            pointer: reference.to_owned(),
            value: self.document.pointer(reference.strip_prefix('#')?)?,
        })
    }

    /// The target of `at`'s references; `at` itself if it is none.
    pub(super) fn resolve<'a>(&'a self, mut at: At<'a>) -> At<'a> {
        // There are no cycles: `load::references` rejects them.
        while let Some(target) = at.text("$ref").and_then(|reference| self.at(reference)) {
            at = target;
        }
        at
    }

    /// The components, in the order of the vocabulary, by their references.
    pub(super) fn components(&self) -> Vec<At<'_>> {
        let sections = self.root().child("components");
        let sections = sections.iter().flat_map(At::members);
        let components = sections.flat_map(|(_, section)| section.members());
        components.map(|(_, component)| component).collect()
    }

    /// The references of the components that the operations use, directly or not.
    pub(super) fn used(&self) -> BTreeSet<&str> {
        let mut used = BTreeSet::new();
        let mut waiting: Vec<&Value> = self.document.get("paths").into_iter().collect();
        while let Some(value) = waiting.pop() {
            match value {
                // Any text may be a reference: a mapping has some too.
                Value::String(text) => {
                    let target = component(text).and_then(|_| self.at(text));
                    waiting.extend(
                        target
                            .filter(|_| used.insert(text.as_str()))
                            .map(|at| at.value),
                    );
                }
                Value::Array(items) => waiting.extend(items),
                Value::Object(members) => waiting.extend(members.values()),
                _ => {}
            }
        }
        used
    }

    pub(super) fn operations(&self) -> Vec<Operation<'_>> {
        let mut operations = Vec::new();
        let paths = self.root().child("paths");
        for (path, item) in paths.iter().flat_map(At::members) {
            for method in METHODS {
                if let Some(node) = item.child(method) {
                    let declared = [&item, &node].map(|owner| owner.child("parameters"));
                    operations.push(Operation {
                        parameters: self.parameters(&declared),
                        declared,
                        path: path.clone(),
                        method,
                        node,
                    });
                }
            }
        }
        operations
    }

    /// Those of the path and of the operation, which override them.
    fn parameters<'a>(&'a self, lists: &[Option<At<'a>>; 2]) -> Vec<Parameter<'a>> {
        let mut parameters: Vec<Parameter<'a>> = Vec::new();
        for (_, declared) in lists.iter().flatten().flat_map(At::members) {
            let resolved = self.resolve(declared.clone());
            let parameter = Parameter {
                name: resolved.text("name").unwrap_or_default(),
                sent_in: resolved.text("in").unwrap_or_default(),
                is_required: is(&resolved, "required"),
                node: declared,
            };
            parameters
                .retain(|known| (known.name, known.sent_in) != (parameter.name, parameter.sent_in));
            parameters.push(parameter);
        }
        parameters
    }
}

/// The component that a reference refers to: its section and its name. `None` for other targets.
pub(super) fn component(reference: &str) -> Option<(&str, String)> {
    let (section, name) = reference.strip_prefix("#/components/")?.split_once('/')?;
    let name = name.replace("~1", "/").replace("~0", "~");
    Some((section, name))
}

/// The kind of the components in a section.
pub(super) fn kind_of(section: &str) -> Option<&'static Kind> {
    let Meaning::Node(components) = vocabulary::DOCUMENT.keyword("components")?.meaning else {
        return None;
    };
    match components.keyword(section)?.meaning {
        Meaning::Sorted(kind) => Some(kind),
        _ => None,
    }
}

/// An operation, or an event of webhooks.
#[derive(Debug)]
pub(super) struct Operation<'a> {
    pub(super) path: String,
    /// Lower case, as in the document.
    pub(super) method: &'static str,
    pub(super) node: At<'a>,
    /// The lists of parameters of its path and its own.
    pub(super) declared: [Option<At<'a>>; 2],
    parameters: Vec<Parameter<'a>>,
}

#[derive(Debug)]
struct Parameter<'a> {
    name: &'a str,
    /// `path`, `query`, …
    sent_in: &'a str,
    is_required: bool,
    /// The parameter, or the reference to it.
    node: At<'a>,
}

impl<'a> Operation<'a> {
    pub(super) fn id(&self) -> String {
        let id = self.node.text("operationId");
        id.map_or_else(|| self.call(), str::to_owned)
    }

    /// The kind of event, if the description is one of webhooks.
    pub(super) fn event(&self) -> Option<&str> {
        events::kind(&self.path, self.node.value)
    }

    pub(super) fn call(&self) -> String {
        match self.event() {
            Some(kind) => kind.to_owned(),
            None => format!("{} {}", self.method.to_uppercase(), self.path),
        }
    }

    pub(super) fn name(&self) -> OperationName {
        let group = self.node.text("x-speakeasy-group");
        let name = self.node.text("x-speakeasy-name-override");
        let rust = match (self.event(), group, name) {
            (Some(_), ..) => format!("EventKind::{}", self.id()),
            (None, Some(group), Some(name)) => {
                format!("{}().{}()", snake_case(group), identifier(name))
            }
            _ => String::new(),
        };
        OperationName {
            id: self.id(),
            call: self.call(),
            rust,
        }
    }

    /// What it is called in a report.
    pub(super) fn summary(&self) -> String {
        let call = self.call();
        match (self.event(), self.node.text("operationId")) {
            (None, Some(id)) => format!("`{id}` (`{call}`)"),
            _ => format!("`{call}`"),
        }
    }

    /// The path without the names of its placeholders, which are not sent.
    pub(super) fn template(&self) -> String {
        let placeholders = self.placeholders();
        let names = placeholders.into_iter();
        names.fold(self.path.clone(), |path, name| {
            path.replace(&format!("{{{name}}}"), "{}")
        })
    }

    fn placeholders(&self) -> Vec<&str> {
        let pieces = self.path.split('{').skip(1);
        pieces
            .filter_map(|piece| Some(piece.split_once('}')?.0))
            .collect()
    }

    /// The parameters, with the names that another operation has for the placeholders in the same
    /// positions.
    pub(super) fn parameters_as_in(&self, other: &Self) -> Vec<Member<'a>> {
        let (placeholders, others) = (self.placeholders(), other.placeholders());
        let member = |parameter: &Parameter<'a>| {
            let mut all = placeholders.iter();
            let position =
                all.position(|name| *name == parameter.name && parameter.sent_in == "path");
            let name = position.and_then(|position| others.get(position));
            let name = name.unwrap_or(&parameter.name);
            let name = format!("{} parameter `{name}`", parameter.sent_in);
            Member {
                is_required: parameter.is_required,
                ..Member::new(name, vec![parameter.node.clone()])
            }
        };
        self.parameters.iter().map(member).collect()
    }
}

pub(super) fn is(at: &At<'_>, key: &str) -> bool {
    at.value.get(key) == Some(&Value::Bool(true))
}
