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
