//! The result of a comparison: changes, each with its location and its class on the wire.

use std::collections::{BTreeMap, BTreeSet};
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

/// Where an operation uses what changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    Request,
    /// A response with a status of success.
    Response,
    /// A response with another status.
    Failure,
    /// The data of an event.
    Webhook,
}

/// One change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The kind of change: `response-property-removed`.
    pub rule: String,
    /// A JSON pointer into the new description; for removals, into the old one.
    pub pointer: String,
    /// The keyword there that differs.
    pub keyword: String,
    /// Empty for changes of the whole, and for components that no operation uses.
    pub roles: BTreeSet<Role>,
    /// The affected operations, in the order of the description; empty for changes of the whole.
    pub operations: Vec<OperationName>,
    pub what: String,
    pub class: Class,
    /// How to handle it.
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
    /// Whether it breaks requests or responses.
    pub fn is_breaking(&self) -> bool {
        self.class != Class::Compatible
    }
}

impl Report {
    /// The number of changes by class.
    pub fn counts(&self) -> BTreeMap<Class, usize> {
        let mut counts = BTreeMap::new();
        for change in &self.changes {
            *counts.entry(change.class).or_default() += 1;
        }
        counts
    }

    pub fn is_breaking(&self) -> bool {
        self.changes.iter().any(Change::is_breaking)
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

impl fmt::Display for Role {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Request => "request",
            Self::Response => "response",
            Self::Failure => "failure",
            Self::Webhook => "webhook",
        })
    }
}
