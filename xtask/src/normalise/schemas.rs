//! Schemas: every object, enum and union gets a name, everything else becomes a plain type.

use indexmap::IndexMap;
use serde_json::{Map, Value, json};

use super::{dereference, referenced, resolve};
use crate::input::names::Names;
use crate::input::vocabulary::plain::Plain;
use crate::support::error::{Error, Result};
use crate::support::naming::{singular, upper_camel_case};

/// The location of a schema, and its name by default.
#[derive(Clone, Debug)]
pub(crate) struct Location {
    /// As in [`crate::input::names`].
    pub(crate) path: String,
    /// The Rust name that the location suggests; a pin overrides it.
    pub(crate) name: String,
}

impl Location {
    pub(crate) fn new(path: impl Into<String>, name: impl Into<String>) -> Self {
        Self {
            path: path.into(),
            name: name.into(),
        }
    }

    /// Of a shared schema.
    pub(crate) fn component(component: &str) -> Self {
        Self::new(format!("schemas.{component}"), upper_camel_case(component))
    }

    /// Of a parameter of an operation; `at` is `path` or `query`.
    pub(crate) fn parameter(operation_id: &str, at: &str, name: &str) -> Self {
        Self::new(
            format!("operations.{operation_id}.{at}.{name}"),
            format!(
                "{}{}",
                upper_camel_case(operation_id),
                upper_camel_case(name)
            ),
        )
    }

    /// Of a request body described inline.
    pub(crate) fn body(operation_id: &str) -> Self {
        Self::new(
            format!("operations.{operation_id}.body"),
            upper_camel_case(operation_id),
        )
    }

    /// Of a response: a shared one, or one described inline.
    pub(crate) fn response(component: Option<&str>, operation_id: &str) -> Self {
        match component {
            Some(component) => Self::new(
                format!("responses.{component}"),
                upper_camel_case(component),
            ),
            None => Self::new(
                format!("operations.{operation_id}.response"),
                format!("{}Response", upper_camel_case(operation_id)),
            ),
        }
    }

    pub(crate) fn property(&self, name: &str) -> Self {
        Self::new(
            format!("{}.{name}", self.path),
            format!("{}{}", self.name, upper_camel_case(name)),
        )
    }

    /// The location with its final name.
    pub(crate) fn named(&self, names: &Names) -> Self {
        match names.pinned(&self.path) {
            Some(pinned) => Self::new(self.path.clone(), pinned),
            None => self.clone(),
        }
    }

    pub(crate) fn element(&self) -> Self {
        Self::new(format!("{}[]", self.path), singular(&self.name))
    }
}

/// The named schemas found so far.
pub(super) struct Schemas<'a> {
    source: &'a Value,
    names: &'a Names,
    /// By Rust name: the schema and the location that defined it.
    definitions: IndexMap<String, (Value, String)>,
    /// By component name: how the normal form refers to it.
    components: IndexMap<String, Value>,
    /// Components being normalised, to detect recursion.
    open: Vec<String>,
}

impl<'a> Schemas<'a> {
    pub(super) fn new(source: &'a Value, names: &'a Names) -> Self {
        Self {
            source,
            names,
            definitions: IndexMap::new(),
            components: IndexMap::new(),
            open: Vec::new(),
        }
    }

    pub(super) fn into_definitions(self) -> Map<String, Value> {
        let mut definitions: Vec<(String, Value)> = self
            .definitions
            .into_iter()
            .map(|(name, (schema, _))| (name, schema))
            .collect();
        definitions.sort_by(|left, right| left.0.cmp(&right.0));
        definitions.into_iter().collect()
    }

    /// The normal form of a schema, as written where it is used.
    pub(super) fn normalise(&mut self, schema: &Value, location: &Location) -> Result<Value> {
        let mut normalised = match referenced(schema) {
            Some(reference) => self.reference(reference)?,
            None => self.without_marks(schema, location)?,
        };
        if schema.get("nullable") == Some(&json!(false)) {
            normalised = unmarked(normalised, "nullable");
        }
        for mark in ["nullable", "deprecated"] {
            if schema.get(mark) == Some(&json!(true)) {
                normalised = marked(normalised, mark);
            }
        }
        Ok(normalised)
    }

