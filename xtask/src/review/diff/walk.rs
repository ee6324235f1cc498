//! The walk over two descriptions in parallel, driven by the vocabulary: every keyword of a node
//! either is compared strictly or leads to the nodes below it, so nothing can differ unnoticed.
//!
//! Where both sides refer to a component, the pair of components is compared once, wherever it is
//! used. Where only one side does, the reference is followed.

use std::collections::{BTreeMap, BTreeSet};
use std::mem;

use serde_json::Value;

use super::change::Role;
use super::description::{At, Description, component, kind_of};
use crate::input::vocabulary::{Keyword, Kind, Meaning, SCHEMA, TAG, mismatch};

/// A difference between the two descriptions, without a judgement.
#[derive(Clone, Debug)]
pub(super) struct Difference {
    /// Into the new description; for what only the old one has, into that.
    pub(super) pointer: String,
    /// The kind of the node that has the keyword.
    pub(super) kind: &'static Kind,
    pub(super) keyword: String,
    pub(super) what: What,
    /// Whether what was added, removed or changed is required.
    pub(super) is_required: bool,
    /// The parameter that it is part of: `` query parameter `limit` ``.
    pub(super) parameter: Option<String>,
    /// Where an operation has it. A component's differences have the roles in which it is used.
    pub(super) role: Option<Role>,
}

#[derive(Clone, Debug)]
pub(super) enum What {
    /// The value of the keyword.
    Value {
        old: Option<Value>,
        new: Option<Value>,
    },
    /// The value of the keyword, on one side of a type that it cannot have.
    Malformed {
        old: Option<Value>,
        new: Option<Value>,
    },
    /// A member of the keyword's map, list or set.
    Added(String),
    Removed(String),
    /// The order of members that both sides have.
    Order,
    /// How it is written; the contents are compared separately, or are equal.
    Form {
        old: String,
        new: String,
    },
}

/// A member of a map, list or set: what it is known by, and where it is. The parts of a schema all
/// apply to a value.
#[derive(Clone, Debug)]
pub(super) struct Member<'a> {
    pub(super) name: String,
    pub(super) place: Vec<At<'a>>,
    pub(super) is_required: bool,
    pub(super) pointer: String,
}

/// Two components in the same position, by their references.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Pair {
    pub(super) old: String,
    pub(super) new: String,
}

/// What the comparison of an operation or a pair found.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub(super) differences: Vec<Difference>,
    /// The pairs that it uses; those of a pair have no role of their own.
    pub(super) pairs: BTreeSet<(Option<Role>, Pair)>,
}

/// The new references of renamed components, by the old ones.
pub(super) type Renames = BTreeMap<String, String>;

pub(super) struct Walk<'a> {
    pub(super) old: &'a Description,
    pub(super) new: &'a Description,
    renames: &'a Renames,
    pub(super) pairs: BTreeMap<Pair, Found>,
    /// Pairs that are still to be compared.
    waiting: Vec<Pair>,
    /// Components whose contents were compared where they are used: in an `allOf`, or as a wrapper
    /// of another.
    pub(super) merged: [BTreeSet<String>; 2],
    /// Components that may be each other's new name.
    pub(super) candidates: BTreeSet<Pair>,
    pub(super) found: Found,
    pub(super) role: Option<Role>,
    pub(super) parameter: Option<String>,
    /// The positions that this comparison has been to, with all their parts: an inline schema may meet a
    /// recursive one.
    pub(super) seen: BTreeSet<[Vec<String>; 2]>,
}

impl<'a> Walk<'a> {
    pub(super) fn new(old: &'a Description, new: &'a Description, renames: &'a Renames) -> Self {
        Self {
            old,
            new,
            renames,
            pairs: BTreeMap::new(),
            waiting: Vec::new(),
            merged: Default::default(),
            candidates: BTreeSet::new(),
            found: Found::default(),
            role: None,
            parameter: None,
            seen: BTreeSet::new(),
        }
    }

    /// What was found since the last time.
    pub(super) fn take(&mut self) -> Found {
        self.seen.clear();
        mem::take(&mut self.found)
    }

