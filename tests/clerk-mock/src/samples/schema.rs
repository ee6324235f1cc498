//! One level of a schema, with references followed and `allOf` merged.

use std::borrow::Cow;

use serde_json::{Map, Value, json};

/// A schema that is neither a reference nor an `allOf`.
pub(crate) struct View<'a> {
    schema: Cow<'a, Value>,
    pub(crate) nullable: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Any,
    String,
    Boolean,
    Integer,
    Number,
    Array,
    Object,
    /// `oneOf` or `anyOf`.
    Union,
}

/// The additional properties of an object.
pub(crate) enum Additional<'a> {
    Anything,
    Nothing,
    Schema(&'a Value),
}

impl<'a> View<'a> {
    pub(crate) fn of(document: &'a Value, schema: &'a Value) -> Self {
        let target = schema.get("$ref").and_then(Value::as_str);
        let target = target.and_then(|target| document.pointer(target.strip_prefix('#')?));
        if let Some(target) = target {
            return Self::of(document, target);
        }
        let nullable = schema.get("nullable").and_then(Value::as_bool);
        let Some(Value::Array(members)) = schema.get("allOf") else {
            return Self {
                schema: Cow::Borrowed(schema),
                nullable: nullable.unwrap_or(false),
            };
        };
        let members = members.iter().map(|member| Self::of(document, member));
        let members: Vec<Self> = members.collect();
        let nullable = nullable.unwrap_or_else(|| is_nullable(&members));
        Self {
            schema: Cow::Owned(merged(schema, &members)),
            nullable,
        }
    }
}

/// Whether an `allOf` can be null: a member only states that, or all members with a type do.
fn is_nullable(members: &[View<'_>]) -> bool {
    let (typed, others): (Vec<&View<'_>>, Vec<&View<'_>>) =
        members.iter().partition(|view| view.kind() != Kind::Any);
    let all_typed = !typed.is_empty() && typed.iter().all(|view| view.nullable);
    all_typed || others.iter().any(|view| view.nullable)
}

/// The members of an `allOf` and the keywords beside it, merged into one schema.
fn merged(schema: &Value, members: &[View<'_>]) -> Value {
    let mut merged = Map::new();
    for member in members.iter().map(|view| &*view.schema).chain([schema]) {
        for (keyword, value) in member.as_object().into_iter().flatten() {
            merge_keyword(&mut merged, keyword, value);
        }
    }
    Value::Object(merged)
}

fn merge_keyword(merged: &mut Map<String, Value>, keyword: &str, value: &Value) {
    match (keyword, merged.get_mut(keyword), value) {
        ("allOf" | "nullable", ..) => {}
        ("properties", Some(Value::Object(present)), Value::Object(added)) => {
            for (name, schema) in added {
                let both = match present.get(name) {
                    Some(other) if other != schema => json!({ "allOf": [other, schema] }),
                    _ => schema.clone(),
                };
                present.insert(name.clone(), both);
            }
        }
        ("required", Some(Value::Array(present)), Value::Array(added)) => {
            present.extend(added.iter().cloned());
        }
        ("enum", Some(Value::Array(present)), Value::Array(added)) => {
            present.retain(|value| added.contains(value));
        }
        ("additionalProperties", Some(Value::Bool(false)), _) => {}
        _ => {
            merged.insert(keyword.to_owned(), value.clone());
        }
    }
}

impl View<'_> {
    pub(crate) fn kind(&self) -> Kind {
        if self.members().next().is_some() {
            return Kind::Union;
        }
        match self.text("type") {
            Some("string") => Kind::String,
            Some("boolean") => Kind::Boolean,
            Some("integer") => Kind::Integer,
            Some("number") => Kind::Number,
            Some("array") => Kind::Array,
            Some("object") => Kind::Object,
            _ if self.schema.get("properties").is_some() => Kind::Object,
            _ => Kind::Any,
        }
    }

    pub(crate) fn keyword(&self, keyword: &str) -> Option<&Value> {
        self.schema.get(keyword)
    }

    pub(crate) fn text(&self, keyword: &str) -> Option<&str> {
        self.keyword(keyword)?.as_str()
    }

    pub(crate) fn number(&self, keyword: &str) -> Option<f64> {
        self.keyword(keyword)?.as_f64()
    }

    pub(crate) fn count(&self, keyword: &str) -> Option<usize> {
        self.keyword(keyword)?.as_u64()?.try_into().ok()
    }

    pub(crate) fn is_set(&self, keyword: &str) -> bool {
        self.keyword(keyword)
            .and_then(Value::as_bool)
            .unwrap_or(false)
    }

    pub(crate) fn values(&self) -> Option<&Vec<Value>> {
        self.keyword("enum")?.as_array()
    }

    pub(crate) fn properties(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.keyword("properties")
            .and_then(Value::as_object)
            .into_iter()
            .flatten()
            .map(|(name, schema)| (name.as_str(), schema))
    }

    pub(crate) fn property(&self, name: &str) -> Option<&Value> {
        self.keyword("properties")?.get(name)
    }

    pub(crate) fn required(&self) -> impl Iterator<Item = &str> {
        self.keyword("required")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
    }

    pub(crate) fn is_required(&self, name: &str) -> bool {
        self.required().any(|required| required == name)
    }

    pub(crate) fn additional(&self) -> Additional<'_> {
        match self.keyword("additionalProperties") {
            None | Some(Value::Bool(true)) => Additional::Anything,
            Some(Value::Bool(false)) => Additional::Nothing,
            Some(schema) => Additional::Schema(schema),
        }
    }

    /// The members of a `oneOf` or `anyOf`.
    pub(crate) fn members(&self) -> impl Iterator<Item = &Value> {
        ["oneOf", "anyOf"]
            .into_iter()
            .filter_map(|keyword| self.keyword(keyword)?.as_array())
            .flatten()
    }

    /// The property that tells the members of a union apart.
    pub(crate) fn tag(&self) -> Option<&str> {
        self.keyword("discriminator")?.get("propertyName")?.as_str()
    }

    /// The value of the tag for a member, which is a reference.
    pub(crate) fn tag_value<'a>(&'a self, member: &'a Value) -> Option<&'a str> {
        let target = member.get("$ref")?.as_str()?;
        let mapping = self
            .keyword("discriminator")?
            .get("mapping")
            .and_then(Value::as_object);
        match mapping {
            Some(mapping) => {
                let mut pairs = mapping.iter();
                let (value, _) = pairs.find(|(_, mapped)| mapped.as_str() == Some(target))?;
                Some(value)
            }
            None => target.rsplit('/').next(),
        }
    }
}
