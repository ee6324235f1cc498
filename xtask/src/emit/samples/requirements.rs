//! Makes samples follow the rules about dependent fields: a sample of what is required has one of
//! several alternatives, and a sample of everything has no two that exclude each other.

use serde_json::{Map, Value};

use super::{Extent, OperationSamples, Sampler};
use crate::correct::requirements::{Location, Need, Requirement};
use crate::support::error::Result;

/// An operation whose samples are changed.
pub(super) struct Subject<'a> {
    pub(super) sampler: &'a Sampler<'a>,
    pub(super) location: &'a str,
    pub(super) extent: Extent,
    /// The parameters with their names, references resolved.
    pub(super) parameters: &'a [(&'a str, &'a Value)],
    /// The schema of the body.
    pub(super) body: Option<&'a Value>,
}

impl Subject<'_> {
    pub(super) fn keep(&self, rules: &[Requirement], samples: &mut OperationSamples) -> Result<()> {
        for rule in rules {
            match (&rule.location, self.body, &mut samples.body) {
                (Location::Query, ..) => self.query(rule, samples)?,
                (Location::Body(path), Some(schema), Some(sample)) => {
                    self.objects(rule, path, None, schema, sample)?;
                }
                (Location::Body(_), ..) => {}
            }
        }
        Ok(())
    }

    fn query(&self, rule: &Requirement, samples: &mut OperationSamples) -> Result<()> {
        let key = |name: &str| ("query".to_owned(), name.to_owned());
        let missing = rule.missing(|name| samples.parameters.contains_key(&key(name)));
        self.add_parameters(&missing, samples)
    }

    fn add_parameters(&self, names: &[String], samples: &mut OperationSamples) -> Result<()> {
        for name in names {
            let declared = self.parameters.iter().find(|(known, _)| known == name);
            let key = ("query".to_owned(), name.clone());
            let schema = declared.and_then(|(_, parameter)| parameter.get("schema"));
            if let (Some(schema), false) = (schema, samples.parameters.contains_key(&key)) {
                let location = format!("{}, parameter {name}", self.location);
                let sample = self.sampler.sample(&location, name, schema)?;
                samples.parameters.insert(key, sample);
            }
        }
        Ok(())
    }

    /// Adds missing parameters of the query and fields of the body.
    pub(super) fn add(&self, names: &[String], samples: &mut OperationSamples) -> Result<()> {
        self.add_parameters(names, samples)?;
        let (Some(schema), Some(Value::Object(members))) = (self.body, &mut samples.body) else {
            return Ok(());
        };
        let schema = self.sampler.whole(self.location, schema)?;
        for name in names {
            let schema = schema.get("properties").and_then(|all| all.get(name));
            if let (Some(schema), false) = (schema, members.contains_key(name)) {
                let sample = self.sampler.sample(self.location, name, schema)?;
                members.insert(name.clone(), sample);
            }
        }
        Ok(())
    }

    /// Adds the first field to a body that has none.
    pub(super) fn add_first(&self, samples: &mut OperationSamples) -> Result<()> {
        let (Some(schema), Some(Value::Object(members))) = (self.body, &samples.body) else {
            return Ok(());
        };
        if !members.is_empty() {
            return Ok(());
        }
        let schema = self.sampler.whole(self.location, schema)?;
        let properties = schema.get("properties").and_then(Value::as_object);
        let mut properties = properties.into_iter().flatten();
        let first =
            properties.find(|(_, schema)| schema.get("deprecated") != Some(&Value::Bool(true)));
        match first {
            Some((name, _)) => self.add(std::slice::from_ref(name), samples),
            None => Ok(()),
        }
    }

    /// Changes the objects at a path in a sample.
    fn objects(
        &self,
        rule: &Requirement,
        path: &str,
        index: Option<u64>,
        schema: &Value,
        sample: &mut Value,
    ) -> Result<()> {
        let schema = self.sampler.whole(self.location, schema)?;
        if let Some(rest) = path.strip_prefix("[]") {
            let items = schema.get("items").unwrap_or(&Value::Null);
            let all = sample.as_array_mut().into_iter().flatten();
            for (index, item) in (0..).zip(all) {
                self.objects(rule, rest, Some(index), items, item)?;
            }
            return Ok(());
        }
        let Some(members) = sample.as_object_mut() else {
            return Ok(());
        };
        let empty = Map::new();
        let properties = schema.get("properties").and_then(Value::as_object);
        let properties = properties.unwrap_or(&empty);
        let path = path.trim_start_matches('.');
        let (name, rest) = path.split_at(path.find(['.', '[']).unwrap_or(path.len()));
        if !name.is_empty() {
            return match (properties.get(name), members.get_mut(name)) {
                (Some(schema), Some(sample)) => self.objects(rule, rest, index, schema, sample),
                _ => Ok(()),
            };
        }
        for name in rule.missing(|name| members.contains_key(name)) {
            if let Some(schema) = properties.get(&name) {
                let sample = self.sampler.member(self.location, index, &name, schema)?;
                members.insert(name, sample);
            }
        }
        if self.extent == Extent::Everything {
            rule.settle(members);
        }
        Ok(())
    }
}

impl Requirement {
    /// The names that the rule requires and the sample lacks.
    fn missing(&self, has: impl Fn(&str) -> bool) -> Vec<String> {
        if self.when.as_ref().is_some_and(|when| !has(when)) {
            return Vec::new();
        }
        let absent = self.of.iter().filter(|name| !has(name)).cloned();
        match self.need {
            Need::AllOf => absent.collect(),
            Need::AnyOf | Need::OneOf if self.of.iter().any(|name| has(name)) => Vec::new(),
            Need::AnyOf | Need::OneOf => absent.take(1).collect(),
        }
    }

    /// Of alternatives that exclude each other the first is kept; two texts of which either is
    /// enough are two names for the same thing.
    fn settle(&self, members: &mut Map<String, Value>) {
        let Some((first, others)) = self.of.split_first() else {
            return;
        };
        let value = members.get(first).cloned();
        for other in others {
            match (self.need, &value, members.get(other)) {
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
}
