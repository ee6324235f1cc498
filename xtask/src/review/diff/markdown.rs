//! The report as Markdown: a count, then the changes, those that break something first.

use std::fmt::Write;

use super::{Change, Class, Report};
use crate::support::markdown::{code, sentence};

/// Operations that are listed with a change; the others are only counted.
const NAMED_OPERATIONS: usize = 3;

/// The sections of changes, by class.
const SECTIONS: [(Class, &str); 3] = [
    (Class::BreakingForRequests, "Breaking for requests"),
    (Class::BreakingForResponses, "Breaking for responses"),
    (Class::Compatible, "Compatible"),
];

/// What changed on the wire.
pub fn markdown(report: &Report) -> String {
    let mut text = format!(
        "# Changes of the API description\n\nFrom {} to {}.\n\n",
        sentence(&report.old),
        sentence(&report.new)
    );
    text.push_str(&counts(report));
    text.push_str(&sections(&report.changes.iter().collect::<Vec<_>>(), "##"));
    if !report.renames.is_empty() {
        text.push_str("\n## Renamed\n\n");
        text.push_str(&renames(report));
    }
    text
}

/// The number of changes of each class.
pub fn counts(report: &Report) -> String {
    if report.changes.is_empty() {
        return "Nothing changed on the wire.\n".to_owned();
    }
    let mut text = "| on the wire | changes |\n|---|---|\n".to_owned();
    for (class, count) in report.counts() {
        let _ = writeln!(text, "| {class} | {count} |");
    }
    text
}

/// The changes by class, each class under a heading of this level.
pub fn sections(changes: &[&Change], level: &str) -> String {
    let mut text = String::new();
    for (class, title) in SECTIONS {
        let mut changes = changes
            .iter()
            .filter(|change| change.class == class)
            .peekable();
        if changes.peek().is_some() {
            let _ = write!(text, "\n{level} {title}\n\n");
        }
        text.extend(changes.map(|change| change_line(change)));
    }
    text
}

/// Locations as pins are written.
pub fn renames(report: &Report) -> String {
    let mut text = "Locations are written as in `spec/names.yaml`.\n\n".to_owned();
    for rename in &report.renames {
        let _ = writeln!(text, "- {} is now {}", code(&rename.from), code(&rename.to));
    }
    text
}

/// One change as a list item.
fn change_line(change: &Change) -> String {
    let mut text = format!("- {}", said(&change.what));
    if let Some(note) = &change.note {
        let _ = write!(text, " {}", said(note));
    }
    let _ = write!(text, "\n  {}", code(&change.pointer));
    let named: Vec<String> = (change.operations.iter())
        .take(NAMED_OPERATIONS)
        .map(|operation| match operation.rust.as_str() {
            "" => code(&operation.id),
            rust => code(rust),
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
fn said(text: &str) -> String {
    let mut letters = text.chars();
    match letters.next() {
        Some(first) => {
            let capital = first.to_uppercase();
            sentence(&format!("{capital}{}", letters.as_str())) + "."
        }
        None => String::new(),
    }
}
