//! `cargo xtask diff OLD NEW`.

use std::path::Path;
use std::process::ExitCode;

use clap::ValueEnum;

use super::say;
use crate::input::Subject;
use crate::review::diff::{compare, json, markdown, source};
use crate::support::error::Result;

pub(super) const HELP: &str = "\
OLD and NEW are description files, workspace folders, or git revisions of this workspace.

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
    let report = compare(&old, &new);
    match arguments.format {
        Format::Markdown => say(markdown(&report).trim_end()),
        Format::Json => say(&format!("{:#}", json(&report))),
    }
    Ok(ExitCode::from(report.status()))
}
