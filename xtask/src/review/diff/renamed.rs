//! Components that were only renamed: a bundler numbers and prefixes them again whenever their
//! neighbours change.
//!
//! Two names are one component if the old name is gone, the new one did not exist before, both are
//! used in the same positions, and their contents are equal or nearly so.

use std::collections::BTreeSet;

use super::description::component;
use super::schema::Schema;
use super::walk::{Pair, Renames, Walk};

/// The lowest likeness of a renamed schema, in percent.
const LEAST: usize = 50;

/// The renames among the candidates of a walk.
pub(super) fn find(walk: &Walk<'_>) -> Renames {
    let mut candidates: Vec<(usize, &Pair)> = (walk.candidates.iter())
        .filter(|pair| walk.new.at(&pair.old).is_none() && walk.old.at(&pair.new).is_none())
        .filter_map(|pair| Some((likeness(walk, pair)?, pair)))
        .filter(|(likeness, _)| *likeness >= LEAST)
        .collect();
    candidates.sort_by(|left, right| right.0.cmp(&left.0).then_with(|| left.1.cmp(right.1)));
    let mut renames = Renames::new();
    let mut taken = BTreeSet::new();
    for (_, pair) in candidates {
        if !renames.contains_key(&pair.old) && taken.insert(&pair.new) {
            renames.insert(pair.old.clone(), pair.new.clone());
        }
    }
    renames
}

/// How similar two components are: the percentage of shared parts, one level deep. `None` if they
/// are of different kinds.
fn likeness(walk: &Walk<'_>, pair: &Pair) -> Option<usize> {
    let (section, _) = component(&pair.old)?;
    if component(&pair.new)?.0 != section {
        return None;
    }
    if section != "schemas" {
        return Some(100);
    }
    let old = Schema::of(walk.old, &[walk.old.at(&pair.old)?]);
    let new = Schema::of(walk.new, &[walk.new.at(&pair.new)?]);
    if old.shape() != new.shape() {
        return None;
    }
    let (old, new) = (parts(&old), parts(&new));
    let all = old.union(&new).count();
    let shared = old.intersection(&new).count();
    Some((100 * shared).checked_div(all).unwrap_or(100))
}

fn parts(schema: &Schema<'_>) -> BTreeSet<String> {
    let values = schema.values().into_iter().flatten();
    let alternatives = ["oneOf", "anyOf"].map(|keyword| schema.alternatives(keyword));
    let alternatives = alternatives.into_iter().flatten();
    let values = values.map(|value| value.to_string());
    (values.chain(alternatives.map(|at| at.value.to_string())))
        .chain(schema.properties().into_keys())
        .chain(schema.tags().into_keys())
        .collect()
}
