//! The samples of one operation: values for its schemas, changed until they follow the rules about
//! dependent fields and have the values that overlays give.

use serde_json::{Map, Value};

use super::generator::schema::View;
use super::{Extent, OperationSamples, Sampler};
use crate::correct::requirements::{self, Location, Need, Requirement};
use crate::correct::samples::Given;
use crate::support::error::{Error, Result};

pub(super) struct Subject<'a> {
    pub(super) sampler: Sampler<'a>,
    document: &'a Value,
    extent: Extent,
    /// For errors.
    location: String,
    is_update: bool,
    parameters: Vec<View<'a>>,
    body: Option<View<'a>>,
    rules: Vec<Requirement>,
    given: Given,
}

impl<'a> Subject<'a> {
    pub(super) fn of(
        document: &'a Value,
        path: &str,
        method: &str,
        extent: Extent,
    ) -> Result<Self> {
        let location = format!("{} {path}", method.to_uppercase());
        let item = document.get("paths").and_then(|paths| paths.get(path));
        let operation = item.and_then(|item| item.get(method)).ok_or_else(|| {
            Error::new(
                &location,
                "the corrected description lacks this operation",
                "make the samples from the description that the operations are read from",
            )
        })?;
        let text = |key: &str| operation.get(key).and_then(Value::as_str).unwrap_or("");
        let declared = [item, Some(operation)].into_iter().flatten();
        let declared = declared.filter_map(|it| it.get("parameters")?.as_array());
        let view = |value| View::of(document, value);
        Ok(Self {
            sampler: Sampler::of_resource(document, extent, text("x-speakeasy-group")),
            document,
            extent,
            location,
            is_update: matches!(method, "patch" | "put"),
            parameters: declared.flatten().map(view).collect(),
            body: operation.get("requestBody").map(view),
            rules: requirements::of_operation(document, text("operationId"))?,
            given: Given::of_operation(document, text("operationId"))?,
        })
    }

    pub(super) fn call(&self) -> Result<OperationSamples> {
        let mut samples = self.described()?;
        replace(&self.given, &mut samples);
        Ok(samples)
    }

    pub(super) fn example(&self) -> Result<OperationSamples> {
        let mut samples = self.described()?;
        self.add(&self.given.example, &mut samples)?;
        if self.given.example.is_empty() && self.is_update {
            self.add_first(&mut samples)?;
        }
        replace(&self.given, &mut samples);
        Ok(samples)
    }

    fn described(&self) -> Result<OperationSamples> {
        let mut samples = OperationSamples::default();
        self.add_parameters(&mut samples, |_, parameter| {
            self.extent == Extent::Everything || parameter.is_set("required")
        })?;
        if let Some(schema) = self.body() {
            let location = format!("{}, body", self.location);
            samples.body = Some(self.sampler.sample(&location, "body", schema)?);
        }
        for rule in &self.rules {
            self.keep(rule, &mut samples)?;
        }
        self.add(&self.given.optional, &mut samples)?;
        Ok(samples)
    }

    /// The schema of the body.
    fn body(&self) -> Option<&Value> {
        let media = self.body.as_ref()?.keyword("content")?.as_object()?;
        media.values().next()?.get("schema")
    }

