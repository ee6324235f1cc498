//! Collects what the walk found: which operations each difference reaches and in which roles, and
//! its judgement.

use std::collections::{BTreeMap, BTreeSet};

use super::change::{Change, Class, OperationName, Role};
use super::judge::{self, Direction, Judgement};
use super::walk::{Difference, Found, Pair};

/// What was found in the document itself, and in each operation.
pub(super) type Roots = Vec<(Option<OperationName>, Found)>;

/// The operations that use a pair of components, by role.
type Uses<'r> = BTreeMap<Role, Vec<&'r OperationName>>;

/// All changes, ordered by location.
pub(super) fn changes(pairs: &BTreeMap<Pair, Found>, roots: &Roots) -> Vec<Change> {
    let uses = uses(pairs, roots);
    let mut changes = Changes::new();
    for (name, found) in roots {
        for difference in &found.differences {
            let judgement = judge::judge(difference, difference.role.map(Direction::of));
            add(
                &mut changes,
                difference,
                judgement,
                difference.role,
                name.iter(),
            );
        }
    }
    for (pair, found) in pairs {
        let uses = uses.get(pair);
        for difference in &found.differences {
            for (role, operations) in uses.into_iter().flatten() {
                let judgement = judge::judge(difference, Some(Direction::of(*role)));
                let operations = operations.iter().copied();
                add(&mut changes, difference, judgement, Some(*role), operations);
            }
            if uses.is_none() {
                let judgement = judge::unused(difference);
                add(&mut changes, difference, judgement, None, [].into_iter());
            }
        }
    }
    changes.into_values().collect()
}

/// Which operations reach each pair.
fn uses<'r>(pairs: &BTreeMap<Pair, Found>, roots: &'r Roots) -> BTreeMap<Pair, Uses<'r>> {
    let mut uses: BTreeMap<Pair, Uses<'r>> = BTreeMap::new();
    for (name, found) in roots {
        let Some(name) = name else { continue };
        let with_role = |(role, pair): &(Option<Role>, Pair)| Some((*role.as_ref()?, pair.clone()));
        let mut waiting: Vec<(Role, Pair)> = found.pairs.iter().filter_map(with_role).collect();
        let mut reached = BTreeSet::new();
        while let Some((role, pair)) = waiting.pop() {
            if reached.insert((role, pair.clone())) {
                let inner = pairs.get(&pair).into_iter().flat_map(|found| &found.pairs);
                waiting.extend(inner.map(|(_, pair)| (role, pair.clone())));
                let names = uses.entry(pair).or_default().entry(role).or_default();
                names.push(name);
            }
        }
    }
    uses
}

/// By location, rule and sentence.
type Changes = BTreeMap<(String, String, String), Change>;

/// Adds a change, or the use of a known one.
fn add<'n>(
    changes: &mut Changes,
    difference: &Difference,
    judgement: Judgement,
    role: Option<Role>,
    operations: impl Iterator<Item = &'n OperationName>,
) {
    let Judgement {
        rule,
        class,
        what,
        note,
    } = judgement;
    let key = (difference.pointer.clone(), rule.clone(), what.clone());
    let change = changes.entry(key).or_insert_with(|| Change {
        rule,
        pointer: difference.pointer.clone(),
        keyword: difference.keyword.clone(),
        roles: BTreeSet::new(),
        operations: Vec::new(),
        what,
        class: Class::Compatible,
        note: note.map(str::to_owned),
    });
    change.class = change.class.max(class);
    change.roles.extend(role);
    for operation in operations {
        if !change.operations.contains(operation) {
            change.operations.push(operation.clone());
        }
    }
}
