//! The part of the normalised description that is about responses: the form of a model in JSON.
//!
//! It is read from `generated/openapi.yaml` and not from the crate, so that the expected values are
//! independent of the code under test. An unknown form of schema fails the tests.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::LazyLock;

use serde_json::Value;

pub(crate) static DOCUMENT: LazyLock<Document> = LazyLock::new(|| {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../generated/openapi.yaml");
    Document::of(&xtask::input::load::yaml(&path).expect("the normalised description"))
});

/// All models of a description.
pub(crate) struct Document {
    definitions: BTreeMap<String, Definition>,
    /// For each model, the form that refers to it.
    forms: BTreeMap<String, Form>,
    answered: BTreeSet<String>,
}

pub(crate) enum Definition {
    Struct {
        fields: Vec<Field>,
        /// Whether fields that are not described are kept.
        open: bool,
    },
    Enum(Vec<String>),
    Union {
        tag: String,
        /// By the tag's value, the name of a struct.
        kinds: BTreeMap<String, String>,
    },
}

pub(crate) struct Field {
    pub(crate) name: String,
    pub(crate) form: Form,
    pub(crate) required: bool,
}

/// The form of a value in a response.
pub(crate) struct Form {
    pub(crate) kind: Kind,
    pub(crate) nullable: bool,
}

#[derive(PartialEq)]
pub(crate) enum Kind {
    Any,
    String,
    /// A string that identifies an object.
    Id,
    Secret,
    Boolean,
    Integer,
    Timestamp,
    Number,
    List(Box<Form>),
    Map(Box<Form>),
    Named(String),
}

impl PartialEq for Form {
    fn eq(&self, other: &Self) -> bool {
        self.kind == other.kind && self.nullable == other.nullable
    }
}

impl Document {
    pub(crate) fn of(document: &Value) -> Self {
        let schemas = members(&document["components"]["schemas"]);
        let named = |name: &String| Form {
            kind: Kind::Named(name.clone()),
            nullable: false,
        };
        let mut this = Self {
            definitions: schemas
                .clone()
                .map(|(name, schema)| (name.clone(), definition(schema)))
                .collect(),
            forms: schemas
                .map(|(name, _)| (name.clone(), named(name)))
                .collect(),
            answered: BTreeSet::new(),
        };
        for (_, item) in members(&document["paths"]) {
            for (_, operation) in members(item) {
                for (status, response) in members(&operation["responses"]) {
                    if status.starts_with('2') {
                        this.reach(response);
                    }
                }
            }
        }
        this
    }

    /// The names of the models that success responses are decoded into, and of those inside them.
    pub(crate) fn answered(&self) -> &BTreeSet<String> {
        &self.answered
    }

    pub(crate) fn definition(&self, name: &str) -> &Definition {
        self.definitions.get(name).expect("a described model")
    }

    /// The form that refers to a model.
    pub(crate) fn form(&self, name: &str) -> &Form {
        self.forms.get(name).expect("a described model")
    }

    /// The definition that a form refers to, if any.
    pub(crate) fn named(&self, form: &Form) -> Option<&Definition> {
        match &form.kind {
            Kind::Named(name) => Some(self.definition(name)),
            _ => None,
        }
    }

    /// The struct for a union's value, if the value's tag is known.
    pub(crate) fn kind(
        &self,
        tag: &str,
        kinds: &BTreeMap<String, String>,
        value: &Value,
    ) -> Option<&Form> {
        let kind = value.get(tag)?.as_str()?;
        kinds.get(kind).map(|name| self.form(name))
    }

    /// Collects what a part of the document refers to.
    fn reach(&mut self, part: &Value) {
        match part {
            Value::Object(part) => {
                for (key, value) in part {
                    match value {
                        Value::String(reference) if key == "$ref" => {
                            let name = target(reference);
                            if self.answered.insert(name.clone()) {
                                self.reach_inside(&name);
                            }
                        }
                        _ => self.reach(value),
                    }
                }
            }
            Value::Array(parts) => parts.iter().for_each(|part| self.reach(part)),
            _ => {}
        }
    }

