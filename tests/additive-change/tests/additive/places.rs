//! The locations in a response, with their forms in the description.

use std::fmt;

use serde_json::Value;

use super::document::{Definition, Document, Form, Kind};

/// A location in a response.
pub(crate) struct Place<'a> {
    pub(crate) path: Path,
    pub(crate) form: &'a Form,
    pub(crate) role: Role,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    /// The whole response.
    Root,
    Required,
    Optional,
    /// An element of a list or map.
    Element,
    /// The field that identifies the kind of a union.
    Tag,
}

/// The path to a location; printed as `$.a[0].b`.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Path(Vec<Step>);

#[derive(Clone, Debug, PartialEq)]
enum Step {
    Key(String),
    Index(usize),
}

impl Path {
    pub(crate) fn key(&self, key: &str) -> Self {
        self.with(Step::Key(key.to_owned()))
    }

    pub(crate) fn index(&self, index: usize) -> Self {
        self.with(Step::Index(index))
    }

    fn with(&self, step: Step) -> Self {
        let mut steps = self.0.clone();
        steps.push(step);
        Self(steps)
    }

    pub(crate) fn depth(&self) -> usize {
        self.0.len()
    }

    /// The value at the path, if any.
    pub(crate) fn get<'a>(&self, root: &'a Value) -> Option<&'a Value> {
        self.0.iter().try_fold(root, |value, step| match step {
            Step::Key(key) => value.get(key),
            Step::Index(index) => value.get(index),
        })
    }

    fn get_mut<'a>(root: &'a mut Value, steps: &[Step]) -> Option<&'a mut Value> {
        steps.iter().try_fold(root, |value, step| match step {
            Step::Key(key) => value.get_mut(key),
            Step::Index(index) => value.get_mut(index),
        })
    }

    /// Sets the value at the path, if its parent exists.
    pub(crate) fn set(&self, root: &mut Value, value: Value) {
        let Some((last, around)) = self.0.split_last() else {
            *root = value;
            return;
        };
        match (Self::get_mut(root, around), last) {
            (Some(Value::Object(members)), Step::Key(key)) => {
                members.insert(key.clone(), value);
            }
            (Some(Value::Array(values)), Step::Index(index)) if *index < values.len() => {
                values[*index] = value;
            }
            _ => {}
        }
    }

    /// Removes the member of an object.
    pub(crate) fn remove(&self, root: &mut Value) {
        if let Some((Step::Key(key), around)) = self.0.split_last()
            && let Some(Value::Object(members)) = Self::get_mut(root, around)
        {
            members.remove(key);
        }
    }
}

impl fmt::Display for Path {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("$")?;
        for step in &self.0 {
            match step {
                Step::Key(key) => write!(formatter, ".{key}")?,
                Step::Index(index) => write!(formatter, "[{index}]")?,
            }
        }
        Ok(())
    }
}

/// All locations of a response with this form, from the outside in.
pub(crate) fn places<'a>(document: &'a Document, form: &'a Form, value: &Value) -> Vec<Place<'a>> {
    let mut walk = Walk {
        document,
        found: Vec::new(),
    };
    walk.visit(form, value, Path::default(), Role::Root);
    walk.found
}

struct Walk<'a> {
    document: &'a Document,
    found: Vec<Place<'a>>,
}

impl<'a> Walk<'a> {
    fn visit(&mut self, form: &'a Form, value: &Value, path: Path, role: Role) {
        match (&form.kind, value) {
            (Kind::List(element), Value::Array(values)) => {
                for (index, value) in values.iter().enumerate() {
                    self.visit(element, value, path.index(index), Role::Element);
                }
            }
            (Kind::Map(element), Value::Object(members)) => {
                for (key, value) in members {
                    self.visit(element, value, path.key(key), Role::Element);
                }
            }
            (Kind::Named(name), Value::Object(_)) => match self.document.definition(name) {
                Definition::Struct { .. } => self.fields(form, value, &path, None),
                Definition::Union { tag, kinds } => {
                    if let Some(kind) = self.document.kind(tag, kinds, value) {
                        self.fields(kind, value, &path, Some(tag));
                    }
                }
                Definition::Enum(_) => {}
            },
            _ => {}
        }
        self.found.push(Place { path, form, role });
    }

    fn fields(&mut self, form: &'a Form, value: &Value, path: &Path, tag: Option<&str>) {
        let Some(Definition::Struct { fields, .. }) = self.document.named(form) else {
            return;
        };
        for field in fields {
            let role = match tag {
                Some(tag) if tag == field.name => Role::Tag,
                _ if field.required => Role::Required,
                _ => Role::Optional,
            };
            if let Some(value) = value.get(&field.name) {
                self.visit(&field.form, value, path.key(&field.name), role);
            }
        }
    }
}
