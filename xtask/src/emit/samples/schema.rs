//! A value for a schema: follows each keyword, from the outside in.

use std::borrow::Cow;
use std::cell::Cell;

use serde_json::{Map, Value, json};

use super::table::Table;
use super::text::Name;
use super::{Extent, is, number, text, text_of};
use crate::support::error::{Error, Result};

/// The default number of elements of a list: more than one, so that joining them is tested.
const ELEMENTS: u64 = 2;

/// The limit on values in one sample; schemas that contain each other twice would exceed memory.
const MAXIMUM_VALUES: usize = 10_000;

/// Creates values for the schemas of one document.
#[derive(Clone, Debug)]
pub struct Sampler<'a> {
    document: &'a Value,
    pub(super) extent: Extent,
    pub(super) table: Table<'a>,
    /// The number of values in the current sample.
    values: Cell<usize>,
}

impl<'a> Sampler<'a> {
    pub fn new(document: &'a Value, extent: Extent) -> Self {
        Self::of_resource(document, extent, "")
    }

    /// With the values of the table that are for this resource.
    pub(super) fn of_resource(document: &'a Value, extent: Extent, resource: &str) -> Self {
        Self {
            document,
            extent,
            table: Table::of(document, resource),
            values: Cell::new(0),
        }
    }

    /// A value for `schema`, named after `name`; `location` is for errors.
    pub fn sample(&self, location: &str, name: &str, schema: &Value) -> Result<Value> {
        self.values.set(0);
        self.value(location, Name::new(name), schema)
    }

    /// A value for a field of the list element `index`, if there is a list.
    pub(super) fn member(
        &self,
        location: &str,
        index: Option<u64>,
        name: &str,
        schema: &Value,
    ) -> Result<Value> {
        self.values.set(0);
        let name = Name::new(name);
        let name = index.map_or(name, |index| name.element(index));
        self.value(location, name, schema)
    }

