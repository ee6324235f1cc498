//! Replaces every `allOf` by the one schema that all of its parts describe together.
//!
//! Afterwards `allOf` only marks a reference, as in `{ allOf: [{ $ref: … }], nullable: true }`. An `oneOf` or
//! `anyOf` of a single schema is an `allOf` of that schema. Parts that contradict each other are reported.
//!
//! OpenAPI 3.0.3 gives `nullable` a meaning only beside `type`, so a part with a type allows null only if it is
//! nullable. Upstream also writes it beside `allOf`, or as a part of its own; both are for the whole.

use std::collections::HashMap;

use serde_json::{Map, Value, json};

use super::resolve;
use crate::input::vocabulary::{self, DOCUMENT, SCHEMA};
use crate::support::error::Findings;
use crate::support::pointer;

/// How many schemas are merged at most: parts with the same properties can nest without bound.
const MAXIMUM_MERGES: usize = 10_000;
/// Marks a schema that is left out, with where its contradiction was reported.
pub(super) const CONTRADICTION: &str = "x-contradiction";
const COMBINERS: [&str; 3] = ["allOf", "oneOf", "anyOf"];
/// What makes two schemas the same type; the client does not enforce bounds and patterns.
const CONTENT: [&str; 10] = [
    "type",
    "format",
    "enum",
    "properties",
    "required",
    "items",
    "additionalProperties",
    "oneOf",
    "anyOf",
    "discriminator",
];
const FLAGS: [&str; 4] = ["deprecated", "readOnly", "writeOnly", "uniqueItems"];

/// The description with every combination replaced. One with a contradiction is marked.
pub(super) fn document(source: &Value, findings: &mut Findings) -> Value {
    let mut locations = Vec::new();
    if let Value::Object(members) = source {
        vocabulary::walk(members, &DOCUMENT, "#", &mut |location, kind, node| {
            if kind.is(&SCHEMA) && parts_of(node).is_some() {
                locations.push(location.to_owned());
            }
        });
    }
    let mut combiner = Combiner {
        source,
        findings,
        components: HashMap::new(),
        merges: 0,
    };
    let mut document = source.clone();
    for location in locations {
        // Those inside of others are already replaced.
        if let Some(schema) = document.pointer_mut(location.trim_start_matches('#'))
            && schema
                .as_object()
                .is_some_and(|schema| parts_of(schema).is_some())
        {
            *schema = combiner.combined(schema, &location);
        }
    }
    document
}

struct Combiner<'a, 'b> {
    source: &'a Value,
    findings: &'b mut Findings,
    /// By location.
    components: HashMap<String, Value>,
    merges: usize,
}

/// A part of a combination.
struct Part {
    facts: Map<String, Value>,
    is_nullable: bool,
    /// The component that it refers to.
    target: Option<Target>,
}

struct Target {
    reference: String,
    facts: Map<String, Value>,
    is_nullable: bool,
}

impl Combiner<'_, '_> {
    /// The schema without combinations, at any depth.
    fn combined(&mut self, schema: &Value, location: &str) -> Value {
        let Value::Object(members) = schema else {
            return schema.clone();
        };
        let mut combined = match parts_of(members) {
            Some((keyword, parts)) => self.merged(members, keyword, parts, location),
            None => schema.clone(),
        };
        let mut inside = |schema: &mut Value, path: &str| {
            *schema = self.combined(schema, &format!("{location}/{path}"));
        };
        for keyword in ["items", "additionalProperties"] {
            if let Some(schema) = combined.get_mut(keyword) {
                inside(schema, keyword);
            }
        }
        let properties = combined
            .get_mut("properties")
            .and_then(Value::as_object_mut);
        for (name, schema) in properties.into_iter().flatten() {
            inside(schema, &pointer::child("properties", name));
        }
        combined
    }

