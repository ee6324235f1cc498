//! The report as Markdown: the version bump, a count, then the changes, those that break callers
//! first.

use std::fmt::Write;

use super::{Change, Class, Impact, Report};
use crate::support::markdown::{self, code};

/// Operations that are listed with a change; the others are only counted.
const NAMED_OPERATIONS: usize = 3;

/// The sections, by impact.
const SECTIONS: [(Impact, &str); 4] = [
    (Impact::Breaking, "Breaking in Rust"),
    (Impact::Deprecation, "Deprecated"),
    (Impact::Addition, "Added"),
    (Impact::Nothing, "No change in Rust"),
];

/// The whole report.
pub fn markdown(report: &Report) -> String {
    let mut text = format!(
        "# Changes of the API description\n\nFrom {} to {}.\n\n",
        markdown::sentence(&report.old),
        markdown::sentence(&report.new)
    );
    text.push_str(&summary(report));
    for (impact, title) in SECTIONS {
        let changes: Vec<&Change> = report
            .changes
            .iter()
            .filter(|change| change.impact == impact)
            .collect();
        if changes.is_empty() {
            continue;
        }
        let _ = write!(text, "\n## {title}\n\n");
        for change in changes {
            text.push_str(&change_line(change));
        }
    }
    if !report.renames.is_empty() {
        text.push_str("\n## Renamed\n\nLocations are written as in `spec/names.yaml`.\n\n");
        for rename in &report.renames {
            let _ = writeln!(text, "- {} is now {}", code(&rename.from), code(&rename.to));
        }
    }
    text
}

/// The version bump and the number of changes of each kind.
pub fn summary(report: &Report) -> String {
    let bump = report.bump();
    let mut text = format!("Version bump: **{bump}** ({}).\n", bump.advice());
    if report.changes.is_empty() {
        return text;
    }
    text.push_str("\n| on the wire | in Rust | changes |\n|---|---|---|\n");
    for ((class, impact), count) in report.counts() {
        let _ = writeln!(text, "| {class} | {impact} | {count} |");
    }
    text
}

/// One change as a list item.
pub fn change_line(change: &Change) -> String {
    let mut text = format!("- {}", sentence(&change.what));
    match change.class {
        Class::Compatible => {}
        class => {
            let _ = write!(text, " On the wire: **{class}**.");
        }
    }
    if let Some(note) = &change.note {
        let _ = write!(text, " {}", sentence(note));
    }
    let _ = write!(text, "\n  {}", code(&change.pointer));
    let named: Vec<String> = change
        .operations
        .iter()
        .take(NAMED_OPERATIONS)
        .map(|operation| {
            if operation.rust.is_empty() {
                code(&operation.id)
            } else {
                code(&operation.rust)
            }
        })
        .collect();
    if !named.is_empty() {
        let _ = write!(text, " in {}", named.join(", "));
        if let Some(more) = change.operations.len().checked_sub(NAMED_OPERATIONS + 1) {
            let _ = write!(text, " and {} more", more + 1);
        }
    }
    let _ = writeln!(text, " ({})", change.rule);
    text
}

/// With a capital if it begins with a word, and a full stop.
fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    match letters.next() {
        Some(first) => {
            let sentence = format!("{}{}", first.to_uppercase(), letters.as_str());
            markdown::sentence(&sentence) + "."
        }
        None => String::new(),
    }
}
