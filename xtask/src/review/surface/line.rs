//! One line of a record: an item, its form, and what it needs and offers.

use std::collections::BTreeSet;

use super::Impact;

pub(super) struct Item<'a> {
    pub(super) line: &'a str,
    /// `models::User.banned`.
    pub(super) name: &'a str,
    /// The rest, without the following: `: Option<bool>`, `(&self, user_id: …) -> Get<C>`.
    pub(super) form: &'a str,
    is_deprecated: bool,
    traits: BTreeSet<&'a str>,
    /// Conditions that all apply; of each, one feature is enough.
    gate: Vec<BTreeSet<&'a str>>,
}

impl<'a> Item<'a> {
    pub(super) fn of(line: &'a str) -> Self {
        let (rest, gate) = line.split_once(", if ").unwrap_or((line, ""));
        let (rest, traits) = rest.split_once(", impls ").unwrap_or((rest, ""));
        let is_deprecated = rest.ends_with(", deprecated");
        let rest = rest.strip_suffix(", deprecated").unwrap_or(rest);
        let ends = rest.find('(').into_iter().chain(rest.find(": "));
        let (name, form) = rest.split_at(ends.min().unwrap_or(rest.len()));
        Self {
            line,
            name,
            form,
            is_deprecated,
            traits: traits
                .split(" + ")
                .filter(|name| !name.is_empty())
                .collect(),
            gate: conditions(gate),
        }
    }

    /// The impact of becoming the other.
    pub(super) fn changed_to(&self, new: &Self) -> Impact {
        let takes_more = self.form != new.form
            && nullable(self.form) == nullable(new.form)
            && new.form.contains("impl Into<Nullable<");
        let is_same = self.form == new.form || only_renames_arguments(self.form, new.form);
        let is_kept = (is_same || takes_more)
            && new.exists_where(self)
            && new.traits.is_superset(&self.traits);
        let is_more = takes_more || self.gate != new.gate || self.traits != new.traits;
        match (is_kept, new.is_deprecated && !self.is_deprecated, is_more) {
            (false, ..) => Impact::Breaking,
            (true, true, _) => Impact::Deprecation,
            (true, false, true) => Impact::Addition,
            (true, false, false) => Impact::Nothing,
        }
    }

    /// Whether it exists with all features with which the other does: each of its conditions
    /// follows from one of the other's.
    fn exists_where(&self, other: &Self) -> bool {
        self.gate.iter().all(|needed| {
            let mut known = other.gate.iter();
            known.any(|known| known.is_subset(needed))
        })
    }
}

/// The features of each condition. A condition of another form is compared as it is.
fn conditions(gate: &str) -> Vec<BTreeSet<&str>> {
    let all = gate
        .strip_prefix("all(")
        .and_then(|gate| gate.strip_suffix(')'));
    let all = all.map_or_else(|| split(gate), split);
    all.into_iter()
        .filter(|condition| !condition.is_empty())
        .map(|condition| {
            let any = condition.strip_prefix("any(");
            let any = any.and_then(|any| any.strip_suffix(')'));
            any.map_or_else(
                || BTreeSet::from([condition]),
                |any| split(any).into_iter().collect(),
            )
        })
        .collect()
}

/// Splits at commas that are inside no brackets.
fn split(text: &str) -> Vec<&str> {
    let mut depth = 0_i32;
    let mut previous = ' ';
    let parts = text.split(move |character| {
        match character {
            '(' | '<' | '[' => depth += 1,
            // Not that of an arrow.
            '>' if previous == '-' => {}
            ')' | '>' | ']' => depth -= 1,
            _ => {}
        }
        previous = character;
        character == ',' && depth == 0
    });
    parts.map(str::trim).collect()
}

