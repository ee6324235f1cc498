//! A description as the comparison reads it: operations with their parameters and bodies, schemas
//! with references and `allOf` resolved one level at a time.
//!
//! It accepts any OpenAPI 3.0 document whose references resolve: an upstream document, the facts in
//! `spec/` or the normal form. Nothing here relies on the lint.

use serde_json::{Map, Value, json};

use super::change::OperationName;
use super::rust;
use super::schema::Schema;
use crate::input::load;
use crate::input::names::Names;
use crate::input::vocabulary::METHODS;
use crate::input::webhooks;
use crate::normalise::Location;
use crate::support::error::Result;
use crate::support::naming::{identifier, snake_case};
use crate::support::pointer;

/// The longest chain of references and `allOf` that is followed.
const MAXIMUM_CHAIN: usize = 64;

/// One side of a comparison.
#[derive(Debug)]
pub struct Description {
    /// The label for readers: a file, or a revision.
    pub label: String,
    pub(super) document: Value,
    pub(super) names: Names,
}

impl Description {
    /// A document with its pins.
    pub fn new(label: impl Into<String>, document: Value, names: Names) -> Result<Self> {
        let label = label.into();
        load::references(&document).map_err(|error| error.within(&label))?;
        Ok(Self {
            label,
            document,
            names,
        })
    }

    pub fn version(&self) -> &str {
        let version = self.document.pointer("/info/version");
        version.and_then(Value::as_str).unwrap_or("unknown")
    }

    /// The target of `value`'s references, and the name of the last component on the way, which is
    /// the one that types are named after.
    pub(super) fn resolve<'a>(&'a self, mut value: &'a Value) -> (&'a Value, Option<&'a str>) {
        let mut component = None;
        for _ in 0..MAXIMUM_CHAIN {
            let Some(reference) = value.get("$ref").and_then(Value::as_str) else {
                break;
            };
            let target = reference
                .strip_prefix('#')
                .and_then(|pointer| self.document.pointer(pointer));
            let Some(target) = target else { break };
            component = reference.rsplit('/').next();
            value = target;
        }
        (value, component)
    }

    /// The schema with this name.
    pub(super) fn component(&self, name: &str) -> Option<&Value> {
        self.document.get("components")?.get("schemas")?.get(name)
    }

    /// The Rust type of a component, if it has one.
    pub(super) fn type_of_component(&self, name: &str) -> String {
        let reference = pointer::child("#/components/schemas", name);
        let schema = Schema::of(self, &json!({ "$ref": reference }));
        rust::type_name(self, &schema, &Location::component(name))
    }

    pub(super) fn operations(&self) -> Vec<Operation<'_>> {
        let mut operations = Vec::new();
        let paths = self.document.get("paths").and_then(Value::as_object);
        for (path, item) in paths.into_iter().flatten() {
            for method in METHODS {
                if let Some(node) = item.get(method) {
                    operations.push(self.operation(path, method, item, node));
                }
            }
        }
        operations
    }

    fn operation<'a>(
        &'a self,
        path: &'a str,
        method: &'a str,
        item: &'a Value,
        node: &'a Value,
    ) -> Operation<'a> {
        let item_pointer = pointer::child("#/paths", path);
        let pointer = pointer::child(&item_pointer, method);
        let mut parameters: Vec<Parameter<'a>> = Vec::new();
        for (owner, list) in [(&item_pointer, item), (&pointer, node)] {
            let list = list.get("parameters").and_then(Value::as_array);
            for (index, declared) in list.into_iter().flatten().enumerate() {
                let location = pointer::item(&pointer::child(owner, "parameters"), index);
                let (node, _) = self.resolve(declared);
                let parameter = Parameter {
                    pointer: location,
                    name: text(node, "name").unwrap_or_default(),
                    at: text(node, "in").unwrap_or_default(),
                    node,
                };
                // An operation's parameter overrides the path's parameter of the same name.
                parameters.retain(|known| (known.name, known.at) != (parameter.name, parameter.at));
                parameters.push(parameter);
            }
        }
        Operation {
            pointer,
            path,
            method,
            node,
            parameters,
        }
    }
}

/// An operation and its location.
#[derive(Debug)]
pub(super) struct Operation<'a> {
    pub(super) pointer: String,
    pub(super) path: &'a str,
    /// Lower case, as in the document.
    pub(super) method: &'a str,
    pub(super) node: &'a Value,
    pub(super) parameters: Vec<Parameter<'a>>,
}

#[derive(Debug)]
pub(super) struct Parameter<'a> {
    pub(super) pointer: String,
    pub(super) name: &'a str,
    /// `path`, `query`, …
    pub(super) at: &'a str,
    pub(super) node: &'a Value,
}

impl Parameter<'_> {
    /// Path parameters are always required, whatever the description states.
    pub(super) fn is_required(&self) -> bool {
        self.at == "path" || is(self.node, "required")
    }
}

impl Operation<'_> {
    pub(super) fn id(&self) -> String {
        match text(self.node, "operationId") {
            Some(id) => id.to_owned(),
            None => self.call(),
        }
    }

    /// The kind of event, if the description is one of webhooks.
    pub(super) fn event(&self) -> Option<&str> {
        webhooks::kind(self.path, self.node)
    }

    pub(super) fn call(&self) -> String {
        if let Some(kind) = self.event() {
            return kind.to_owned();
        }
        format!("{} {}", self.method.to_uppercase(), self.path)
    }

    /// The resource and the method in the crate, if the description names them.
    pub(super) fn rust(&self) -> Option<(String, String)> {
        let group = text(self.node, "x-speakeasy-group")?;
        let name = text(self.node, "x-speakeasy-name-override")?;
        Some((snake_case(group), identifier(name)))
    }

    pub(super) fn name(&self) -> OperationName {
        let rust = match (self.event(), self.rust()) {
            (Some(_), _) => format!("EventKind::{}", self.id()),
            (None, Some((resource, name))) => format!("{resource}().{name}()"),
            (None, None) => String::new(),
        };
        OperationName {
            id: self.id(),
            call: self.call(),
            rust,
        }
    }

    /// The path without the names of its placeholders, which are not part of the interface.
    pub(super) fn template(&self) -> String {
        let mut template = String::new();
        let mut inside = false;
        for letter in self.path.chars() {
            match letter {
                '{' => {
                    inside = true;
                    template.push_str("{}");
                }
                '}' => inside = false,
                _ if inside => {}
                _ => template.push(letter),
            }
        }
        template
    }

    /// Path parameters in the order of the template.
    pub(super) fn path_parameters(&self) -> Vec<&Parameter<'_>> {
        let mut parameters: Vec<_> = self
            .parameters
            .iter()
            .filter(|parameter| parameter.at == "path")
            .collect();
        parameters.sort_by_key(|parameter| self.path.find(&format!("{{{}}}", parameter.name)));
        parameters
    }
}

pub(super) fn text<'a>(node: &'a Value, key: &str) -> Option<&'a str> {
    node.get(key).and_then(Value::as_str)
}

pub(super) fn is(node: &Value, key: &str) -> bool {
    node.get(key) == Some(&Value::Bool(true))
}

pub(super) fn members<'a>(node: &'a Value, key: &str) -> Option<&'a Map<String, Value>> {
    node.get(key).and_then(Value::as_object)
}
