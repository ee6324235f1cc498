//! `CHANGES.md`: the report for the reviewer of an import, by operations, models, enum values and
//! the surface of the crate.

use std::fmt::Write;

use super::surface::Lines;
use crate::review::diff::{Bump, Change, Impact, Report, change_line, summary};

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
    let mut text = format!("{TITLE}\nFrom {} to {}.\n\n", report.old, report.new);
    text.push_str(&summary(report));
    text.push_str(&verdict(report, lines));
    if !report.renames.is_empty() {
        text.push_str(
            "\n## Renamed upstream\n\nLocations are written as in `spec/names.yaml`.\n\n",
        );
        for rename in &report.renames {
            let _ = writeln!(text, "- `{}` is now `{}`", rename.from, rename.to);
        }
    }
    for (title, kind) in SECTIONS {
        let mut changes: Vec<&Change> = report
            .changes
            .iter()
            .filter(|change| section(change) == kind)
            .collect();
        if changes.is_empty() {
            continue;
        }
        // Breaking changes come first.
        changes.sort_by_key(|change| std::cmp::Reverse(change.impact));
        let _ = write!(text, "\n## {title}\n");
        let mut last = None;
        for change in changes {
            if last != Some(change.impact) {
                let _ = write!(text, "\n### {}\n\n", heading(change.impact));
                last = Some(change.impact);
            }
            text.push_str(&change_line(change));
        }
    }
    text.push_str(&surface(lines));
    text.push_str(&of_webhooks(webhooks));
    text
}

/// What changed in `clerk-auth`, with its own version bump.
fn of_webhooks(lines: &Lines) -> String {
    if lines.changed.is_empty() {
        return String::new();
    }
    let bump = bump(lines.impact());
    format!(
        "\n## Webhooks\n\nVersion bump of `clerk-auth`: **{bump}** ({}).\n\n{}",
        bump.advice(),
        listed(lines)
    )
}

fn section(change: &Change) -> Section {
    if change.rule.contains("-enum-value-") {
        Section::EnumValues
    } else if change.pointer.starts_with("#/paths/") {
        Section::Operations
    } else if change.pointer.starts_with("#/components/") {
        Section::Models
    } else {
        Section::Whole
    }
}

fn heading(impact: Impact) -> &'static str {
    match impact {
        Impact::Nothing => "No change in Rust",
        Impact::Addition => "Added",
        Impact::Deprecation => "Deprecated",
        Impact::Breaking => "Breaking in Rust",
    }
}

/// The bump that the surface requires, if it differs from the description's.
fn verdict(report: &Report, lines: &Lines) -> String {
    let bump = match lines.impact() {
        None if report.changes.is_empty() => Bump::None,
        impact => bump(impact),
    };
    if bump == report.bump() {
        return String::new();
    }
    format!(
        "\nThe surface of the crate requires **{bump}**, which takes precedence: names, overlays \
         and features change the effect of the description.\n"
    )
}

/// The bump for a changed surface, even if only documentation or deprecations changed.
fn bump(impact: Option<Impact>) -> Bump {
    match impact {
        None | Some(Impact::Nothing) => Bump::Patch,
        Some(Impact::Addition | Impact::Deprecation) => Bump::Minor,
        Some(Impact::Breaking) => Bump::Major,
    }
}

fn surface(lines: &Lines) -> String {
    if lines.changed.is_empty() {
        return "\n## Surface\n\nThe public items of the crate are unchanged.\n".to_owned();
    }
    format!("\n## Surface\n\n{}", listed(lines))
}

/// How many lines changed in which way, and the lines themselves.
fn listed(lines: &Lines) -> String {
    let count = |impact| {
        let of = lines.changed.iter().filter(|line| line.impact == impact);
        of.count()
    };
    let mut text = format!(
        "{} breaking, {} deprecated, {} added, {} other.\n\n```diff\n",
        count(Impact::Breaking),
        count(Impact::Deprecation),
        count(Impact::Addition),
        count(Impact::Nothing)
    );
    for line in &lines.changed {
        for (mark, side) in [("-", &line.old), ("+", &line.new)] {
            if let Some(side) = side {
                let _ = writeln!(text, "{mark} {side}");
            }
        }
    }
    text.push_str("```\n");
    text
}