    /// Compares all pending pairs.
    pub(super) fn run(&mut self) {
        while let Some(pair) = self.waiting.pop() {
            let sides = (self.old.at(&pair.old), self.new.at(&pair.new));
            let kind = component(&pair.new).and_then(|(section, _)| kind_of(section));
            match (sides, kind) {
                ((Some(old), Some(new)), Some(kind)) if kind.is(&SCHEMA) => {
                    self.contents(&[old], &[new], false);
                }
                ((Some(old), Some(new)), Some(kind)) => self.keywords(kind, &old, &new),
                _ => {}
            }
            let found = self.take();
            self.pairs.insert(pair, found);
        }
    }

    /// Two components are used in the same position.
    pub(super) fn meet(&mut self, old: &str, new: &str) {
        let pair = Pair {
            old: old.to_owned(),
            new: new.to_owned(),
        };
        if old != new {
            self.candidates.insert(pair.clone());
        }
        if !self.pairs.contains_key(&pair) {
            self.pairs.insert(pair.clone(), Found::default());
            self.waiting.push(pair.clone());
        }
        self.found.pairs.insert((self.role, pair));
    }

    /// Compares two nodes in the same position, or what they refer to.
    pub(super) fn node(&mut self, kind: &'static Kind, old: &[At<'a>], new: &[At<'a>]) {
        if kind.is(&SCHEMA) {
            return self.schema(old, new, false);
        }
        let ([old], [new]) = (old, new) else { return };
        match (old.text("$ref"), new.text("$ref")) {
            (Some(was), Some(is)) if component(was).is_some() && component(is).is_some() => {
                self.meet(was, is);
                // OpenAPI ignores keywords beside a reference.
                if !self.is_same(old.value, new.value) {
                    self.form(kind, was, is, &new.pointer);
                }
            }
            (was, is) => {
                if was != is {
                    let [was, is] = [was, is].map(|side| side.unwrap_or("inline"));
                    self.form(kind, was, is, &new.pointer);
                }
                let sides = (self.old.resolve(old.clone()), self.new.resolve(new.clone()));
                self.keywords(kind, &sides.0, &sides.1);
            }
        }
    }

    /// Compares the keywords of two nodes that are no references.
    fn keywords(&mut self, kind: &'static Kind, old: &At<'a>, new: &At<'a>) {
        for keyword in kind.keywords {
            self.keyword(kind, keyword, old, new);
        }
        self.unknown(kind, old, new);
    }

    /// Keywords that are not in the vocabulary.
    pub(super) fn unknown(&mut self, kind: &'static Kind, old: &At<'a>, new: &At<'a>) {
        let names = old.members().into_iter().chain(new.members());
        let names: BTreeSet<String> = names.map(|(name, _)| name).collect();
        for name in names.iter().filter(|name| kind.keyword(name).is_none()) {
            self.value(kind, name, old, new);
        }
    }

    pub(super) fn keyword(
        &mut self,
        kind: &'static Kind,
        keyword: &'static Keyword,
        old: &At<'a>,
        new: &At<'a>,
    ) {
        let (was, is) = (old.child(keyword.name), new.child(keyword.name));
        if (was.iter().chain(&is)).any(|at| mismatch(at.value, keyword.meaning).is_some()) {
            let sides = [was, is].map(|side| side.map(|at| at.value.clone()));
            return self.malformed(kind, keyword.name, sides, &new.pointer);
        }
        match (keyword.meaning, was, is) {
            (Meaning::Prose | Meaning::Own(_), ..) => {}
            (Meaning::Node(inner), Some(was), Some(is)) => self.node(inner, &[was], &[is]),
            (Meaning::Node(inner), was, is) if inner.is(&SCHEMA) => {
                self.schema(&Vec::from_iter(was), &Vec::from_iter(is), false);
            }
            (Meaning::List(inner) | Meaning::Sorted(inner) | Meaning::Ordered(inner), was, is) => {
                let sides = [was, is].map(|side| members(side, inner.is(&TAG)));
                self.members(kind, inner, keyword.name, sides);
            }
            _ => self.value(kind, keyword.name, old, new),
        }
    }

    /// Compares values of a type that cannot be read any further.
    pub(super) fn malformed(
        &mut self,
        kind: &'static Kind,
        keyword: &str,
        [old, new]: [Option<Value>; 2],
        pointer: &str,
    ) {
        if old != new {
            self.differ(kind, keyword, What::Malformed { old, new }, pointer, false);
        }
    }