    fn merged(
        &mut self,
        schema: &Map<String, Value>,
        keyword: &str,
        parts: &[Value],
        location: &str,
    ) -> Value {
        self.merges += 1;
        if self.merges > MAXIMUM_MERGES {
            if self.merges == MAXIMUM_MERGES + 1 {
                self.findings.report(
                    location,
                    format!("more than {MAXIMUM_MERGES} schemas would be merged"),
                    "describe the same property only in one part, in an overlay",
                );
            }
            return json!({});
        }
        let mut own = schema.clone();
        own.shift_remove(keyword);
        let nullable = own
            .shift_remove("nullable")
            .as_ref()
            .and_then(Value::as_bool);
        let mut read = Vec::new();
        for (index, part) in parts.iter().enumerate() {
            read.push(self.part(part, &format!("{location}/{keyword}/{index}")));
        }
        read.push(Part::new(own));
        let facts = match all(&read) {
            Ok(facts) => facts,
            Err(contradiction) => {
                self.findings.report(
                    location,
                    format!("the parts of `{keyword}` contradict each other: {contradiction}"),
                    "describe the value with one schema, or correct a part, in an overlay",
                );
                return json!({ CONTRADICTION: location });
            }
        };
        let is_nullable = nullable.unwrap_or_else(|| is_nullable(&read));
        let mut targets = read.iter().filter_map(|part| part.target.as_ref());
        let Some(target) = targets.find(|target| is_same(&target.facts, &facts)) else {
            return Value::Object(with_nullable(facts, is_nullable));
        };
        let mut marked = Map::from_iter([("allOf".into(), json!([{ "$ref": target.reference }]))]);
        if is_nullable != target.is_nullable {
            marked.insert("nullable".into(), json!(is_nullable));
        }
        let marks = facts.into_iter().filter(|(keyword, value)| {
            is_mark(keyword) && target.facts.get(keyword) != Some(value)
        });
        marked.extend(marks);
        match marked.len() {
            1 => json!({ "$ref": target.reference }),
            _ => Value::Object(marked),
        }
    }

    /// The facts of a part, through references.
    fn part(&mut self, schema: &Value, location: &str) -> Part {
        let combined = self.combined(schema, location);
        let reference = combined
            .get("$ref")
            .or_else(|| combined.pointer("/allOf/0/$ref"));
        let Some(reference) = reference.and_then(Value::as_str) else {
            return Part::new(combined.as_object().cloned().unwrap_or_default());
        };
        let target = self.component(reference);
        let mut part = self.part(&target, reference);
        part.target.get_or_insert_with(|| Target {
            reference: reference.to_owned(),
            facts: part.facts.clone(),
            is_nullable: part.is_nullable,
        });
        let marks = combined.as_object().into_iter().flatten();
        let marks = marks.filter(|(keyword, _)| is_mark(keyword) && *keyword != "nullable");
        part.facts
            .extend(marks.map(|(keyword, value)| (keyword.clone(), value.clone())));
        if let Some(nullable) = combined.get("nullable").and_then(Value::as_bool) {
            part.is_nullable = nullable;
        }
        part
    }

    fn component(&mut self, reference: &str) -> Value {
        if let Some(known) = self.components.get(reference) {
            return known.clone();
        }
        let Ok(schema) = resolve(self.source, reference) else {
            return json!({});
        };
        // Found by a schema that contains itself, which is reported elsewhere.
        self.components.insert(reference.to_owned(), json!({}));
        let combined = self.combined(schema, reference);
        self.components
            .insert(reference.to_owned(), combined.clone());
        combined
    }
}

impl Part {
    fn new(mut facts: Map<String, Value>) -> Self {
        let is_nullable = facts.shift_remove("nullable") == Some(json!(true));
        let implied = [
            ("properties", "object"),
            ("additionalProperties", "object"),
            ("items", "array"),
        ];
        if !facts.contains_key("type")
            && let Some((_, kind)) = implied
                .iter()
                .find(|(keyword, _)| facts.contains_key(*keyword))
        {
            facts.insert("type".into(), json!(kind));
        }
        Self {
            facts,
            is_nullable,
            target: None,
        }
    }

    fn has_a_type(&self) -> bool {
        CONTENT
            .iter()
            .any(|keyword| self.facts.contains_key(*keyword))
    }
}

/// Whether a keyword can stand beside a reference without changing what it refers to.
fn is_mark(keyword: &str) -> bool {
    !CONTENT.contains(&keyword) && keyword != "$ref" && !COMBINERS.contains(&keyword)
}

/// The keyword and the schemas of a combination; nothing for a union, and for a marked reference.
fn parts_of(schema: &Map<String, Value>) -> Option<(&'static str, &[Value])> {
    let is_union = schema.contains_key("discriminator");
    COMBINERS.into_iter().find_map(|keyword| {
        let parts = schema.get(keyword)?.as_array()?.as_slice();
        let is_combination = match (keyword, parts) {
            ("allOf", [part]) => {
                part.get("$ref").is_none()
                    || !schema.keys().all(|key| key == "allOf" || is_mark(key))
            }
            ("allOf", parts) => !parts.is_empty(),
            (_, parts) => parts.len() == 1 && !is_union,
        };
        is_combination.then_some((keyword, parts))
    })
}

fn with_nullable(mut facts: Map<String, Value>, is_nullable: bool) -> Map<String, Value> {
    if is_nullable {
        facts.insert("nullable".into(), json!(true));
    }
    facts
}

