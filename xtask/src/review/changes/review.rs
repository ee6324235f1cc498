//! `CHANGES.md`: the report for the reviewer of an import: what changed on the wire, by operations,
//! models and enum values, and what changed in the surface of the crates.

use std::fmt::Write;

use crate::review::diff::{self, Change, Report};
use crate::review::surface::Lines;
use crate::support::markdown::sentence;

const TITLE: &str = "\
<!-- Written by `cargo xtask regenerate` from spec and spec/previous. Do not edit. -->
# Changes since the previous import
";

#[derive(Clone, Copy, PartialEq, Eq)]
enum Section {
    Operations,
    Models,
    EnumValues,
    Whole,
}

const SECTIONS: [(&str, Section); 4] = [
    ("Operations", Section::Operations),
    ("Models", Section::Models),
    ("Enum values", Section::EnumValues),
    ("The description as a whole", Section::Whole),
];

pub(super) fn without_previous() -> String {
    format!(
        "{TITLE}\nThere is no earlier state in `spec/previous` to compare with. The next import \
         that changes something keeps one.\n"
    )
}

pub(super) fn review(report: &Report, lines: &Lines, webhooks: &Lines) -> String {
    let bump = lines.bump(!report.changes.is_empty());
    let mut text = format!(
        "{TITLE}\nFrom {} to {}.\n\nVersion bump: **{bump}** ({}).\n\n",
        sentence(&report.old),
        sentence(&report.new),
        bump.advice()
    );
    text.push_str(&diff::counts(report));
    if report.is_breaking() {
        text.push_str(
            "\n**The wire breaks for existing clients**, whatever the version: decide about each \
             change below.\n",
        );
    }
    if !report.renames.is_empty() {
        text.push_str("\n## Renamed upstream\n\n");
        text.push_str(&diff::renames(report));
    }
    for (title, kind) in SECTIONS {
        let changes: Vec<&Change> = (report.changes.iter())
            .filter(|change| section(change) == kind)
            .collect();
        if !changes.is_empty() {
            let _ = write!(text, "\n## {title}\n");
            text.push_str(&diff::sections(&changes, "###"));
        }
    }
    text.push_str("\n## Surface\n\n");
    if lines.changed.is_empty() {
        text.push_str("The public items of the crate are unchanged.\n");
    }
    text.push_str(&lines.listed());
    if !webhooks.changed.is_empty() {
        let bump = webhooks.bump(false);
        let advice = bump.advice();
        let _ = write!(
            text,
            "\n## Webhooks\n\nVersion bump of `clerk-auth`: **{bump}** ({advice}).\n\n{}",
            webhooks.listed()
        );
    }
    text
}

fn section(change: &Change) -> Section {
    if change.keyword == "enum" {
        Section::EnumValues
    } else if change.pointer.starts_with("#/paths/") {
        Section::Operations
    } else if change.pointer.starts_with("#/components/") {
        Section::Models
    } else {
        Section::Whole
    }
}