    /// Compares the values of a keyword strictly.
    fn value(&mut self, kind: &'static Kind, keyword: &str, old: &At<'a>, new: &At<'a>) {
        let [was, is] = [old, new].map(|at| at.value.get(keyword).cloned());
        if was != is {
            let what = What::Value { old: was, new: is };
            self.differ(kind, keyword, what, &new.pointer, false);
        }
    }

    /// Compares the members that both sides have as nodes of a kind, and reports the others.
    pub(super) fn members(
        &mut self,
        kind: &'static Kind,
        inner: &'static Kind,
        keyword: &str,
        sides: [Vec<Member<'a>>; 2],
    ) {
        for (old, new) in self.common(kind, keyword, sides) {
            self.node(inner, &old.place, &new.place);
        }
    }

    /// Reports the members that one side lacks. Returns those that both have.
    pub(super) fn common(
        &mut self,
        kind: &'static Kind,
        keyword: &str,
        [old, new]: [Vec<Member<'a>>; 2],
    ) -> Vec<(Member<'a>, Member<'a>)> {
        for member in &old {
            if !new.iter().any(|other| other.name == member.name) {
                let what = What::Removed(member.name.clone());
                self.differ(kind, keyword, what, &member.pointer, member.is_required);
            }
        }
        let mut common = Vec::new();
        for member in new {
            match old.iter().find(|other| other.name == member.name) {
                Some(former) => common.push((former.clone(), member)),
                None => {
                    let what = What::Added(member.name.clone());
                    self.differ(kind, keyword, what, &member.pointer, member.is_required);
                }
            }
        }
        common
    }

    /// Reports another order of the members that both sides have, where the order is a fact.
    pub(super) fn order(
        &mut self,
        kind: &'static Kind,
        keyword: &str,
        [old, new]: [&[Member<'a>]; 2],
        pointer: &str,
    ) {
        let position = |member: &Member<'_>| old.iter().position(|it| it.name == member.name);
        if !new.iter().filter_map(position).is_sorted() {
            self.differ(kind, keyword, What::Order, pointer, false);
        }
    }

    pub(super) fn form(&mut self, kind: &'static Kind, old: &str, new: &str, pointer: &str) {
        let what = What::Form {
            old: old.to_owned(),
            new: new.to_owned(),
        };
        self.differ(kind, "$ref", what, pointer, false);
    }

    pub(super) fn differ(
        &mut self,
        kind: &'static Kind,
        keyword: &str,
        what: What,
        pointer: &str,
        is_required: bool,
    ) {
        self.found.differences.push(Difference {
            pointer: pointer.to_owned(),
            kind,
            keyword: keyword.to_owned(),
            what,
            is_required,
            parameter: self.parameter.clone(),
            role: self.role,
        });
    }

    /// The reference in the new description.
    pub(super) fn renamed<'r>(&'r self, reference: &'r str) -> &'r str {
        let new = self.renames.get(reference);
        new.map_or(reference, String::as_str)
    }

    /// Whether two values are equal, apart from the names of renamed components and the order of
    /// members.
    pub(super) fn is_same(&self, old: &Value, new: &Value) -> bool {
        match (old, new) {
            (Value::String(was), Value::String(is)) => self.renamed(was) == is,
            (Value::Array(was), Value::Array(is)) => {
                was.len() == is.len() && was.iter().zip(is).all(|(was, is)| self.is_same(was, is))
            }
            (Value::Object(was), Value::Object(is)) => {
                let mut was_members = was.iter();
                was.len() == is.len()
                    && was_members
                        .all(|(name, was)| is.get(name).is_some_and(|is| self.is_same(was, is)))
            }
            _ => old == new,
        }
    }
}

impl<'a> Member<'a> {
    pub(super) fn new(name: String, place: Vec<At<'a>>) -> Self {
        let pointer = place.first().map(|at| at.pointer.clone());
        Self {
            name,
            place,
            is_required: false,
            pointer: pointer.unwrap_or_default(),
        }
    }
}

/// The members of a map or list, by name; those of a list without names by position.
pub(super) fn members(of: Option<At<'_>>, have_names: bool) -> Vec<Member<'_>> {
    let members = of.iter().flat_map(At::members);
    let named = members.map(|(key, at)| {
        let name = at.text("name").filter(|_| have_names);
        Member::new(name.map_or(key, str::to_owned), vec![at.clone()])
    });
    named.collect()
}
