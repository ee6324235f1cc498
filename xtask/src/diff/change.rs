//! What a comparison finds: changes, each with its place, its class on the wire and its impact on
//! callers of the crate, and the verdict that follows from all of them.

use std::collections::BTreeMap;
use std::fmt;

/// What a change means between a client and the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Class {
    /// Requests that were right still are, and answers can be read as before.
    Compatible,
    /// A request that was right may be refused, or do less.
    BreakingForRequests,
    /// An answer may be one that a strict reader of the old description refuses.
    BreakingForResponses,
}

/// What a change means for code that uses the crate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Impact {
    Nothing,
    Addition,
    Deprecation,
    /// Code may no longer compile, or mean something else.
    Breaking,
}

/// The version step that semantic versioning asks for.
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
    /// Names the kind of change: `response-property-removed`.
    pub rule: &'static str,
    /// A JSON pointer into the new description; into the old one for what was removed.
    pub pointer: String,
    /// The operations that it touches, in the order of the description; none for what concerns all.
    pub operations: Vec<OperationName>,
    pub what: String,
    pub class: Class,
    pub impact: Impact,
    /// What to do about it, or why the impact is what it is.
    pub note: Option<String>,
}

/// An operation in the words of the description and of the crate.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct OperationName {
    /// `GetUserList`
    pub id: String,
    /// `GET /users`
    pub call: String,
    /// `users().list()`; empty where the description names no resource.
    pub rust: String,
}

/// A schema, an answer or an operation that has another name and is the same otherwise, or stands in
/// the same places.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Rename {
    /// As in `spec/names.yaml`: `schemas.Session`, `operations.GetSessionList`.
    pub from: String,
    pub to: String,
}

/// All changes from one description to another.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// How the two are called: a file or a revision, and the API version.
    pub old: String,
    pub new: String,
    pub changes: Vec<Change>,
    pub renames: Vec<Rename>,
}

impl Change {
    /// Whether a maintainer must look twice: on the wire or in Rust.
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

    /// How many changes there are of each class and impact.
    pub fn counts(&self) -> BTreeMap<(Class, Impact), usize> {
        let mut counts = BTreeMap::new();
        for change in &self.changes {
            *counts.entry((change.class, change.impact)).or_default() += 1;
        }
        counts
    }
}

impl Bump {
    /// What it means for a version, also before 1.0.
    pub fn advice(self) -> &'static str {
        match self {
            Self::None => "nothing changed, so no release is needed",
            Self::Patch => "`1.2.3` becomes `1.2.4`, and before 1.0 `0.2.3` becomes `0.2.4`",
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
