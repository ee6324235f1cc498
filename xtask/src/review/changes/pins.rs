//! Edits of the pins that an upstream rename requires.

use std::fmt;
use std::path::Path;

use super::previous;
use crate::input::folder::Folder;
use crate::input::names::Names;
use crate::input::previous::Previous;
use crate::input::{Description, Subject};
use crate::review::diff::{self, Rename};
use crate::support;
use crate::support::edit::Change;
use crate::support::error::{Error, Findings, Result};
use crate::support::naming::upper_camel_case;

/// An upstream rename, with the edits of the pins that keep the Rust names.
#[derive(Debug)]
pub struct Advice {
    pub message: String,
    pub edits: Vec<Edit>,
}

impl fmt::Display for Advice {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.message)?;
        if !self.edits.is_empty() {
            write!(formatter, "\n  --> {}", Subject::Api.names())?;
        }
        for edit in &self.edits {
            write!(formatter, "\n  help: {edit}")?;
        }
        Ok(())
    }
}

/// An edit of a pin.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// The pinned location; `None` to add a pin.
    pub from: Option<String>,
    pub to: String,
    /// The Rust name.
    pub name: String,
}

impl fmt::Display for Edit {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { from, to, name } = self;
        match from {
            Some(from) => write!(formatter, "change `{from}: {name}` to `{to}: {name}`"),
            None => write!(formatter, "add `{to}: {name}` under `types`"),
        }
    }
}

/// What to do about each rename.
pub fn advice(root: &Path, renames: &[Rename]) -> Result<Vec<Advice>, Findings> {
    if renames.is_empty() {
        return Ok(Vec::new());
    }
    let path = Subject::Api.names();
    let names = Findings::gather(|findings| Names::read(Folder::new(root), &path, findings))?;
    let of = |rename: &Rename| Advice {
        message: format!("upstream renamed `{}` to `{}`", rename.from, rename.to),
        edits: edits(&names, rename),
    };
    Ok(renames.iter().map(of).collect())
}

/// Reports each pin of a location that the description does not have, with its new location if
/// upstream renamed something. Unless everything else `is_clean`, other pins that a rename requires
/// are reported too.
pub fn check(
    description: &Description,
    previous: Option<&Previous>,
    is_clean: bool,
    findings: &mut Findings,
) {
    let names = &description.names;
    let mut vanished = names.vanished();
    // Without its id, an operation does not have the location that its pins name.
    if findings.iter().any(is_about_an_id) {
        vanished.retain(|pin| !pin.starts_with("operations."));
    }
    if vanished.is_empty() && is_clean {
        return;
    }
    let edits = previous.map(|previous| needed(description, previous));
    // That a description cannot be compared is among the findings.
    let mut edits = edits.and_then(Result::ok).unwrap_or_default();
    let edit = |edit: &Edit| format!("edit {}:\n    {edit}", names.file());
    for pin in vanished {
        let moved = edits
            .iter()
            .position(|edit| edit.from.as_ref() == Some(&pin));
        let (help, change) = match moved.map(|index| edits.remove(index)) {
            Some(moved) => (edit(&moved), Change::Rename(moved.to)),
            None => (
                "move the pin to the schema's new location, or delete it and mention that in the \
                 changelog"
                    .to_owned(),
                Change::Remove,
            ),
        };
        let message = format!("the description no longer has {pin}");
        let path = match pin.split_once('=') {
            Some((enumeration, value)) => vec!["variants", enumeration, value],
            None => vec!["types", pin.as_str()],
        };
        let remedy = support::edit::Edit::yaml(names.file(), path, change);
        findings.push(Error::new(names.file(), message, help).with_remedy(remedy));
    }
    for needed in edits {
        let message = "upstream renamed something that pins and other files refer to";
        let mut error = Error::new(names.file(), message, edit(&needed));
        // The pin of something that was renamed and still exists is for a person to judge.
        if needed.from.is_none() {
            let facts = Vec::new();
            let value = needed.name.into();
            let path = ["types", needed.to.as_str()];
            let change = Change::Add { value, facts };
            error = error.with_remedy(support::edit::Edit::yaml(names.file(), path, change));
        }
        findings.push(error);
    }
}

fn is_about_an_id(error: &Error) -> bool {
    error.location.ends_with("/operationId") || error.message.ends_with("lacks `operationId`")
}

/// Edits for what the description renamed since the previous state.
fn needed(description: &Description, previous: &Previous) -> Result<Vec<Edit>> {
    let document = description.document.document.clone();
    let current = diff::Description::new("the new description", document)?;
    let report = diff::compare(&previous::description(previous)?, &current);
    let renames = report.renames.iter();
    Ok(renames
        .flat_map(|rename| edits(&description.names, rename))
        .collect())
}

/// The edits that one rename requires; empty if the pins have been moved already.
fn edits(names: &Names, rename: &Rename) -> Vec<Edit> {
    let mut edits: Vec<Edit> = names
        .pins_below(&rename.from)
        .map(|(location, name)| {
            let rest = location.strip_prefix(&rename.from).unwrap_or_default();
            Edit {
                from: Some(location.to_owned()),
                to: format!("{}{rest}", rename.to),
                name: name.to_owned(),
            }
        })
        .collect();
    let is_pinned = |pinned: &str| {
        names
            .pins_below(pinned)
            .any(|(location, _)| location == pinned)
    };
    // Schemas become types under their own names.
    if let (Some(from), Some(to)) = (
        rename.from.strip_prefix("schemas."),
        rename.to.strip_prefix("schemas."),
    ) {
        let (was, now) = (upper_camel_case(from), upper_camel_case(to));
        if was != now && !is_pinned(&rename.from) && !is_pinned(&rename.to) {
            edits.push(Edit {
                from: None,
                to: rename.to.clone(),
                name: was,
            });
        }
    }
    edits
}