    /// The properties of an object schema, each in normal form.
    pub(super) fn properties(
        &mut self,
        schema: &Value,
        location: &Location,
    ) -> Result<Map<String, Value>> {
        let mut properties = Map::new();
        for (name, property) in schema
            .get("properties")
            .and_then(Value::as_object)
            .into_iter()
            .flatten()
        {
            properties.insert(
                name.clone(),
                self.normalise(property, &location.property(name))?,
            );
        }
        Ok(properties)
    }

    /// The schema without `nullable` and `deprecated`, which belong to where it is used.
    fn without_marks(&mut self, schema: &Value, location: &Location) -> Result<Value> {
        if let Some(tagged) = schema.get("discriminator") {
            return self.union(tagged, location);
        }
        for keyword in ["oneOf", "anyOf"] {
            if schema.get(keyword).is_some() {
                return Err(Error::new(
                    &location.path,
                    format!("`{keyword}` without a discriminator"),
                    "add a `discriminator` in an overlay, or write the alternatives as one object",
                ));
            }
        }
        match schema.get("type").and_then(Value::as_str) {
            Some("object") => self.object(schema, location),
            Some("array") => {
                let items = schema.get("items").cloned().unwrap_or(json!({}));
                Ok(
                    json!({ "type": "array", "items": self.normalise(&items, &location.element())? }),
                )
            }
            Some("string") if enumerated(schema).len() > 1 => {
                let schema = json!({ "type": "string", "enum": enumerated(schema) });
                self.define(&self.named(location), schema)
            }
            None if schema.get("properties").is_some() => self.object(schema, location),
            kind => plain(kind.unwrap_or_default(), schema).ok_or_else(|| {
                Error::new(
                    &location.path,
                    format!("unknown type `{}`", kind.unwrap_or_default()),
                    "correct it in an overlay",
                )
            }),
        }
    }

    fn reference(&mut self, reference: &str) -> Result<Value> {
        let component = reference.rsplit('/').next().unwrap_or(reference);
        if let Some(known) = self.components.get(component) {
            return Ok(known.clone());
        }
        if self.open.iter().any(|open| open == component) {
            return Err(Error::new(
                format!("schemas.{component}"),
                format!(
                    "the schema contains itself: {} → {component}",
                    self.open.join(" → ")
                ),
                "break the cycle in an overlay, for example with an untyped property",
            ));
        }
        self.open.push(component.to_owned());
        let schema = resolve(self.source, reference)?;
        let location = Location::component(component);
        let normalised = self.normalise(schema, &location)?;
        self.open.pop();
        self.components
            .insert(component.to_owned(), normalised.clone());
        Ok(normalised)
    }

    fn object(&mut self, schema: &Value, location: &Location) -> Result<Value> {
        let additional = schema.get("additionalProperties");
        let has_properties = schema
            .get("properties")
            .and_then(Value::as_object)
            .is_some_and(|properties| !properties.is_empty());
        if !has_properties {
            let values = match additional {
                Some(values) if values.is_object() => {
                    self.normalise(values, &location.element())?
                }
                _ => json!(true),
            };
            let mut map = plain("object", schema).unwrap_or_default();
            map["additionalProperties"] = values;
            return Ok(map);
        }
        if additional.is_some_and(Value::is_object) {
            return Err(Error::new(
                &location.path,
                "the object has both properties and typed additional properties",
                "make `additionalProperties` true or false in an overlay",
            ));
        }
        let location = self.named(location);
        let properties = self.properties(schema, &location)?;
        let mut object = json!({
            "type": "object",
            "properties": properties,
            "required": schema.get("required").cloned().unwrap_or(json!([])),
        });
        if let (Some(Value::Bool(true)), Some(object)) = (additional, object.as_object_mut()) {
            object.insert("additionalProperties".into(), json!(true));
        }
        self.define(&location, object)
    }

