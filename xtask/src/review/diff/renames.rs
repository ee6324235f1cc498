//! Components that were only renamed: a bundler numbers and prefixes them again whenever their
//! neighbours change.
//!
//! Two names are one schema if the old name is gone, the new one did not exist before, both are
//! used in the same positions, and their contents are equal or nearly so.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::Description;
use super::schema::{Kind, Schema};
use super::walk::{PairKey, Renames, Walk};
use crate::support::pointer;

/// The renames that a first walk without any renames finds.
pub(super) fn find(walk: &Walk<'_>) -> Renames {
    let mut candidates: Vec<(u32, &PairKey)> = walk
        .pairs
        .keys()
        .filter(|key| key.old != key.new && !has(walk.new, &key.old) && !has(walk.old, &key.new))
        .map(|key| (likeness(walk, key), key))
        .filter(|(likeness, _)| *likeness >= 50)
        .collect();
    candidates.sort_by(|left, right| right.0.cmp(&left.0).then_with(|| left.1.cmp(right.1)));
    let mut renames = BTreeMap::new();
    let mut taken = BTreeSet::new();
    for (_, key) in candidates {
        if !renames.contains_key(&key.old) && taken.insert(&key.new) {
            renames.insert(key.old.clone(), key.new.clone());
        }
    }
    renames
}

fn has(side: &Description, name: &str) -> bool {
    side.component(name).is_some()
}

/// How similar two schemas are, as the percentage of shared parts.
fn likeness(walk: &Walk<'_>, key: &PairKey) -> u32 {
    let schema = |side: &Description, name: &str| {
        Schema::of(
            side,
            &serde_json::json!({ "$ref": pointer::child("#/components/schemas", name) }),
        )
    };
    let (old, new) = (schema(walk.old, &key.old), schema(walk.new, &key.new));
    if old.kind.word() != new.kind.word() {
        return 0;
    }
    let (old, new) = (parts(&old), parts(&new));
    let all = old.union(&new).count();
    let shared = old.intersection(&new).count();
    match u32::try_from(100 * shared / all.max(1)) {
        Ok(_) if all == 0 => 100,
        Ok(likeness) => likeness,
        Err(_) => 0,
    }
}

/// The parts of a schema, one level deep.
fn parts(schema: &Schema) -> BTreeSet<String> {
    match &schema.kind {
        Kind::Struct { properties, .. } => properties.keys().cloned().collect(),
        Kind::Union { kinds, .. } => kinds.keys().cloned().collect(),
        _ => schema.values.iter().map(Value::to_string).collect(),
    }
}
