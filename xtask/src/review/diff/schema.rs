//! A schema in one position: the parts that all apply to a value there, with references, `allOf` and
//! wrappers of a single schema resolved one level at a time.

use std::collections::BTreeSet;

use indexmap::IndexMap;
use serde_json::Value;

use super::description::{At, Description, component};
use crate::input::vocabulary::{Keyword, Meaning, SCHEMA};

#[derive(Default)]
pub(super) struct Schema<'a> {
    /// Where the schema is written.
    pub(super) place: Vec<At<'a>>,
    pub(super) parts: Vec<At<'a>>,
    /// The components that were followed.
    pub(super) followed: BTreeSet<String>,
}

/// A position that refers to a component.
pub(super) struct Reference<'a> {
    pub(super) component: String,
    /// What refers to it: references and wrappers, with what they state themselves.
    pub(super) wrappers: Schema<'a>,
}

impl<'a> Schema<'a> {
    pub(super) fn of(side: &'a Description, place: &[At<'a>]) -> Self {
        let mut schema = Self {
            place: place.to_vec(),
            ..Self::default()
        };
        for at in place {
            schema.gather(side, at.clone());
        }
        schema
    }

    /// `load::references` limits how far this leads.
    fn gather(&mut self, side: &'a Description, at: At<'a>) {
        if let Some(target) = target(&at).and_then(|reference| side.at(reference)) {
            self.followed.insert(target.pointer.clone());
            self.gather(side, target);
        }
        let combined = at.child("allOf");
        let combined = combined.iter().flat_map(At::members);
        for member in combined.map(|(_, member)| member).chain(wrapped(&at)) {
            self.gather(side, member);
        }
        self.parts.push(at);
    }

    /// Where this schema differs from an old one in a keyword: in a part that both have, or else
    /// where the schema is written; in the new description, if it has it.
    pub(super) fn pointer_of<'s>(&'s self, keyword: &str, old: &'s Self) -> &'s str {
        let differs = |at: &&At<'_>| {
            let mut others = old.parts.iter().filter(|old| old.pointer == at.pointer);
            others.any(|old| old.value.get(keyword) != at.value.get(keyword))
        };
        let part = self.parts.iter().find(differs);
        let at = part.or(self.place.first()).or(old.place.first());
        at.map_or("#", |at| &at.pointer)
    }

    /// The distinct values of a keyword in all parts: none, one, or a list if they differ. A flag
    /// is set if one part sets it.
    pub(super) fn value(&self, keyword: &Keyword) -> Option<Value> {
        let mut values: Vec<&Value> = Vec::new();
        for at in self.child(keyword.name) {
            if !values.contains(&at.value) {
                values.push(at.value);
            }
        }
        match (keyword.meaning, values.as_slice()) {
            (Meaning::Flag, values) if values.contains(&&Value::Bool(true)) => Some(true.into()),
            (_, []) => None,
            (_, [one]) => Some((*one).clone()),
            (_, many) => Some(many.iter().map(|value| (*value).clone()).collect()),
        }
    }

    /// The values of a keyword, with their locations.
    pub(super) fn child(&self, keyword: &str) -> Vec<At<'a>> {
        let parts = self.parts.iter();
        parts.filter_map(|at| at.child(keyword)).collect()
    }

    /// Each property, with its schema in all parts.
    pub(super) fn properties(&self) -> IndexMap<String, Vec<At<'a>>> {
        let mut properties: IndexMap<String, Vec<At<'a>>> = IndexMap::new();
        for (name, property) in self.child("properties").iter().flat_map(At::members) {
            properties.entry(name).or_default().push(property);
        }
        properties
    }

    /// The names of required properties, each with the list that has it.
    pub(super) fn required(&self) -> IndexMap<String, At<'a>> {
        let mut required = IndexMap::new();
        for list in self.child("required") {
            for (_, name) in list.members() {
                if let Some(name) = name.value.as_str() {
                    required.insert(name.to_owned(), list.clone());
                }
            }
        }
        required
    }

    /// The values of an enum: those that all parts allow. `None` if there is none.
    pub(super) fn values(&self) -> Option<Vec<Value>> {
        let lists = self.child("enum").into_iter();
        let lists = lists.filter_map(|list| list.value.as_array().cloned());
        lists.reduce(|mut values, other| {
            values.retain(|value| other.contains(value));
            values
        })
    }

    /// What is true of properties that are not described, and their schema if they have one.
    pub(super) fn additional(&self) -> (&'static str, Vec<At<'a>>) {
        let mut all = self.child("additionalProperties");
        let is = |flag: bool| all.iter().any(|at| at.value == &Value::Bool(flag));
        let word = match (
            is(false),
            all.iter().any(|at| at.value.is_object()),
            is(true),
        ) {
            (true, ..) => "rejected",
            (false, true, _) => "of one type",
            (false, false, true) => "allowed",
            (false, false, false) => "not described",
        };
        all.retain(|at| at.value.is_object());
        (word, all)
    }

    /// The alternatives of a keyword, unless there is only one, which is a part.
    pub(super) fn alternatives(&self, keyword: &str) -> Vec<At<'a>> {
        let lists = self.parts.iter().filter(|at| wrapped(at).is_none());
        let lists: Vec<At<'a>> = lists.filter_map(|at| at.child(keyword)).collect();
        let members = lists.iter().flat_map(At::members);
        members.map(|(_, member)| member).collect()
    }

    /// The kinds of a union by the values of its tag, with their references.
    pub(super) fn tags(&self) -> IndexMap<String, At<'a>> {
        let discriminators = self.child("discriminator");
        let mappings = discriminators.iter().filter_map(|at| at.child("mapping"));
        mappings.flat_map(|mapping| mapping.members()).collect()
    }

    /// The form of its values, in a word; forms with the same word are compared in detail.
    pub(super) fn shape(&self) -> String {
        let has = |keyword: &str| !self.child(keyword).is_empty();
        let is_listed = ["oneOf", "anyOf"].map(|keyword| !self.alternatives(keyword).is_empty());
        // Alternatives beside properties only state which of them are required together.
        if !self.tags().is_empty() || (is_listed.contains(&true) && !has("properties")) {
            return "union".to_owned();
        }
        let types = self.child("type").into_iter();
        let mut types: Vec<String> = types.map(|at| word(at.value)).collect();
        types.dedup();
        match types.as_slice() {
            [] if has("properties") || has("additionalProperties") => "object".to_owned(),
            [] if has("items") => "array".to_owned(),
            [] => "anything".to_owned(),
            types => types.join(" and "),
        }
    }
}