    /// Adds the parameters that are wanted and missing.
    fn add_parameters(
        &self,
        samples: &mut OperationSamples,
        is_wanted: impl Fn(&(String, String), &View<'_>) -> bool,
    ) -> Result<()> {
        for parameter in &self.parameters {
            let (Some(at), Some(name)) = (parameter.text("in"), parameter.text("name")) else {
                continue;
            };
            let key = (at.to_owned(), name.to_owned());
            if is_wanted(&key, parameter) && !samples.parameters.contains_key(&key) {
                let schema = parameter.keyword("schema").unwrap_or(&Value::Null);
                let location = format!("{}, parameter {name}", self.location);
                let sample = self.sampler.sample(&location, name, schema)?;
                samples.parameters.insert(key, sample);
            }
        }
        Ok(())
    }

    /// Adds missing parameters of the query and fields of the body.
    fn add(&self, names: &[String], samples: &mut OperationSamples) -> Result<()> {
        self.add_parameters(samples, |(at, name), _| {
            at == "query" && names.contains(name)
        })?;
        match (self.body(), &mut samples.body) {
            (Some(schema), Some(Value::Object(members))) => {
                let view = View::of(self.document, schema);
                self.add_members(names, None, &view, members)
            }
            _ => Ok(()),
        }
    }

    fn add_members(
        &self,
        names: &[String],
        index: Option<u64>,
        view: &View<'_>,
        members: &mut Map<String, Value>,
    ) -> Result<()> {
        for name in names {
            if let (Some(schema), false) = (view.property(name), members.contains_key(name)) {
                let sample = self.sampler.member(&self.location, index, name, schema)?;
                members.insert(name.clone(), sample);
            }
        }
        Ok(())
    }

    /// Adds the first field to a body that has none.
    fn add_first(&self, samples: &mut OperationSamples) -> Result<()> {
        let is_empty = |body: &Value| body.as_object().is_some_and(Map::is_empty);
        let Some(schema) = self
            .body()
            .filter(|_| samples.body.as_ref().is_some_and(is_empty))
        else {
            return Ok(());
        };
        let view = View::of(self.document, schema);
        let is_current = |schema: &Value| schema.get("deprecated") != Some(&Value::Bool(true));
        let mut fields = view.properties().filter(|(_, schema)| is_current(schema));
        let first: Vec<String> = fields
            .next()
            .map(|(name, _)| name.to_owned())
            .into_iter()
            .collect();
        self.add(&first, samples)
    }

    /// Makes the samples follow a rule about dependent fields: a sample of what is required has one of several
    /// alternatives, and a sample of everything has no two that exclude each other.
    fn keep(&self, rule: &Requirement, samples: &mut OperationSamples) -> Result<()> {
        match (&rule.location, self.body(), &mut samples.body) {
            (Location::Query, ..) => {
                let has = |name: &str| {
                    let key = ("query".to_owned(), name.to_owned());
                    samples.parameters.contains_key(&key)
                };
                let missing = missing(rule, has);
                self.add_parameters(samples, |(at, name), _| {
                    at == "query" && missing.contains(name)
                })
            }
            (Location::Body(path), Some(schema), Some(sample)) => {
                self.keep_in(rule, path, None, schema, sample)
            }
            (Location::Body(_), ..) => Ok(()),
        }
    }

    /// Changes the objects at a path in a sample.
    fn keep_in(
        &self,
        rule: &Requirement,
        path: &str,
        index: Option<u64>,
        schema: &Value,
        sample: &mut Value,
    ) -> Result<()> {
        let view = View::of(self.document, schema);
        match sample {
            Value::Array(items) => {
                let schema = view.keyword("items").unwrap_or(&Value::Null);
                let mut items = (0..).zip(items);
                items.try_for_each(|(index, item)| {
                    self.keep_in(rule, path, Some(index), schema, item)
                })
            }
            Value::Object(members) if path.is_empty() => {
                let missing = missing(rule, |name| members.contains_key(name));
                self.add_members(&missing, index, &view, members)?;
                if self.extent == Extent::Everything {
                    settle(rule, members);
                }
                Ok(())
            }
            Value::Object(members) => {
                let (step, rest) = path.split_once('.').unwrap_or((path, ""));
                let name = step.trim_end_matches("[]");
                match (view.property(name), members.get_mut(name)) {
                    (Some(schema), Some(sample)) => self.keep_in(rule, rest, index, schema, sample),
                    _ => Ok(()),
                }
            }
            _ => Ok(()),
        }
    }
}

/// The names that the rule requires and the sample lacks.
fn missing(rule: &Requirement, has: impl Fn(&str) -> bool) -> Vec<String> {
    if rule.when.as_ref().is_some_and(|when| !has(when)) {
        return Vec::new();
    }
    let absent = rule.of.iter().filter(|name| !has(name)).cloned();
    match rule.need {
        Need::AllOf => absent.collect(),
        Need::AnyOf | Need::OneOf if rule.of.iter().any(|name| has(name)) => Vec::new(),
        Need::AnyOf | Need::OneOf => absent.take(1).collect(),
    }
}

/// Of alternatives that exclude each other the first is kept; two texts of which either is enough are two
/// names for the same thing.
fn settle(rule: &Requirement, members: &mut Map<String, Value>) {
    let Some((first, others)) = rule.of.split_first() else {
        return;
    };
    let value = members.get(first).cloned();
    for other in others {
        match (rule.need, &value, members.get(other)) {
            (Need::OneOf, Some(_), Some(_)) => {
                members.shift_remove(other);
            }
            (Need::AnyOf, Some(value @ Value::String(_)), Some(Value::String(_))) => {
                members.insert(other.clone(), value.clone());
            }
            _ => {}
        }
    }
}

/// Puts the values of overlays in place of samples, and removes those that are given as null.
fn replace(given: &Given, samples: &mut OperationSamples) {
    let values = given.query.iter().chain(&given.body);
    let left_out = values.filter(|(_, value)| value.is_null());
    samples.left_out = left_out.map(|(name, _)| name.clone()).collect();
    for (name, value) in &given.query {
        let key = ("query".to_owned(), name.clone());
        if value.is_null() {
            samples.parameters.shift_remove(&key);
        } else if let Some(sample) = samples.parameters.get_mut(&key) {
            *sample = value.clone();
        }
    }
    if let Some(body) = &mut samples.body {
        merge(&given.body, body);
    }
}

fn merge(given: &Map<String, Value>, sample: &mut Value) {
    match sample {
        Value::Array(items) => items.iter_mut().for_each(|item| merge(given, item)),
        Value::Object(members) => {
            for (name, value) in given {
                match (value, members.get_mut(name)) {
                    (_, None) => {}
                    (Value::Null, Some(_)) => {
                        members.shift_remove(name);
                    }
                    (Value::Object(given), Some(sample)) => merge(given, sample),
                    (value, Some(sample)) => *sample = value.clone(),
                }
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn values_replace_existing_ones() {
        let key = |name: &str| ("query".to_owned(), name.to_owned());
        let mut samples = OperationSamples {
            parameters: [(key("cursor"), json!("a")), (key("offset"), json!(1))].into(),
            body: Some(json!({
                "slug": "slug_sample", "old": 1, "rest": 2,
                "list": [{ "name": "a", "rest": 3 }, { "name": "b" }],
            })),
            left_out: Vec::new(),
        };
        let body = json!({ "slug": "a-b", "old": null, "other": 1, "list": { "name": "c" } });
        let given = json!({ "query": { "offset": null, "cursor": "b" }, "body": body });
        let document = json!({ "x-samples": { "Create": given } });
        replace(
            &Given::of_operation(&document, "Create").unwrap(),
            &mut samples,
        );
        assert_eq!(samples.parameters, [(key("cursor"), json!("b"))].into());
        assert_eq!(samples.left_out, ["offset", "old"]);
        let list = json!([{ "name": "c", "rest": 3 }, { "name": "c" }]);
        assert_eq!(
            samples.body,
            Some(json!({ "slug": "a-b", "rest": 2, "list": list }))
        );
    }
}
