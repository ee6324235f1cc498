//! Checks the assumptions of the pipeline on a corrected description, before anything is generated.
//!
//! Each module checks one part of a description and reports all faults, each with a JSON pointer
//! and how to fix it. [`crate::input::load::references`] has checked the references before.

mod keywords;
mod operations;
mod parameters;
mod paths;
mod payloads;
mod recursion;
mod requirements;
mod schemas;
mod unions;

use serde_json::{Map, Value};

use crate::input::version;
use crate::input::vocabulary::{self, DOCUMENT, Kind, METHODS};
use crate::support::error::{Error, Findings};
use crate::support::pointer;

/// The end of most help texts: where to write a correction.
const IN_AN_OVERLAY: &str = "in an overlay";

/// The longest chain of references that is followed; longer chains are rejected when loading.
const MAXIMUM_CHAIN: usize = 64;

/// Checks what holds for upstream's documents too: the version, and what identifies operations.
pub fn check_imported(document: &Value, findings: &mut Findings) {
    let source = Source { document };
    check_version(document, findings);
    operations::unique_ids(source, findings);
    paths::check(source, findings);
}

/// Checks a description to which the overlays have been applied. Where a reference does not resolve,
/// which was found before, what it leads to is not missed a second time.
///
/// Returns whether later stages can walk the schemas: whether their nesting has an end.
pub fn check(document: &Value, findings: &mut Findings) -> bool {
    let mut found = Findings::new();
    let has_an_end = check_all(document, &mut found);
    let is_new = |error: &Error| findings.below(&error.location).next().is_none();
    let found: Vec<Error> = found.into_iter().filter(is_new).collect();
    findings.extend(found);
    has_an_end
}

fn check_all(document: &Value, findings: &mut Findings) -> bool {
    let Value::Object(members) = document else {
        findings.report(
            "#",
            "the document is not a mapping",
            "import an OpenAPI document",
        );
        return false;
    };
    let source = Source { document };
    vocabulary::walk(members, &DOCUMENT, "#", &mut |location, kind, node| {
        let node = Node {
            location,
            kind,
            node,
        };
        keywords::check(&node, findings);
        schemas::check(&node, source, findings);
        unions::check(&node, source, findings);
        parameters::check_each(&node, findings);
    });
    check_imported(document, findings);
    operations::check(source, findings);
    parameters::check_together(source, findings);
    payloads::check(source, findings);
    requirements::check(source, findings);
    recursion::check(source, findings)
}

fn check_version(document: &Value, findings: &mut Findings) {
    const VERSION: &str = "/info/version";
    // That it is missing is reported elsewhere.
    if let Some(stated) = document.pointer(VERSION).and_then(Value::as_str) {
        findings.keep(version::check(&format!("#{VERSION}"), stated));
    }
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
