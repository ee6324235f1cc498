//! The traversal of two schema graphs in parallel: which pairs of components are used in the same
//! positions, and what changed in each.
//!
//! A pair of components is compared once for each role in which operations reach it, so a recursive
//! schema ends the traversal and each change is reported once.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::change::{Change, Class, Impact, OperationName};
use super::description::Description;
use super::schema::Schema;
use super::{rust, schemas};
use crate::normalise::Location;
use crate::support::pointer;

/// How a schema is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Role {
    /// A path or query parameter.
    Parameter,
    /// A JSON body: its properties are arguments and setters.
    Body,
    /// A form: its parts are texts and one file.
    Form,
    /// Nested in a body.
    Sent,
    Received,
    /// The body of an error, which the crate keeps as raw JSON without a type of its own.
    Failure,
}

impl Role {
    pub(super) fn is_request(self) -> bool {
        !matches!(self, Self::Received | Self::Failure)
    }

    /// The part of an impact that callers notice.
    pub(super) fn impact(self, impact: Impact) -> Impact {
        match self {
            Self::Failure => Impact::Nothing,
            _ => impact,
        }
    }

    /// The role of nested schemas.
    pub(super) fn inner(self) -> Self {
        match self {
            Self::Body => Self::Sent,
            other => other,
        }
    }

    /// The class of a change that restricts requests or extends responses.
    pub(super) fn breaking(self) -> Class {
        if self.is_request() {
            Class::BreakingForRequests
        } else {
            Class::BreakingForResponses
        }
    }

    /// The name of the rule for requests or for responses.
    pub(super) fn rule(self, request: &'static str, response: &'static str) -> &'static str {
        if self.is_request() { request } else { response }
    }
}

/// The current location on both sides.
#[derive(Clone, Debug)]
pub(super) struct Spot {
    pub(super) role: Role,
    pub(super) old: At,
    pub(super) new: At,
    /// The component that contains the schema.
    pub(super) component: Option<String>,
}

/// A location on one side.
#[derive(Clone, Debug)]
pub(super) struct At {
    pub(super) pointer: String,
    pub(super) location: Location,
}

impl At {
    pub(super) fn new(pointer: impl Into<String>, location: Location) -> Self {
        Self {
            pointer: pointer.into(),
            location,
        }
    }

    fn component(name: &str) -> Self {
        Self::new(
            pointer::child("#/components/schemas", name),
            Location::component(name),
        )
    }

    /// The location of a property, or of another member under a keyword.
    fn child(&self, keyword: &str, name: Option<&str>, location: Location) -> Self {
        let pointer = pointer::child(&self.pointer, keyword);
        Self {
            pointer: match name {
                Some(name) => pointer::child(&pointer, name),
                None => pointer,
            },
            location,
        }
    }
}

impl Spot {
    /// The spot of a property of an object; `sides` contains the object's names.
    pub(super) fn property(&self, walk: &Walk<'_>, name: &str) -> Self {
        let inner = |at: &At, side: &Description| {
            let location = at.location.named(&side.names).property(name);
            at.child("properties", Some(name), location)
        };
        Self {
            role: self.role.inner(),
            old: inner(&self.old, walk.old),
            new: inner(&self.new, walk.new),
            component: self.component.clone(),
        }
    }