/// A setter's form as it would be if the value could be null: both accept the same values.
fn nullable(form: &str) -> String {
    let Some((start, rest)) = form.split_once("(self, value: ") else {
        return form.to_owned();
    };
    let ty = rest.strip_suffix(") -> Self").unwrap_or(rest);
    let inner = ["impl Into<Nullable<", "impl Into<"]
        .into_iter()
        .find_map(|start| {
            let closing = if start.contains("Nullable") {
                ">>"
            } else {
                ">"
            };
            ty.strip_prefix(start)?.strip_suffix(closing)
        });
    format!("{start}({})", inner.unwrap_or(ty))
}

/// Whether only the names of arguments differ, and none of them is now the name of another: then
/// calls keep their meaning.
fn only_renames_arguments(old: &str, new: &str) -> bool {
    let parts = |form: &'_ str| -> Option<(Vec<(String, String)>, String)> {
        let (arguments, result) = form.strip_prefix('(')?.rsplit_once(')')?;
        let arguments = split(arguments).into_iter();
        let arguments = arguments.map(|argument| match argument.split_once(": ") {
            Some((name, ty)) => (name.to_owned(), ty.to_owned()),
            None => (String::new(), argument.to_owned()),
        });
        Some((arguments.collect(), result.to_owned()))
    };
    let (Some((was, old)), Some((is, new))) = (parts(old), parts(new)) else {
        return false;
    };
    let types = |arguments: &[(String, String)]| -> Vec<String> {
        arguments.iter().map(|(_, ty)| ty.clone()).collect()
    };
    let mut pairs = was.iter().zip(&is);
    let is_moved = pairs
        .any(|(before, after)| before.0 != after.0 && was.iter().any(|(name, _)| *name == after.0));
    old == new && types(&was) == types(&is) && !is_moved
}

#[cfg(test)]
mod tests {
    use super::super::compare;
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
        let both = "models::Kind: struct, if all(feature = \"blocking\", feature = \"users\")";
        for (wider, narrower) in [
            (two, one),
            (none, two),
            (none, one),
            (one, both),
            (two, both),
        ] {
            assert_eq!(impact(narrower, wider), Some(Impact::Addition), "{wider}");
            assert_eq!(
                impact(wider, narrower),
                Some(Impact::Breaking),
                "{narrower}"
            );
        }
        let other = "models::Kind: struct, if feature = \"sessions\"";
        assert_eq!(impact(one, other), Some(Impact::Breaking));
        let not = "models::Kind: struct, if not(feature = \"users\")";
        assert_eq!(impact(one, not), Some(Impact::Breaking));
    }

    #[test]
    fn a_type_that_loses_a_trait_breaks_callers() {
        let plain = "models::Kind: struct, impls Clone + Debug, if feature = \"users\"";
        let more = "models::Kind: struct, impls Clone + Debug + Eq, if feature = \"users\"";
        assert_eq!(impact(plain, more), Some(Impact::Addition));
        assert_eq!(impact(more, plain), Some(Impact::Breaking));
    }

    #[test]
    fn a_struct_that_becomes_a_union_breaks_callers() {
        let (old, new) = ("models::Kind: struct", "models::Kind: union by \"object\"");
        assert_eq!(impact(old, new), Some(Impact::Breaking));
    }

    #[test]
    fn names_of_arguments_matter_only_if_they_are_exchanged() {
        let method =
            |arguments: &str| format!("resources::users::Users::get({arguments}) -> Get<C>");
        let old = method("&self, user_id: impl Into<String>, at: impl Into<String>");
        let renamed = method("&self, id: impl Into<String>, at: impl Into<String>");
        let exchanged = method("&self, at: impl Into<String>, user_id: impl Into<String>");
        let retyped = method("&self, user_id: i64, at: impl Into<String>");
        assert_eq!(impact(&old, &renamed), Some(Impact::Nothing));
        assert_eq!(impact(&old, &exchanged), Some(Impact::Breaking));
        assert_eq!(impact(&old, &retyped), Some(Impact::Breaking));
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