/// The component that a position refers to, directly or through wrappers.
pub(super) fn reference<'a>(side: &'a Description, place: &[At<'a>]) -> Option<Reference<'a>> {
    let [at] = place else { return None };
    let mut at = at.clone();
    let mut wrappers = Vec::new();
    let mut found = None;
    // It ends: a wrapper contains what it wraps, and references form no cycles.
    while !has_structure(&at) {
        let reference = target(&at);
        let next = match reference {
            Some(reference) => side.at(reference),
            None => only(&at, "allOf").or_else(|| wrapped(&at)),
        };
        let Some(next) = next else { break };
        wrappers.push(at);
        at = next;
        if let Some(reference) = reference.filter(|reference| component(reference).is_some()) {
            found = Some((reference.to_owned(), wrappers.len()));
        }
    }
    let (component, count) = found?;
    // What the component itself wraps is compared with the component.
    wrappers.truncate(count);
    let passed = wrappers.iter().filter_map(target).map(str::to_owned);
    Some(Reference {
        wrappers: Schema {
            followed: passed.filter(|name| *name != component).collect(),
            place: Vec::new(),
            parts: wrappers,
        },
        component,
    })
}

/// What a schema refers to. The kinds of a union are references that are written as texts.
pub(super) fn target<'a>(at: &At<'a>) -> Option<&'a str> {
    at.value.as_str().or_else(|| at.text("$ref"))
}

/// A text, or what is there instead of one.
pub(super) fn word(value: &Value) -> String {
    let text = value.as_str();
    text.map_or_else(|| value.to_string(), str::to_owned)
}

/// The only alternative of a `oneOf` or `anyOf` that is nothing but a wrapper.
fn wrapped<'a>(at: &At<'a>) -> Option<At<'a>> {
    let has = |keyword: &str| at.value.get(keyword).is_some();
    match (has("oneOf"), has("anyOf")) {
        _ if has("properties") || has("discriminator") => None,
        (true, false) => only(at, "oneOf"),
        (false, true) => only(at, "anyOf"),
        _ => None,
    }
}

fn only<'a>(at: &At<'a>, keyword: &str) -> Option<At<'a>> {
    match at.child(keyword)?.members().as_slice() {
        [(_, only)] => Some(only.clone()),
        _ => None,
    }
}

/// Whether a wrapper has more than plain values.
fn has_structure(at: &At<'_>) -> bool {
    let is_plain = |name: &String| {
        let meaning = SCHEMA.keyword(name).map(|keyword| keyword.meaning);
        matches!(name.as_str(), "allOf" | "oneOf" | "anyOf" | "default")
            || matches!(
                meaning,
                Some(Meaning::Text | Meaning::Flag | Meaning::Number)
            )
    };
    at.members().iter().any(|(name, _)| !is_plain(name))
}