    /// A schema with the contents of its references and of its `allOf`.
    pub(super) fn whole<'b>(&self, location: &str, schema: &'b Value) -> Result<Cow<'b, Value>>
    where
        'a: 'b,
    {
        self.merged(location, self.resolve(location, schema)?)
    }

    /// The target of a reference, or the value itself.
    pub fn resolve<'b>(&self, location: &str, value: &'b Value) -> Result<&'b Value>
    where
        'a: 'b,
    {
        let Some(reference) = text_of(value, "$ref") else {
            return Ok(value);
        };
        let target = reference
            .strip_prefix('#')
            .and_then(|pointer| self.document.pointer(pointer));
        match target {
            Some(target) => self.resolve(location, target),
            None => Err(Error::new(
                location,
                format!("`{reference}` does not resolve"),
                "correct the reference in an overlay",
            )),
        }
    }

    fn value(&self, location: &str, name: Name<'_>, schema: &Value) -> Result<Value> {
        self.values.set(self.values.get() + 1);
        if self.values.get() > MAXIMUM_VALUES {
            return Err(Error::new(
                location,
                format!("the sample would have more than {MAXIMUM_VALUES} values"),
                "correct `minItems`, or the contents of the schema, in an overlay",
            ));
        }
        let schema = self.whole(location, schema)?;
        let schema = schema.as_ref();
        if let Some(value) = enumerated(schema, name) {
            return Ok(value);
        }
        if let Some(alternatives) = alternatives(schema) {
            return self.alternative(location, name, schema, alternatives);
        }
        match text_of(schema, "type") {
            Some("string") => text::sample(location, name, schema, &self.table),
            Some("integer" | "number") => number::sample(location, name, schema, &self.table),
            // The opposite of the server's default.
            Some("boolean") => Ok(json!(schema.get("default") != Some(&json!(true)))),
            Some("array") => self.list(location, name, schema),
            Some("object") => self.object(location, name, schema),
            None if schema.get("properties").is_some() => self.object(location, name, schema),
            None => Ok(self.free(name, |_| true)),
            Some(other) => Err(Error::new(
                location,
                format!("the type `{other}` has no sample"),
                "correct the type in an overlay",
            )),
        }
    }

    /// A schema with the contents of its `allOf`.
    fn merged<'b>(&self, location: &str, schema: &'b Value) -> Result<Cow<'b, Value>>
    where
        'a: 'b,
    {
        let Some(parts) = schema.get("allOf").and_then(Value::as_array) else {
            return Ok(Cow::Borrowed(schema));
        };
        let mut whole = schema.as_object().cloned().unwrap_or_default();
        whole.remove("allOf");
        for part in parts {
            let part = self.resolve(location, part)?;
            let part = self.merged(location, part)?;
            for (key, value) in part.as_object().into_iter().flatten() {
                match (whole.get_mut(key), value) {
                    (Some(Value::Object(known)), Value::Object(more)) => {
                        known.extend(more.clone());
                    }
                    (Some(Value::Array(known)), Value::Array(more)) if key == "required" => {
                        known.extend(more.iter().cloned());
                    }
                    (Some(_), _) => {}
                    (None, value) => {
                        whole.insert(key.clone(), value.clone());
                    }
                }
            }
        }
        Ok(Cow::Owned(Value::Object(whole)))
    }

    /// The first kind of a union, with its tag.
    fn alternative(
        &self,
        location: &str,
        name: Name<'_>,
        schema: &Value,
        alternatives: &[Value],
    ) -> Result<Value> {
        let first = alternatives.first().unwrap_or(&Value::Null);
        let mut value = self.value(location, name, first)?;
        let tag = schema
            .pointer("/discriminator/propertyName")
            .and_then(Value::as_str);
        let mapping = schema
            .pointer("/discriminator/mapping")
            .and_then(Value::as_object);
        let told = mapping.into_iter().flatten().find(|(_, target)| {
            text_of(first, "$ref").is_some_and(|reference| **target == reference)
        });
        if let (Some(tag), Some((kind, _)), Value::Object(members)) = (tag, told, &mut value) {
            members.insert(tag.to_owned(), json!(kind));
        }
        Ok(value)
    }

    fn list(&self, location: &str, name: Name<'_>, schema: &Value) -> Result<Value> {
        let items = schema.get("items").unwrap_or(&Value::Null);
        let bound = |key: &str| schema.get(key).and_then(Value::as_u64);
        let mut count = ELEMENTS;
        if let Some(values) = self
            .resolve(location, items)?
            .get("enum")
            .and_then(Value::as_array)
        {
            count = count.min(values.len() as u64);
        }
        let count = count
            .max(bound("minItems").unwrap_or(0))
            .min(bound("maxItems").unwrap_or(u64::MAX));
        let element_location = format!("{location}[]");
        let mut values = Vec::new();
        for index in 0..count {
            let value = self.value(&element_location, name.element(index), items)?;
            if !is(schema, "uniqueItems") || !values.contains(&value) {
                values.push(value);
            }
        }
        if (values.len() as u64) < bound("minItems").unwrap_or(0) {
            return Err(Error::new(
                location,
                "there are too few distinct samples",
                "correct `minItems`, `maxItems` or `uniqueItems` in an overlay",
            ));
        }
        Ok(Value::Array(values))
    }

    fn object(&self, location: &str, name: Name<'_>, schema: &Value) -> Result<Value> {
        let required: Vec<&str> = schema
            .get("required")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .collect();
        let properties = schema.get("properties").and_then(Value::as_object);
        if properties.is_none_or(Map::is_empty) {
            return self.map(location, name, schema);
        }
        let mut object = Map::new();
        for (key, property) in properties.into_iter().flatten() {
            if self.extent == Extent::Everything || required.contains(&key.as_str()) {
                let location = format!("{location}.{key}");
                let value = self.value(&location, name.member(key), property)?;
                object.insert(key.clone(), value);
            }
        }
        Ok(Value::Object(object))
    }

    /// An object whose members are free.
    fn map(&self, location: &str, name: Name<'_>, schema: &Value) -> Result<Value> {
        let values = match schema.get("additionalProperties") {
            Some(Value::Bool(false)) => return Ok(json!({})),
            Some(values) if values.is_object() => values,
            _ => return Ok(self.free(name, Value::is_object)),
        };
        let kind = text_of(values, "type");
        let fits = |value: &Value| match kind {
            Some("string") => value.is_string(),
            Some("object") => value.is_object(),
            other => other.is_none(),
        };
        let fits = |value: &Value| {
            let members = value.as_object();
            members.is_some_and(|members| members.values().all(fits))
        };
        if let Some(value) = self.table.value(name, fits) {
            return Ok(value.clone());
        }
        let key = format!("{}_key", name.base());
        Ok(json!({ key: self.value(location, name, values)? }))
    }

    /// A value that the schema leaves free.
    fn free(&self, name: Name<'_>, fits: impl Fn(&Value) -> bool) -> Value {
        if let Some(value) = self.table.value(name, &fits) {
            return value.clone();
        }
        self.table.lacks(name);
        let plain = json!(name.plain());
        if fits(&plain) {
            plain
        } else {
            json!({ name.base(): plain })
        }
    }
}

/// The first value that is not empty; elements of a list use one after the other.
fn enumerated(schema: &Value, name: Name<'_>) -> Option<Value> {
    let values: Vec<&Value> = schema
        .get("enum")?
        .as_array()?
        .iter()
        .filter(|value| !value.is_null() && **value != "")
        .collect();
    let index = name.index().unwrap_or(0) as usize;
    values
        .get(index % values.len().max(1))
        .map(|value| (*value).clone())
}

fn alternatives(schema: &Value) -> Option<&Vec<Value>> {
    let alternatives = schema.get("oneOf").or_else(|| schema.get("anyOf"));
    alternatives.and_then(Value::as_array)
}

/// Whether a bound is exclusive.
pub(super) fn excludes(schema: &Value, key: &str) -> bool {
    is(schema, key)
}