    /// The spot of the elements of a list or the values of a map.
    pub(super) fn element(&self, keyword: &str) -> Self {
        let inner = |at: &At| at.child(keyword, None, at.location.element());
        Self {
            role: self.role.inner(),
            old: inner(&self.old),
            new: inner(&self.new),
            component: self.component.clone(),
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct PairKey {
    pub(super) old: String,
    pub(super) new: String,
    pub(super) role: Role,
}

/// The changes of one pair of components, or of one operation.
#[derive(Clone, Debug, Default)]
pub(super) struct Found {
    pub(super) changes: Vec<Change>,
    pub(super) inner: BTreeSet<PairKey>,
}

/// Components by their old and new names.
pub(super) type Renames = BTreeMap<String, String>;

pub(super) struct Walk<'a> {
    pub(super) old: &'a Description,
    pub(super) new: &'a Description,
    pub(super) renames: &'a Renames,
    pub(super) pairs: BTreeMap<PairKey, Found>,
    /// Pairs that are still to be compared.
    waiting: Vec<PairKey>,
    /// Whether this walk collects renames; then any alternative may be the new name of another.
    pub(super) is_searching: bool,
    /// Components of the new description that responses and requests reach.
    pub(super) received: BTreeSet<String>,
    pub(super) sent: BTreeSet<String>,
}

impl<'a> Walk<'a> {
    pub(super) fn new(old: &'a Description, new: &'a Description, renames: &'a Renames) -> Self {
        let (received, sent) = super::reach::components(new);
        Self {
            old,
            new,
            renames,
            pairs: BTreeMap::new(),
            waiting: Vec::new(),
            is_searching: false,
            received,
            sent,
        }
    }

    /// Compares two schemas in the same position.
    pub(super) fn schemas(&mut self, old: &Value, new: &Value, spot: &Spot, found: &mut Found) {
        let before = Schema::of(self.old, old);
        let after = Schema::of(self.new, new);
        match (&before.component, &after.component) {
            (Some(one), Some(other)) => {
                if one != other && self.renames.get(one) != Some(other) {
                    self.replaced(&before, &after, spot, found);
                }
                self.meet(one, other, spot.role, found);
            }
            _ => {
                self.replaced(&before, &after, spot, found);
                let spot = of_components(&before, &after, spot);
                schemas::content(self, &before, &after, &spot, found);
            }
        }
    }

    /// Compares two schemas that have no type of their own: a body, or a page.
    pub(super) fn unnamed(&mut self, old: &Value, new: &Value, spot: &Spot, found: &mut Found) {
        let before = Schema::of(self.old, old);
        let after = Schema::of(self.new, new);
        match (&before.component, &after.component) {
            (Some(one), Some(other)) => self.meet(one, other, spot.role, found),
            _ => {
                let spot = of_components(&before, &after, spot);
                schemas::content(self, &before, &after, &spot, found);
            }
        }
    }

    /// Compares all pending pairs.
    pub(super) fn run(&mut self) {
        while let Some(key) = self.waiting.pop() {
            let reference = |name: &str| {
                let pointer = pointer::child("#/components/schemas", name);
                json!({ "$ref": pointer })
            };
            let before = Schema::of(self.old, &reference(&key.old));
            let after = Schema::of(self.new, &reference(&key.new));
            let spot = Spot {
                role: key.role,
                old: At::component(&key.old),
                new: At::component(&key.new),
                component: Some(key.new.clone()),
            };
            let mut found = Found::default();
            schemas::content(self, &before, &after, &spot, &mut found);
            self.pairs.insert(key, found);
        }
    }

    /// Whether values of a spot are sent and never decoded.
    pub(super) fn is_only_sent(&self, spot: &Spot) -> bool {
        let received = |name: &String| self.received.contains(name);
        spot.role == Role::Sent && !spot.component.as_ref().is_some_and(received)
    }

    /// Whether callers build values of a spot.
    pub(super) fn is_built(&self, spot: &Spot) -> bool {
        let sent = |name: &String| self.sent.contains(name);
        spot.role == Role::Sent || spot.component.as_ref().is_some_and(sent)
    }

    fn meet(&mut self, old: &str, new: &str, role: Role, found: &mut Found) {
        let key = PairKey {
            old: old.to_owned(),
            new: new.to_owned(),
            role,
        };
        if found.inner.insert(key.clone()) && !self.pairs.contains_key(&key) {
            self.pairs.insert(key.clone(), Found::default());
            self.waiting.push(key);
        }
    }

    /// Reports a type of the same kind with another name; its contents are compared separately.
    fn replaced(&self, before: &Schema, after: &Schema, spot: &Spot, found: &mut Found) {
        let named = matches!(spot.role, Role::Parameter | Role::Sent | Role::Received);
        if !named || before.kind.word() != after.kind.word() {
            return;
        }
        let old = rust::type_name(self.old, before, &spot.old.location);
        let new = rust::type_name(self.new, after, &spot.new.location);
        let is_list = matches!(before.kind.word(), "list" | "map");
        // Lists and maps are followed to their elements; enums that are added or removed are not
        // renames.
        let enums = |schema: &Schema| schema.values.len() > 1;
        if old == new || is_list || enums(before) != enums(after) || scalar(before) {
            return;
        }
        found.changes.push(Change {
            rule: spot
                .role
                .rule("request-type-renamed", "response-type-renamed"),
            pointer: spot.new.pointer.clone(),
            operations: Vec::new(),
            what: format!("the type `{old}` was renamed to `{new}`"),
            class: Class::Compatible,
            impact: Impact::Breaking,
            note: Some(format!(
                "if it is the same type, pin `{}: {old}` under `types` in spec/names.yaml to \
                 keep the name",
                rust::within(after, &spot.new.location).path
            )),
        });
    }

    /// All changes, with the operations that they affect. `roots` has the changes of each
    /// operation.
    pub(super) fn finish(mut self, roots: Vec<(OperationName, Found)>) -> Vec<Change> {
        let mut operations: BTreeMap<PairKey, Vec<OperationName>> = BTreeMap::new();
        let mut changes = Vec::new();
        for (name, found) in roots {
            for key in self.reached(&found) {
                operations.entry(key).or_default().push(name.clone());
            }
            changes.extend(found.changes.into_iter().map(|change| Change {
                operations: vec![name.clone()],
                ..change
            }));
        }
        for (key, found) in std::mem::take(&mut self.pairs) {
            let touched = operations.get(&key).cloned().unwrap_or_default();
            changes.extend(found.changes.into_iter().map(|change| Change {
                operations: touched.clone(),
                ..change
            }));
        }
        merge(changes)
    }

    fn reached(&self, root: &Found) -> BTreeSet<PairKey> {
        let mut reached = BTreeSet::new();
        let mut waiting: Vec<&PairKey> = root.inner.iter().collect();
        while let Some(key) = waiting.pop() {
            if reached.insert(key.clone())
                && let Some(found) = self.pairs.get(key)
            {
                waiting.extend(&found.inner);
            }
        }
        reached
    }
}

/// The spot with the names of the components found there.
fn of_components(before: &Schema, after: &Schema, spot: &Spot) -> Spot {
    let mut spot = spot.clone();
    spot.old.location = rust::within(before, &spot.old.location);
    spot.new.location = rust::within(after, &spot.new.location);
    spot
}

/// A schema without a type of its own.
fn scalar(schema: &Schema) -> bool {
    let is_enum = schema.values.len() > 1;
    !is_enum
        && matches!(
            schema.kind.word(),
            "anything" | "boolean" | "integer" | "number" | "string"
        )
}

/// Merges equal changes that several roles or shared parts reported, ordered by location.
fn merge(changes: Vec<Change>) -> Vec<Change> {
    let mut merged: BTreeMap<(String, &'static str, String), Change> = BTreeMap::new();
    for change in changes {
        let key = (change.pointer.clone(), change.rule, change.what.clone());
        match merged.get_mut(&key) {
            None => {
                merged.insert(key, change);
            }
            Some(known) => {
                for operation in change.operations {
                    if !known.operations.contains(&operation) {
                        known.operations.push(operation);
                    }
                }
                known.impact = known.impact.max(change.impact);
                known.class = known.class.max(change.class);
            }
        }
    }
    merged.into_values().collect()
}