/// Whether the whole can be null: a part that only states that, or all parts with a type.
fn is_nullable(parts: &[Part]) -> bool {
    let mut typed = parts.iter().filter(|part| part.has_a_type()).peekable();
    let all_typed = typed.peek().is_some() && typed.all(|part| part.is_nullable);
    all_typed
        || parts
            .iter()
            .any(|part| part.is_nullable && !part.has_a_type())
}

/// The facts of all parts, or what contradicts what.
fn all(parts: &[Part]) -> Result<Map<String, Value>, String> {
    let mut facts = Map::new();
    for part in parts {
        for (keyword, value) in &part.facts {
            match facts.get_mut(keyword) {
                Some(known) if known == value => {}
                Some(known) => *known = both(keyword, known, value)?,
                None => drop(facts.insert(keyword.clone(), value.clone())),
            }
        }
    }
    if COMBINERS.iter().any(|keyword| facts.contains_key(*keyword)) {
        if facts.get("type") == Some(&json!("object")) {
            facts.shift_remove("type");
        }
        let others = [
            "type",
            "properties",
            "items",
            "additionalProperties",
            "enum",
        ];
        if let Some(other) = others.iter().find(|keyword| facts.contains_key(**keyword)) {
            return Err(format!("one has alternatives, another has `{other}`"));
        }
    }
    let names = |facts: &Map<String, Value>| -> Vec<String> {
        let properties = facts.get("properties").and_then(Value::as_object);
        properties
            .into_iter()
            .flat_map(Map::keys)
            .cloned()
            .collect()
    };
    for part in parts {
        let known = names(&part.facts);
        if part.facts.get("additionalProperties") == Some(&json!(false))
            && let Some(other) = names(&facts).iter().find(|name| !known.contains(name))
        {
            return Err(format!(
                "one allows no additional properties, another has `{other}`"
            ));
        }
    }
    Ok(facts)
}

/// What two values of a keyword mean together.
fn both(keyword: &str, one: &Value, other: &Value) -> Result<Value, String> {
    let contradiction = || Err(format!("`{keyword}` is {one} and {other}"));
    Ok(match (keyword, one, other) {
        ("properties", Value::Object(one), Value::Object(other)) => {
            let mut properties = one.clone();
            for (name, property) in other {
                let property = match one.get(name) {
                    Some(known) if known != property => json!({ "allOf": [known, property] }),
                    _ => property.clone(),
                };
                properties.insert(name.clone(), property);
            }
            Value::Object(properties)
        }
        ("items", ..) => json!({ "allOf": [one, other] }),
        ("additionalProperties", Value::Bool(false), _)
        | ("additionalProperties", _, Value::Bool(false)) => json!(false),
        ("additionalProperties", Value::Bool(true), schema)
        | ("additionalProperties", schema, Value::Bool(true)) => schema.clone(),
        ("additionalProperties", ..) => json!({ "allOf": [one, other] }),
        ("required", Value::Array(one), Value::Array(other)) => {
            let more = other.iter().filter(|name| !one.contains(name));
            one.iter().chain(more).cloned().collect()
        }
        ("enum", Value::Array(one), Value::Array(other)) => {
            let common: Vec<Value> = one
                .iter()
                .filter(|value| other.contains(value))
                .cloned()
                .collect();
            if common.iter().all(Value::is_null) {
                return Err("their `enum`s have no value in common".to_owned());
            }
            common.into()
        }
        ("type", ..) => match (one.as_str(), other.as_str()) {
            (Some("integer"), Some("number")) | (Some("number"), Some("integer")) => {
                json!("integer")
            }
            _ => return contradiction(),
        },
        ("format" | "oneOf" | "anyOf" | "discriminator", ..) => return contradiction(),
        _ if FLAGS.contains(&keyword) => json!(true),
        _ => match (keyword.get(..3), one.as_f64(), other.as_f64()) {
            (Some("min"), Some(least), Some(less)) if least >= less => one.clone(),
            (Some("max"), Some(most), Some(more)) if most <= more => one.clone(),
            // Keywords that say nothing about the type: the outer one.
            _ => other.clone(),
        },
    })
}

/// Whether two schemas have the same type. The order of `enum` and `required` does not matter.
fn is_same(one: &Map<String, Value>, other: &Map<String, Value>) -> bool {
    CONTENT.iter().all(
        |keyword| match (*keyword, one.get(*keyword), other.get(*keyword)) {
            ("enum" | "required", one, other) => {
                let values = |list: Option<&Value>| {
                    let mut values: Vec<String> = list
                        .and_then(Value::as_array)
                        .into_iter()
                        .flatten()
                        .map(Value::to_string)
                        .collect();
                    values.sort();
                    values
                };
                values(one) == values(other)
            }
            (_, one, other) => one == other,
        },
    )
}
