//! The result of a comparison: changes, each with its location, its class on the wire and its
//! impact on callers of the crate, and the version bump that follows.

use std::collections::BTreeMap;
use std::fmt;

/// The effect of a change between client and server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Class {
    /// Valid requests stay valid, and responses can be read as before.
    Compatible,
    /// A valid request may be rejected, or do less.
    BreakingForRequests,
    /// A strict reader of the old description may reject a response.
    BreakingForResponses,
}

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

/// One change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The kind of change: `response-property-removed`.
    pub rule: &'static str,
    /// A JSON pointer into the new description; for removals, into the old one.
    pub pointer: String,
    /// The affected operations, in the order of the description; empty for changes of the whole.
    pub operations: Vec<OperationName>,
    pub what: String,
    pub class: Class,
    pub impact: Impact,
    /// How to handle it, or the reason for the impact.
    pub note: Option<String>,
}

/// An operation, as the description and the crate name it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct OperationName {
    /// `GetUserList`
    pub id: String,
    /// `GET /users`
    pub call: String,
    /// `users().list()`; empty if the description names no resource.
    pub rust: String,
}

/// A schema, response or operation that was renamed and is otherwise the same, or used in the same
/// positions.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Rename {
    /// As in `spec/names.yaml`: `schemas.Session`, `operations.GetSessionList`.
    pub from: String,
    pub to: String,
}

/// All changes between two descriptions.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// The labels of both: a file or a revision, and the API version.
    pub old: String,
    pub new: String,
    pub changes: Vec<Change>,
    pub renames: Vec<Rename>,
}

impl Change {
    /// Whether a maintainer must review it: it breaks on the wire or in Rust.
    pub fn is_breaking(&self) -> bool {
        self.class != Class::Compatible || self.impact == Impact::Breaking
    }

    pub fn bump(&self) -> Bump {
        match self.impact {
            Impact::Nothing => Bump::Patch,
            Impact::Addition | Impact::Deprecation => Bump::Minor,
            Impact::Breaking => Bump::Major,
        }
    }
}

impl Report {
    pub fn bump(&self) -> Bump {
        self.changes
            .iter()
            .map(Change::bump)
            .max()
            .unwrap_or(Bump::None)
    }

    /// 0 for no change, 1 for compatible changes, 2 if any change breaks something.
    pub fn status(&self) -> u8 {
        if self.changes.is_empty() {
            0
        } else {
            1 + u8::from(self.changes.iter().any(Change::is_breaking))
        }
    }

    /// The number of changes by class and impact.
    pub fn counts(&self) -> BTreeMap<(Class, Impact), usize> {
        let mut counts = BTreeMap::new();
        for change in &self.changes {
            *counts.entry((change.class, change.impact)).or_default() += 1;
        }
        counts
    }
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

impl fmt::Display for Class {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Compatible => "compatible",
            Self::BreakingForRequests => "breaking for requests",
            Self::BreakingForResponses => "breaking for responses",
        })
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

impl fmt::Display for OperationName {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.id)
    }
}