    fn reach_inside(&mut self, name: &str) {
        let mut inside = Vec::new();
        match self.definition(name) {
            Definition::Struct { fields, .. } => {
                fields
                    .iter()
                    .for_each(|field| names(&field.form, &mut inside));
            }
            Definition::Union { kinds, .. } => inside.extend(kinds.values().cloned()),
            Definition::Enum(_) => {}
        }
        for name in inside {
            if self.answered.insert(name.clone()) {
                self.reach_inside(&name);
            }
        }
    }
}

fn names(form: &Form, found: &mut Vec<String>) {
    match &form.kind {
        Kind::Named(name) => found.push(name.clone()),
        Kind::List(inner) | Kind::Map(inner) => names(inner, found),
        _ => {}
    }
}

fn definition(schema: &Value) -> Definition {
    if schema.get("oneOf").is_some() {
        let discriminator = &schema["discriminator"];
        return Definition::Union {
            tag: text(&discriminator["propertyName"]),
            kinds: members(&discriminator["mapping"])
                .map(|(kind, reference)| (kind.clone(), target(&text(reference))))
                .collect(),
        };
    }
    if let Some(values) = schema.get("enum") {
        let values = values.as_array().expect("a list of values");
        return Definition::Enum(values.iter().map(text).collect());
    }
    assert!(
        schema.get("properties").is_some(),
        "an unknown form of model: {schema}"
    );
    let required: Vec<String> = match schema.get("required") {
        Some(required) => required
            .as_array()
            .expect("names")
            .iter()
            .map(text)
            .collect(),
        None => Vec::new(),
    };
    Definition::Struct {
        fields: members(&schema["properties"])
            .map(|(name, schema)| Field {
                name: name.clone(),
                form: form(name, schema),
                required: required.contains(name),
            })
            .collect(),
        open: schema.get("additionalProperties") == Some(&Value::Bool(true)),
    }
}

/// The form of a field with this name, or of the elements of its list or map.
fn form(name: &str, schema: &Value) -> Form {
    let format = schema.get("format").and_then(Value::as_str);
    let boxed = |schema| Box::new(form(name, schema));
    let is_id = name == "id" || name.ends_with("_id") || name.ends_with("_ids");
    let kind = match schema.get("type").and_then(Value::as_str) {
        Some("string") if format == Some("password") => Kind::Secret,
        Some("string") if is_id => Kind::Id,
        Some("string") => Kind::String,
        Some("boolean") => Kind::Boolean,
        Some("integer") if format == Some("unix-milliseconds") || name.ends_with("_at") => {
            Kind::Timestamp
        }
        Some("integer") => Kind::Integer,
        Some("number") => Kind::Number,
        Some("array") => Kind::List(boxed(&schema["items"])),
        Some("object") => match &schema["additionalProperties"] {
            Value::Bool(true) => Kind::Map(Box::new(Form {
                kind: Kind::Any,
                nullable: false,
            })),
            inner @ Value::Object(_) => Kind::Map(boxed(inner)),
            _ => panic!("an unknown form of object: {schema}"),
        },
        Some(_) => panic!("an unknown form: {schema}"),
        None => {
            let reference = schema
                .get("$ref")
                .or_else(|| schema["allOf"][0].get("$ref"));
            match reference {
                Some(reference) => Kind::Named(target(&text(reference))),
                None => Kind::Any,
            }
        }
    };
    Form {
        kind,
        nullable: schema.get("nullable") == Some(&Value::Bool(true)),
    }
}

fn members(value: &Value) -> serde_json::map::Iter<'_> {
    value.as_object().expect("an object").iter()
}

fn text(value: &Value) -> String {
    value.as_str().expect("a string").to_owned()
}

fn target(reference: &str) -> String {
    let name = reference.strip_prefix("#/components/schemas/");
    name.expect("a reference to a schema").to_owned()
}
