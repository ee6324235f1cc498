//! `cargo xtask diff OLD NEW`.

use std::path::Path;
use std::process::ExitCode;

use clap::ValueEnum;

use serde_json::{Value, json};

use super::say;
use crate::input::Subject;
use crate::review::diff::source;
use crate::review::diff::{self, Report};
use crate::review::surface::{self, Impact, Line, Lines};
use crate::support::error::Result;

pub(super) const HELP: &str = "\
OLD and NEW are description files, workspace folders, or git revisions of this workspace.

The descriptions are compared, and of workspaces and revisions also the public items that were \
generated from them.

Exit status: 0 if nothing changed, 1 if all changes are compatible, 2 if some break requests, \
responses or callers of the crate, 3 on an error.";

/// The exit status of an error; lower ones are results.
pub(super) const FAULT: u8 = 3;

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// Description to compare with
    old: String,
    /// Description to compare
    new: String,
    /// Compare the webhooks of workspaces and revisions instead of the API; ignored for files
    #[arg(long)]
    webhooks: bool,
    /// Format of the report
    #[arg(long, value_enum, default_value_t = Format::Markdown)]
    format: Format,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Format {
    Markdown,
    Json,
}

pub(super) fn run(root: &Path, arguments: &Arguments) -> Result<ExitCode> {
    let subject = if arguments.webhooks {
        Subject::Webhooks
    } else {
        Subject::Api
    };
    let old = source::read(root, &arguments.old, subject)?;
    let new = source::read(root, &arguments.new, subject)?;
    let report = diff::compare(&old.description, &new.description);
    let lines = match (&old.surface, &new.surface) {
        (Some(old), Some(new)) => Some(surface::compare(old, new)),
        _ => None,
    };
    let status = status(&report, lines.as_ref());
    match arguments.format {
        Format::Markdown => say(markdown(&report, lines.as_ref()).trim_end()),
        Format::Json => say(&format!("{:#}", json_of(&report, lines.as_ref(), status))),
    }
    Ok(ExitCode::from(status))
}

/// 0 for no change, 1 for compatible changes, 2 if any change breaks something.
fn status(report: &Report, lines: Option<&Lines>) -> u8 {
    let impact = lines.and_then(Lines::impact);
    if report.is_breaking() || impact == Some(Impact::Breaking) {
        2
    } else {
        u8::from(!report.changes.is_empty() || impact.is_some())
    }
}

fn markdown(report: &Report, lines: Option<&Lines>) -> String {
    let mut text = diff::markdown(report);
    if let Some(lines) = lines {
        let bump = lines.bump(!report.changes.is_empty());
        let advice = bump.advice();
        text.push_str(&format!(
            "\n## Surface\n\nVersion bump: **{bump}** ({advice}).\n"
        ));
        if !lines.changed.is_empty() {
            text.push_str(&format!("\n{}", lines.listed()));
        }
    }
    text
}

/// Its format is documented in docs/following-the-api.md.
fn json_of(report: &Report, lines: Option<&Lines>, status: u8) -> Value {
    let mut value = diff::json(report);
    let line = |line: &Line| {
        json!({
            "item": line.item,
            "old": line.old,
            "new": line.new,
            "impact": line.impact.to_string(),
        })
    };
    value["status"] = status.into();
    value["bump"] = lines
        .map(|lines| lines.bump(!report.changes.is_empty()).to_string())
        .into();
    value["surface"] = lines
        .map(|lines| lines.changed.iter().map(line).collect::<Value>())
        .into();
    value
}
