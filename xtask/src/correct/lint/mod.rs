//! Checks the assumptions of the pipeline on a corrected description, before anything is generated.
//!
//! Each module checks one part of a description and reports all faults, each with a JSON pointer
//! and how to fix it. [`crate::input::load::references`] has checked the references before.

mod keywords;
mod operations;
mod parameters;
mod payloads;
mod recursion;
mod requirements;
mod schemas;
mod unions;

use serde_json::{Map, Value};

use crate::input::vocabulary::{self, DOCUMENT, Kind, METHODS};
use crate::support::error::Findings;
use crate::support::pointer;

pub use operations::unique_ids;

/// The end of most help texts: where to write a correction.
const IN_AN_OVERLAY: &str = "in an overlay";

/// The longest chain of references that is followed; longer chains are rejected when loading.
const MAXIMUM_CHAIN: usize = 64;

/// Checks a description to which the overlays have been applied.
pub fn check(document: &Value) -> Result<(), Findings> {
    let mut findings = Findings::new();
    let Value::Object(members) = document else {
        findings.report(
            "#",
            "the document is not a mapping",
            "import an OpenAPI document",
        );
        return Err(findings);
    };
    let source = Source { document };
    vocabulary::walk(members, &DOCUMENT, "#", &mut |location, kind, node| {
        keywords::check(
            &Node {
                location,
                kind,
                node,
            },
            &mut findings,
        );
        schemas::check(
            &Node {
                location,
                kind,
                node,
            },
            source,
            &mut findings,
        );
        unions::check(
            &Node {
                location,
                kind,
                node,
            },
            source,
            &mut findings,
        );
        parameters::check_each(
            &Node {
                location,
                kind,
                node,
            },
            &mut findings,
        );
    });
    operations::check(source, &mut findings);
    parameters::check_together(source, &mut findings);
    payloads::check(source, &mut findings);
    requirements::check(source, &mut findings);
    recursion::check(source, &mut findings);
    findings.into_result()
}

/// A node of a description, with its kind.
struct Node<'a> {
    location: &'a str,
    kind: &'static Kind,
    node: &'a Map<String, Value>,
}

impl Node<'_> {
    fn child(&self, key: &str) -> String {
        pointer::child(self.location, key)
    }
}

/// The whole description, to look up references.
#[derive(Clone, Copy)]
struct Source<'a> {
    document: &'a Value,
}

/// An operation and its location.
struct Operation<'a> {
    location: String,
    path: &'a str,
    method: &'a str,
    node: &'a Map<String, Value>,
    /// Those of the whole path first, then its own.
    parameters: Vec<(String, &'a Value)>,
}

impl<'a> Source<'a> {
    fn operations(self) -> Vec<Operation<'a>> {
        let mut operations = Vec::new();
        for (path, item) in self
            .document
            .get("paths")
            .and_then(Value::as_object)
            .into_iter()
            .flatten()
        {
            let location = pointer::child("#/paths", path);
            for method in METHODS {
                let Some(node) = item.get(method).and_then(Value::as_object) else {
                    continue;
                };
                let location = pointer::child(&location, method);
                let shared = list(item.get("parameters"), &pointer::child("#/paths", path));
                let own = list(node.get("parameters"), &location);
                operations.push(Operation {
                    parameters: shared.into_iter().chain(own).collect(),
                    location,
                    path,
                    method,
                    node,
                });
            }
        }
        operations
    }

    /// The target of `value`, if it is a reference; otherwise `value`.
    fn resolve(self, value: &'a Value) -> &'a Value {
        let mut value = value;
        for _ in 0..MAXIMUM_CHAIN {
            let target = value
                .get("$ref")
                .and_then(Value::as_str)
                .and_then(|target| target.strip_prefix('#'))
                .and_then(|target| self.document.pointer(target));
            match target {
                Some(target) => value = target,
                None => break,
            }
        }
        value
    }

    /// A schema and all parts of its combinations, without references; each once.
    fn parts(self, schema: &'a Value) -> Vec<&'a Value> {
        let mut parts = vec![self.resolve(schema)];
        let mut next = 0;
        while let Some(part) = parts.get(next).copied() {
            let combined = ["allOf", "oneOf", "anyOf"].iter().filter_map(|keyword| {
                let members = part.get(*keyword)?.as_array()?;
                // Several alternatives are a union.
                (*keyword == "allOf" || members.len() == 1).then_some(members)
            });
            for member in combined.flatten().map(|member| self.resolve(member)) {
                if !parts.iter().any(|known| std::ptr::eq(*known, member)) {
                    parts.push(member);
                }
            }
            next += 1;
        }
        parts
    }

    /// A property of a schema, of its references or of its parts.
    fn property(self, schema: &'a Value, name: &str) -> Option<&'a Value> {
        let mut parts = self.parts(schema).into_iter();
        parts.find_map(|part| part.get("properties")?.get(name))
    }

    /// The properties of a schema, including those of its references and of its parts.
    fn properties(self, schema: &'a Value) -> Map<String, Value> {
        let mut properties = Map::new();
        for part in self.parts(schema) {
            let described = part.get("properties").and_then(Value::as_object);
            properties.extend(described.cloned().unwrap_or_default());
        }
        properties
    }
}

fn list<'a>(parameters: Option<&'a Value>, owner: &str) -> Vec<(String, &'a Value)> {
    let location = pointer::child(owner, "parameters");
    parameters
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .enumerate()
        .map(|(index, parameter)| (pointer::item(&location, index), parameter))
        .collect()
}

fn text<'a>(node: &'a Map<String, Value>, key: &str) -> Option<&'a str> {
    node.get(key).and_then(Value::as_str)
}

fn is_true(node: &Map<String, Value>, key: &str) -> bool {
    node.get(key) == Some(&Value::Bool(true))
}
