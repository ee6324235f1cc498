//! What changed in the surface of the crate, line by line of `surface.txt`, and the impact of each
//! line on callers.
//!
//! The lines come from the emitted code, so this result does not depend on [`crate::review::diff`].

use std::collections::{BTreeMap, BTreeSet};

use crate::review::diff::Impact;

/// An item that was added, removed or changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// The item without its type: `models::User.banned`, `resources::users::List::limit`.
    pub item: String,
    pub old: Option<String>,
    pub new: Option<String>,
    pub impact: Impact,
}

/// All items of both surfaces, and those that differ.
#[derive(Clone, Debug, Default)]
pub struct Lines {
    pub changed: Vec<Line>,
    /// The lines of both sides; for a changed item the old one first.
    pub all: Vec<String>,
}

impl Lines {
    /// The highest impact of any line; `None` if nothing changed.
    pub fn impact(&self) -> Option<Impact> {
        self.changed.iter().map(|line| line.impact).max()
    }
}

/// Compares two texts of `surface.txt`.
pub fn compare(old: &str, new: &str) -> Lines {
    let (before, after) = (items(old), items(new));
    let keys: BTreeSet<&(&str, &str)> = before.keys().chain(after.keys()).collect();
    let mut lines = Lines::default();
    for key in keys {
        let (one, other) = (before.get(key), after.get(key));
        lines
            .all
            .extend(one.into_iter().chain(other).map(|line| (*line).to_owned()));
        if one == other {
            continue;
        }
        let impact = match (one, other) {
            (None, _) => Impact::Addition,
            (Some(_), None) => Impact::Breaking,
            (Some(one), Some(other)) => changed(one, other),
        };
        lines.changed.push(Line {
            item: key.0.to_owned(),
            old: one.map(|line| (*line).to_owned()),
            new: other.map(|line| (*line).to_owned()),
            impact,
        });
    }
    lines
}

/// By item; a builder has two lines, one of them for the result of its call.
fn items(text: &str) -> BTreeMap<(&str, &str), &str> {
    text.lines()
        .map(|line| {
            let end = line
                .find('(')
                .into_iter()
                .chain(line.find(": "))
                .min()
                .unwrap_or(line.len());
            let (item, rest) = line.split_at(end);
            let kind = if rest.starts_with(": call ") {
                "call"
            } else {
                ""
            };
            ((item, kind), line)
        })
        .collect()
}

fn changed(old: &str, new: &str) -> Impact {
    let (old, was_deprecated) = without_deprecation(old);
    let (new, is_deprecated) = without_deprecation(new);
    let (old_item, old_features) = features(&old);
    let (new_item, new_features) = features(&new);
    let lost = match (&old_features, &new_features) {
        (_, None) => false,
        (None, Some(_)) => true,
        (Some(old), Some(new)) => !old.is_subset(new),
    };
    let widened = nullable(old_item) == nullable(new_item) && old_item != new_item;
    let takes_more = widened && new_item.contains("impl Into<Nullable<");
    if lost || (old_item != new_item && !takes_more) {
        Impact::Breaking
    } else if is_deprecated && !was_deprecated {
        Impact::Deprecation
    } else if takes_more || old_features != new_features {
        Impact::Addition
    } else {
        Impact::Nothing
    }
}

fn without_deprecation(line: &str) -> (String, bool) {
    (
        line.replace(", deprecated", ""),
        line.contains(", deprecated"),
    )
}

/// The item, and the features of which one is needed; `None` if it needs none.
fn features(line: &str) -> (&str, Option<BTreeSet<&str>>) {
    match line.split_once(", if ") {
        Some((item, gate)) => {
            let names = gate.split('"').skip(1).step_by(2).collect();
            (item, Some(names))
        }
        None => (line, None),
    }
}

/// A setter's line as it would be if the value could be null: both forms accept the same values.
fn nullable(item: &str) -> String {
    let (name, rest) = match item.split_once("(self, value: ") {
        Some(parts) => parts,
        None => return item.to_owned(),
    };
    let ty = rest.strip_suffix(") -> Self").unwrap_or(rest);
    let inner = ty
        .strip_prefix("impl Into<Nullable<")
        .and_then(|ty| ty.strip_suffix(">>"))
        .or_else(|| {
            ty.strip_prefix("impl Into<")
                .and_then(|ty| ty.strip_suffix('>'))
        })
        .unwrap_or(ty);
    format!("{name}({inner})")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn impact(old: &str, new: &str) -> Option<Impact> {
        compare(old, new).impact()
    }

    #[test]
    fn added_removed_and_changed_lines_are_classified() {
        let field = "models::User.locked: bool";
        assert_eq!(impact(field, field), None);
        assert_eq!(impact("", field), Some(Impact::Addition));
        assert_eq!(impact(field, ""), Some(Impact::Breaking));
        assert_eq!(
            impact(field, "models::User.locked: Option<bool>"),
            Some(Impact::Breaking)
        );
        assert_eq!(
            impact(field, "models::User.locked: bool, deprecated"),
            Some(Impact::Deprecation)
        );
        assert_eq!(
            impact("models::User.locked: bool, deprecated", field),
            Some(Impact::Nothing)
        );
    }

    #[test]
    fn a_setter_that_also_accepts_null_is_an_addition() {
        let old = "resources::users::List::query(self, value: impl Into<String>) -> Self";
        let new = "resources::users::List::query(self, value: impl Into<Nullable<String>>) -> Self";
        assert_eq!(impact(old, new), Some(Impact::Addition));
        assert_eq!(impact(new, old), Some(Impact::Breaking));
        let flag = "resources::users::List::query(self, value: bool) -> Self";
        let nullable =
            "resources::users::List::query(self, value: impl Into<Nullable<bool>>) -> Self";
        assert_eq!(impact(flag, nullable), Some(Impact::Addition));
    }

    #[test]
    fn an_item_that_needs_fewer_features_is_an_addition() {
        let one = "models::Kind: struct, if feature = \"users\"";
        let two = "models::Kind: struct, if any(feature = \"sessions\", feature = \"users\")";
        let none = "models::Kind: struct";
        assert_eq!(impact(one, two), Some(Impact::Addition));
        assert_eq!(impact(two, none), Some(Impact::Addition));
        assert_eq!(impact(two, one), Some(Impact::Breaking));
        assert_eq!(impact(none, one), Some(Impact::Breaking));
    }

    #[test]
    fn a_builder_and_its_call_are_two_items() {
        let old = "resources::users::List: call -> models::Users\nresources::users::List: struct";
        let new =
            "resources::users::List: call -> Page<models::User>\nresources::users::List: struct";
        let lines = compare(old, new);
        assert_eq!(lines.changed.len(), 1);
        assert_eq!(lines.changed[0].item, "resources::users::List");
    }
}
