//! What changed in the public items of a crate, line by line of its record, and the impact of each
//! line on callers.
//!
//! The records come from the emitted code ([`crate::record`]), so this is the only judge of what
//! changes in Rust.

pub mod versions;

mod line;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::fmt::Write;

use self::line::Item;
use crate::support::markdown::block;

/// The effect of a change on code that uses the crate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Impact {
    Nothing,
    Addition,
    Deprecation,
    /// Code may no longer compile, or change its meaning.
    Breaking,
}

/// The version bump that semantic versioning requires.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Bump {
    None,
    Patch,
    Minor,
    Major,
}

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

    /// The bump for the changed lines; `is_other` if something else changed, as the documentation
    /// or what the server does.
    pub fn bump(&self, is_other: bool) -> Bump {
        match self.impact() {
            None if !is_other => Bump::None,
            None | Some(Impact::Nothing) => Bump::Patch,
            Some(Impact::Addition | Impact::Deprecation) => Bump::Minor,
            Some(Impact::Breaking) => Bump::Major,
        }
    }

    /// `1 breaking, 0 deprecated, 2 added, 0 other`.
    pub fn counts(&self) -> String {
        let count = |impact| {
            let of = self.changed.iter().filter(|line| line.impact == impact);
            of.count()
        };
        format!(
            "{} breaking, {} deprecated, {} added, {} other",
            count(Impact::Breaking),
            count(Impact::Deprecation),
            count(Impact::Addition),
            count(Impact::Nothing)
        )
    }

    /// The lines of some impacts as a diff.
    pub fn diff(&self, is_listed: impl Fn(Impact) -> bool) -> String {
        let mut text = String::new();
        for line in self.changed.iter().filter(|line| is_listed(line.impact)) {
            for (mark, side) in [("-", &line.old), ("+", &line.new)] {
                if let Some(side) = side {
                    let _ = writeln!(text, "{mark} {side}");
                }
            }
        }
        text
    }

    /// How many lines changed in which way, and the lines, as Markdown; nothing if none changed.
    pub fn listed(&self) -> String {
        if self.changed.is_empty() {
            return String::new();
        }
        format!(
            "{}.\n\n{}",
            self.counts(),
            block("diff", &self.diff(|_| true))
        )
    }
}

/// Compares two records.
pub fn compare(old: &str, new: &str) -> Lines {
    let (before, after) = (items(old), items(new));
    let keys: BTreeSet<&(&str, &str)> = before.keys().chain(after.keys()).collect();
    let mut lines = Lines::default();
    for key in keys {
        let (one, other) = (before.get(key), after.get(key));
        let both = one.into_iter().chain(other);
        lines.all.extend(both.map(|item| item.line.to_owned()));
        let impact = match (one, other) {
            (Some(one), Some(other)) if one.line == other.line => continue,
            (Some(one), Some(other)) => one.changed_to(other),
            (None, _) => Impact::Addition,
            (Some(_), None) => Impact::Breaking,
        };
        lines.changed.push(Line {
            item: key.0.to_owned(),
            old: one.map(|item| item.line.to_owned()),
            new: other.map(|item| item.line.to_owned()),
            impact,
        });
    }
    lines
}

/// By item; a builder has two lines, one of them for the result of its call.
fn items(text: &str) -> BTreeMap<(&str, &str), Item<'_>> {
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    lines
        .map(|line| {
            let item = Item::of(line);
            let kind = if item.form.starts_with(": call ") {
                "call"
            } else {
                ""
            };
            ((item.name, kind), item)
        })
        .collect()
}

impl Bump {
    /// The consequence for the version, including before 1.0.
    pub fn advice(self) -> &'static str {
        match self {
            Self::None => "nothing changed, no release needed",
            Self::Patch => "`1.2.3` becomes `1.2.4`; before 1.0 `0.2.3` becomes `0.2.4`",
            Self::Minor => "`1.2.3` becomes `1.3.0`; before 1.0 `0.2.3` becomes `0.2.4`",
            Self::Major => {
                "`1.2.3` becomes `2.0.0`; before 1.0 `0.2.3` becomes `0.3.0`, which cargo treats \
                 as incompatible"
            }
        }
    }
}

impl fmt::Display for Impact {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Nothing => "nothing",
            Self::Addition => "addition",
            Self::Deprecation => "deprecation",
            Self::Breaking => "breaking",
        })
    }
}

impl fmt::Display for Bump {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::None => "none",
            Self::Patch => "patch",
            Self::Minor => "minor",
            Self::Major => "major",
        })
    }
}
