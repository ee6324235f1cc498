//! Schemas: every object, enum and union gets a name, everything else becomes a plain type.

use indexmap::IndexMap;
use serde_json::{Map, Value, json};

use super::combine::CONTRADICTION;
use super::location::Location;
use super::{dereference, referenced, resolve};
use crate::input::names::Names;
use crate::input::vocabulary::plain::Plain;
use crate::support::error::{Error, Findings, Result};
use crate::support::naming::is_identifier;
use crate::support::pointer;

/// Where references to shared schemas lead.
const COMPONENTS: &str = "#/components/schemas/";

/// The named schemas found so far.
pub(super) struct Schemas<'a, 'b> {
    source: &'a Value,
    names: &'a Names,
    /// By Rust name: the schema and the location that defined it.
    definitions: IndexMap<String, (Value, String)>,
    /// By component name: how the normal form refers to it.
    components: IndexMap<String, Value>,
    /// Components being normalised, to detect recursion.
    open: Vec<String>,
    /// The JSON pointer of the operation being normalised.
    operation: String,
    findings: &'b mut Findings,
}

impl<'a, 'b> Schemas<'a, 'b> {
    pub(super) fn new(source: &'a Value, names: &'a Names, findings: &'b mut Findings) -> Self {
        Self {
            source,
            names,
            definitions: IndexMap::new(),
            components: IndexMap::new(),
            open: Vec::new(),
            operation: String::new(),
            findings,
        }
    }

    /// States which operation is normalised next.
    pub(super) fn enter(&mut self, operation: &str) {
        operation.clone_into(&mut self.operation);
    }

    /// Whether something was found at a JSON pointer before.
    pub(super) fn has_fault(&self, pointer: &str) -> bool {
        self.findings.below(pointer).next().is_some()
    }

    /// The normal form of a schema; `None` if it has a fault and is left out.
    pub(super) fn sound(&mut self, schema: &Value, location: &Location) -> Option<Value> {
        match self.normalise(schema, location) {
            Ok(normalised) => Some(normalised),
            Err(error) => {
                self.leave_out(schema, location, error);
                None
            }
        }
    }

    /// Reports why a part is left out, unless that was found before. Everything that the part uses
    /// still counts as used.
    pub(super) fn leave_out(&mut self, part: &Value, location: &Location, error: Error) {
        let location = self.named(location);
        self.names.leave_out(&location.path, &location.name);
        if !self.is_consequence(&error, &location) {
            self.findings.push(error);
        }
        let mut references = Vec::new();
        collect(part, &mut references);
        for reference in references {
            // What is wrong there is reported where it is described.
            let _ = self.reference(reference);
        }
    }

    /// Whether something was found there before, at the same property of a component, or anywhere in
    /// the operation.
    fn is_consequence(&self, error: &Error, location: &Location) -> bool {
        if error.location.starts_with('#') && self.has_fault(&error.location) {
            return true;
        }
        let Some(component) = self.open.last() else {
            return self.has_fault(&self.operation);
        };
        let path = location.path.strip_prefix(&format!("schemas.{component}"));
        let property = path
            .and_then(|path| path.rsplit_once('.'))
            .map(|(_, name)| {
                let name = name.trim_end_matches("[]");
                format!("{}/", pointer::child("/properties", name))
            });
        let component = pointer::child("#/components/schemas", component);
        self.findings.below(&component).any(|rest| match &property {
            Some(property) => format!("{rest}/").contains(property),
            None => !rest.contains("/properties/"),
        })
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
    fn normalise(&mut self, schema: &Value, location: &Location) -> Result<Value> {
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

    /// The sound properties of an object schema, each in normal form.
    pub(super) fn properties(&mut self, schema: &Value, location: &Location) -> Map<String, Value> {
        let mut properties = Map::new();
        for (name, property) in schema
            .get("properties")
            .and_then(Value::as_object)
            .into_iter()
            .flatten()
        {
            if let Some(property) = self.sound(property, &location.property(name)) {
                properties.insert(name.clone(), property);
            }
        }
        properties
    }

    /// The schema without `nullable` and `deprecated`, which belong to where it is used.
    fn without_marks(&mut self, schema: &Value, location: &Location) -> Result<Value> {
        if let Some(reported) = schema.get(CONTRADICTION).and_then(Value::as_str) {
            let (rule, help) = ("its parts contradict each other", "correct one of them");
            return Err(Error::new(reported, rule, help));
        }
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
                Ok(self.define(&self.named(location), schema))
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
        let schema = resolve(self.source, reference)?;
        self.open.push(component.to_owned());
        let location = Location::component(component);
        let normalised = self.sound(schema, &location).unwrap_or(json!({}));
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
        let is_secret = schema.get("format") == Some(&json!("password"));
        let is_described = has_properties || additional.is_some_and(Value::is_object);
        if is_secret && is_described {
            return Err(Error::new(
                &location.path,
                "the format `password` is not supported on an object with described properties",
                "give it to the secret properties instead, in an overlay",
            ));
        }
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
        let properties = self.properties(schema, &location);
        let mut object = json!({
            "type": "object",
            "properties": properties,
            "required": schema.get("required").cloned().unwrap_or(json!([])),
        });
        if let (Some(Value::Bool(true)), Some(object)) = (additional, object.as_object_mut()) {
            object.insert("additionalProperties".into(), json!(true));
        }
        Ok(self.define(&location, object))
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
        Ok(self.define(&self.named(location), union))
    }

    /// The location with its final name.
    fn named(&self, location: &Location) -> Location {
        location.named(self.names)
    }

    /// Records a named schema and returns the reference to it.
    fn define(&mut self, location: &Location, schema: Value) -> Value {
        if !is_identifier(&location.name) {
            let message = format!("`{}` cannot be the name of a type", location.name);
            let help = format!(
                "pin one under `types: {{ {}: … }}` in {}",
                location.path,
                self.names.file()
            );
            self.findings.report(&location.path, message, help);
            return json!({});
        }
        let reference = json!({ "$ref": format!("#/components/schemas/{}", location.name) });
        match self.definitions.get(&location.name) {
            None => {
                self.definitions
                    .insert(location.name.clone(), (schema, location.path.clone()));
            }
            Some((known, _)) if same(known, &schema) => {}
            Some((_, other)) => {
                let message = format!(
                    "`{}` is already the name of another schema, at {other}",
                    location.name
                );
                let help = format!(
                    "pin a different name for one of them under `types` in {}",
                    self.names.file()
                );
                let remedy = self.names.placeholder(["types", &location.path]);
                let error = Error::new(&location.path, message, help);
                self.findings.push(error.with_remedy(remedy));
            }
        }
        reference
    }
}

/// The references to schemas in a part of a description.
fn collect<'a>(part: &'a Value, references: &mut Vec<&'a str>) {
    match part {
        Value::Object(members) => {
            let reference = members.get("$ref").and_then(Value::as_str);
            references.extend(reference.filter(|target| target.starts_with(COMPONENTS)));
            members
                .values()
                .for_each(|member| collect(member, references));
        }
        Value::Array(items) => items.iter().for_each(|item| collect(item, references)),
        _ => {}
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
pub(super) fn same(left: &Value, right: &Value) -> bool {
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
