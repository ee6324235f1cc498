//! Edits of `spec/names.yaml` that an upstream rename requires.

use std::fmt;
use std::path::Path;

use super::previous::Previous;
use crate::input::load;
use crate::input::names::Names;
use crate::review::diff::{self, Description, Rename};
use crate::support::error::{Findings, Result};
use crate::support::naming::upper_camel_case;

const FILE: &str = "spec/names.yaml";

/// An upstream rename, with the edits of the pins that keep the Rust names.
#[derive(Debug)]
pub struct Advice {
    pub message: String,
    pub edits: Vec<String>,
}

impl fmt::Display for Advice {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.message)?;
        if !self.edits.is_empty() {
            write!(formatter, "\n  --> {FILE}")?;
        }
        for edit in &self.edits {
            write!(formatter, "\n  help: {edit}")?;
        }
        Ok(())
    }
}

/// What to do about each rename.
pub fn advice(root: &Path, renames: &[Rename]) -> Result<Vec<Advice>> {
    if renames.is_empty() {
        return Ok(Vec::new());
    }
    let names = if root.join(FILE).exists() {
        Names::read(root)?
    } else {
        Names::default()
    };
    let of = |rename: &Rename| Advice {
        message: format!("upstream renamed `{}` to `{}`", rename.from, rename.to),
        edits: edits(&names, rename),
    };
    Ok(renames.iter().map(of).collect())
}

/// The faults of the description at `imported`, with the pin edits that are likely to fix them;
/// `None` if nothing was renamed.
pub fn advised(root: &Path, imported: &Path, findings: &Findings) -> Option<Findings> {
    let edits = needed(root, imported).ok()?;
    if edits.is_empty() {
        return None;
    }
    let help = format!("edit {FILE}:\n    {}", edits.join("\n    "));
    let mut advised = Findings::new();
    let mut is_said = false;
    for error in findings.iter() {
        // Such an edit is the fix for vanished pins.
        let is_pins = error.location == FILE;
        is_said |= is_pins;
        let mut error = error.clone();
        if is_pins {
            error.help.clone_from(&help);
        }
        advised.push(error);
    }
    if !is_said {
        advised.report(
            FILE,
            "upstream renamed schemas or operations that pins and other files refer to",
            help,
        );
    }
    Some(advised)
}

/// Edits for what the description renamed since the previous state.
fn needed(root: &Path, imported: &Path) -> Result<Vec<String>> {
    let Some(previous) = Previous::read(root)? else {
        return Ok(Vec::new());
    };
    let names = Names::read(root)?;
    let document = load::yaml(imported)?;
    let current = Description::new("the new description", document, Names::default())?;
    let report = diff::compare(&previous.description, &current);
    Ok(report
        .renames
        .iter()
        .flat_map(|rename| edits(&names, rename))
        .collect())
}

/// The edits that one rename requires; empty if the pins have been moved already.
fn edits(names: &Names, rename: &Rename) -> Vec<String> {
    let mut edits: Vec<String> = names
        .pins_below(&rename.from)
        .map(|(location, name)| {
            let rest = location.strip_prefix(&rename.from).unwrap_or_default();
            format!(
                "change `{location}: {name}` to `{}{rest}: {name}`",
                rename.to
            )
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
            edits.push(format!("add `{}: {was}` under `types`", rename.to));
        }
    }
    edits
}