    fn union(&mut self, discriminator: &Value, location: &Location) -> Result<Value> {
        let incomplete = |rule: &str| {
            Error::new(
                &location.path,
                rule,
                "complete the discriminator's mapping in an overlay",
            )
        };
        let tag = discriminator
            .get("propertyName")
            .and_then(Value::as_str)
            .ok_or_else(|| incomplete("the discriminator has no `propertyName`"))?;
        let mapping = discriminator
            .get("mapping")
            .and_then(Value::as_object)
            .ok_or_else(|| incomplete("the discriminator has no `mapping`"))?;
        let mut members = Vec::new();
        let mut tags = Map::new();
        for (value, reference) in mapping {
            let reference = reference.as_str().unwrap_or_default();
            let (target, _) = dereference(self.source, resolve(self.source, reference)?)?;
            let kind = target.get("type").and_then(Value::as_str);
            let member = self.reference(reference)?;
            let (Some(name), true, Some("object") | None) = (
                member.get("$ref").cloned(),
                target.get("properties").is_some(),
                kind,
            ) else {
                return Err(incomplete("a member of the tagged union is not an object"));
            };
            tags.insert(value.clone(), name);
            members.push(member);
        }
        let union = json!({
            "oneOf": members,
            "discriminator": { "propertyName": tag, "mapping": tags },
        });
        self.define(&self.named(location), union)
    }

    /// The location with its final name.
    fn named(&self, location: &Location) -> Location {
        location.named(self.names)
    }

    /// Records a named schema and returns the reference to it.
    fn define(&mut self, location: &Location, schema: Value) -> Result<Value> {
        let reference = json!({ "$ref": format!("#/components/schemas/{}", location.name) });
        match self.definitions.get(&location.name) {
            None => {
                self.definitions
                    .insert(location.name.clone(), (schema, location.path.clone()));
            }
            Some((known, _)) if same(known, &schema) => {}
            Some((_, other)) => {
                return Err(Error::new(
                    &location.path,
                    format!(
                        "`{}` is already the name of another schema, at {other}",
                        location.name
                    ),
                    "pin a different name for one of them under `types` in spec/names.yaml",
                ));
            }
        }
        Ok(reference)
    }
}

/// The normal form of a schema without parts.
fn plain(kind: &str, schema: &Value) -> Option<Value> {
    let format = schema.get("format").and_then(Value::as_str);
    let plain = Plain::of(kind, format)?;
    let facts = [("type", Some(plain.json)), ("format", plain.format)];
    let facts = facts.into_iter().filter_map(|(keyword, value)| {
        let value = value.filter(|value| !value.is_empty())?;
        Some((keyword.to_owned(), json!(value)))
    });
    Some(Value::Object(facts.collect()))
}

/// The values of an enum. One value alone adds nothing to its field's name; it stays a string.
fn enumerated(schema: &Value) -> Vec<&Value> {
    let values = schema.get("enum").and_then(Value::as_array);
    let values = values.into_iter().flatten();
    values.filter(|value| !value.is_null()).collect()
}

/// Adds `nullable` or `deprecated`, wrapping a `$ref`: beside it other keywords would be ignored.
fn marked(schema: Value, mark: &str) -> Value {
    let mut object = match schema {
        Value::Object(object) if !object.contains_key("$ref") => object,
        reference => Map::from_iter([("allOf".to_owned(), json!([reference]))]),
    };
    object.insert(mark.to_owned(), json!(true));
    Value::Object(object)
}

/// Removes a mark, and the wrapping of a `$ref` with no other.
pub(super) fn unmarked(mut schema: Value, mark: &str) -> Value {
    if let Value::Object(members) = &mut schema {
        members.shift_remove(mark);
        if members.len() == 1
            && let Some(reference) = members.get("allOf").and_then(|all| all.get(0))
        {
            return reference.clone();
        }
    }
    schema
}

/// Whether two schemas are equal; the order of `enum` and `required` does not matter.
fn same(left: &Value, right: &Value) -> bool {
    match (left, right) {
        (Value::Object(left), Value::Object(right)) => {
            left.len() == right.len()
                && left
                    .iter()
                    .all(|(key, value)| right.get(key).is_some_and(|other| same(value, other)))
        }
        (Value::Array(left), Value::Array(right)) => {
            left.len() == right.len() && left.iter().all(|value| right.contains(value))
        }
        (left, right) => left == right,
    }
}
