//! Replaces every `allOf` by the one schema that all of its parts describe together.
//!
//! Afterwards `allOf` only marks a reference, as in `{ allOf: [{ $ref: … }], nullable: true }`. An `oneOf` or
//! `anyOf` of a single schema is an `allOf` of that schema. Parts that contradict each other are reported.
//!
//! OpenAPI 3.0.3 gives `nullable` a meaning only beside `type`, so a part with a type allows null only if it is
//! nullable. Upstream also writes it beside `allOf`, or as a part of its own; both are for the whole.

mod merge;

use std::collections::HashMap;

use serde_json::{Map, Value, json};

use super::{referenced, resolve};
use crate::input::vocabulary::{self, DOCUMENT, SCHEMA};
use crate::support::error::Findings;
use crate::support::pointer;

/// How many schemas are merged at most: parts with the same properties can nest without bound.
const MAXIMUM_MERGES: usize = 2_000;
/// Marks a schema that is left out, with where its contradiction was reported.
pub(super) const CONTRADICTION: &str = "x-contradiction";
const NULLABLE: &str = "nullable";

/// The keywords of a schema, without combinations and references.
type Facts = Map<String, Value>;

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
        // Those inside of others are replaced with them, and do not change again.
        if let Some(schema) = document.pointer_mut(location.trim_start_matches('#')) {
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
    facts: Facts,
    /// The component that it refers to, and its facts.
    target: Option<(String, Facts)>,
}

impl Combiner<'_, '_> {
    /// The schema without combinations, at any depth.
    fn combined(&mut self, schema: &Value, location: &str) -> Value {
        let Value::Object(members) = schema else {
            return schema.clone();
        };
        let mut combined = match parts_of(members) {
            Some((keyword, parts)) => self.whole(members, keyword, parts, location),
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
        if let Some(Value::Object(properties)) = combined.get_mut("properties") {
            for (name, schema) in properties {
                inside(schema, &pointer::child("properties", name));
            }
        }
        combined
    }

    /// What the parts and the keywords beside them mean together.
    fn whole(&mut self, schema: &Facts, keyword: &str, parts: &[Value], location: &str) -> Value {
        self.merges += 1;
        if self.merges > MAXIMUM_MERGES {
            let help = "describe the same property only in one part, in an overlay";
            return self.refused(
                location,
                format!("more than {MAXIMUM_MERGES} schemas would be merged"),
                help,
            );
        }
        let mut own = schema.clone();
        own.shift_remove(keyword);
        let nullable = own.shift_remove(NULLABLE);
        let mut read = Vec::new();
        for (index, part) in parts.iter().enumerate() {
            read.push(self.part(part, &format!("{location}/{keyword}/{index}")));
        }
        read.push(Part {
            facts: merge::typed(own),
            target: None,
        });
        let facts: Vec<&Facts> = read.iter().map(|part| &part.facts).collect();
        let mut whole = match merge::all(&facts) {
            Ok(whole) => whole,
            Err(contradiction) => {
                let message =
                    format!("the parts of `{keyword}` contradict each other: {contradiction}");
                let help = "describe the value with one schema, or correct a part, in an overlay";
                return self.refused(location, message, help);
            }
        };
        if let Some(nullable) = nullable {
            whole.insert(NULLABLE.into(), nullable);
        }
        let mut targets = read.iter().filter_map(|part| part.target.as_ref());
        match targets.find(|(_, facts)| merge::is_same(facts, &whole)) {
            Some((reference, facts)) => marked(reference, facts, whole),
            None => Value::Object(whole),
        }
    }

    /// The facts of a part, through references.
    fn part(&mut self, schema: &Value, location: &str) -> Part {
        let combined = self.combined(schema, location);
        let marks = combined.as_object().cloned().unwrap_or_default();
        let Some(reference) = referenced(&combined) else {
            return Part {
                facts: merge::typed(marks),
                target: None,
            };
        };
        let target = self.component(reference);
        let mut part = self.part(&target, reference);
        part.target
            .get_or_insert_with(|| (reference.to_owned(), part.facts.clone()));
        part.facts.extend(
            marks
                .into_iter()
                .filter(|(keyword, _)| merge::is_mark(keyword)),
        );
        part
    }

    fn component(&mut self, reference: &str) -> Value {
        if let Some(known) = self.components.get(reference) {
            return known.clone();
        }
        // Also found by a schema that contains itself, which is reported elsewhere.
        self.components.insert(reference.to_owned(), json!({}));
        let combined = match resolve(self.source, reference) {
            Ok(schema) => self.combined(schema, reference),
            Err(_) => json!({}),
        };
        self.components
            .insert(reference.to_owned(), combined.clone());
        combined
    }

    fn refused(&mut self, location: &str, message: String, help: &str) -> Value {
        if self.merges <= MAXIMUM_MERGES + 1 {
            self.findings.report(location, message, help);
        }
        json!({ CONTRADICTION: location })
    }
}

/// A reference to a component with those marks that differ from its own.
fn marked(reference: &str, facts: &Facts, mut whole: Facts) -> Value {
    if !whole.contains_key(NULLABLE) && facts.contains_key(NULLABLE) {
        whole.insert(NULLABLE.into(), json!(false));
    }
    let reference = json!({ "$ref": reference });
    let is_new = |(keyword, value): &(String, Value)| {
        merge::is_mark(keyword) && facts.get(keyword).unwrap_or(&json!(false)) != value
    };
    let mut marks: Facts = whole.into_iter().filter(is_new).collect();
    if marks.is_empty() {
        return reference;
    }
    marks.insert("allOf".into(), json!([reference]));
    Value::Object(marks)
}

/// The keyword and the schemas of a combination; nothing for a union, and for a marked reference.
fn parts_of(schema: &Facts) -> Option<(&'static str, &[Value])> {
    let is_union = schema.contains_key("discriminator");
    merge::COMBINERS.into_iter().find_map(|keyword| {
        let parts = schema.get(keyword)?.as_array()?.as_slice();
        let is_combination = match (keyword, parts) {
            ("allOf", [part]) => {
                let mut others = schema.keys().filter(|key| *key != "allOf");
                part.get("$ref").is_none() || !others.all(|key| merge::is_mark(key))
            }
            ("allOf", parts) => !parts.is_empty(),
            (_, parts) => parts.len() == 1 && !is_union,
        };
        is_combination.then_some((keyword, parts))
    })
}
