//! What a maintainer does in `spec/names.yaml` when upstream gives something another name.

use std::path::Path;

use super::previous::Previous;
use crate::diff::{self, Description, Rename};
use crate::error::{Findings, Result};
use crate::load;
use crate::names::Names;
use crate::naming::upper_camel_case;

const FILE: &str = "spec/names.yaml";

/// A line for each rename, and one for each edit of the pins that keeps the Rust names.
pub fn advice(root: &Path, renames: &[Rename]) -> Result<Vec<String>> {
    if renames.is_empty() {
        return Ok(Vec::new());
    }
    let names = if root.join(FILE).exists() {
        Names::read(root)?
    } else {
        Names::default()
    };
    let mut lines = Vec::new();
    for rename in renames {
        lines.push(format!(
            "upstream calls `{}` `{}` now",
            rename.from, rename.to
        ));
        lines.extend(
            edits(&names, rename)
                .into_iter()
                .map(|edit| format!("  {edit}")),
        );
    }
    Ok(lines)
}

/// The faults of the description at `imported`, with the edits of the pins that are likely to mend
/// them; `None` where nothing was renamed.
pub fn advised(root: &Path, imported: &Path, findings: &Findings) -> Option<Findings> {
    let edits = needed(root, imported).ok()?;
    if edits.is_empty() {
        return None;
    }
    let help = format!("edit {FILE}:\n    {}", edits.join("\n    "));
    let mut advised = Findings::new();
    let mut is_said = false;
    for error in findings.iter() {
        // Vanished pins are what such an edit is for.
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
            "upstream has renamed what pins and other files name, which may be the cause",
            help,
        );
    }
    Some(advised)
}

/// Edits for what the description calls otherwise than the state before it.
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

/// The edits that one rename asks for; none where the pins are at their new places already.
fn edits(names: &Names, rename: &Rename) -> Vec<String> {
    let mut edits: Vec<String> = names
        .pins_below(&rename.from)
        .map(|(location, name)| {
            let rest = location.strip_prefix(&rename.from).unwrap_or_default();
            format!("`{location}: {name}` becomes `{}{rest}: {name}`", rename.to)
        })
        .collect();
    let is_pinned = |pinned: &str| {
        names
            .pins_below(pinned)
            .any(|(location, _)| location == pinned)
    };
    // Schemas are types under their own names.
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
