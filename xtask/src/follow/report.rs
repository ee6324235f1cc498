//! The text of a pull request or an issue about new documents.

use std::fmt::Write;
use std::path::Path;

use crate::follow::import::Imported;
use crate::review::changes::pins;
use crate::support::error::{Error, Findings, Result};
use crate::support::markdown::{block, code, sentence};

/// Limit in bytes. GitHub accepts 65,536 characters; `.ci/follow` adds the end of a log.
const LONGEST: usize = 45_000;

/// The part of it for tasks, so that they leave room for the changes.
const LONGEST_TASKS: usize = 35_000;

pub(super) const NOT_IMPORTED: &str = "\
The toolchain cannot import the document until this is fixed. Then run `cargo xtask import FILE`.";

pub(super) const NOT_GENERATED: &str = "\
The toolchain cannot generate the crate until this is fixed. On this branch, `cargo xtask stub` makes a place \
for everything that is missing; once that is written, `cargo xtask regenerate` generates the crate and \
`generated/CHANGES.md`.";

/// The name of the document, what was dropped and what it renamed.
pub(super) fn introduction(
    root: &Path,
    document: &Path,
    imported: &Imported,
) -> Result<String, Findings> {
    let name = document.file_name().unwrap_or_default().to_string_lossy();
    let folder = document.parent().and_then(Path::file_name);
    let folder = folder.unwrap_or_default().to_string_lossy();
    let mut text = format!(
        "Imported upstream's {}.\n",
        code(&format!("{folder}/{name}"))
    );
    if !imported.warnings.is_empty() {
        let _ = writeln!(text, "\nWarnings: {}.\n", imported.warnings.len());
        for warning in &imported.warnings {
            text.push_str(&item("- ", warning));
        }
    }
    for advice in pins::advice(root, &imported.renames)? {
        let _ = writeln!(text, "- {}", sentence(&advice.message));
        for edit in &advice.edits {
            let _ = writeln!(text, "- {}", sentence(&edit.to_string()));
        }
    }
    Ok(text)
}

/// The faults as a list of tasks, with their number.
pub(super) fn tasks(about: &str, findings: &Findings) -> String {
    let mut text = format!("\n{about} Faults: {}.\n\n", findings.len());
    for (done, error) in findings.iter().enumerate() {
        let item = item("- [ ] ", error);
        if text.len() + item.len() > LONGEST_TASKS {
            let left = findings.len() - done;
            let _ = writeln!(
                text,
                "\n{left} more are in the log, and in the output of the command."
            );
            break;
        }
        text.push_str(&item);
    }
    text
}

fn item(mark: &str, error: &Error) -> String {
    let place = block(
        "text",
        &format!("--> {}\nhelp: {}", error.location, error.help),
    );
    let place: Vec<String> = place.lines().map(|line| format!("  {line}\n")).collect();
    format!("{mark}{}\n\n{}\n", sentence(&error.message), place.concat())
}

/// Cuts a long text at the end of a line.
pub(super) fn cut(report: String) -> String {
    if report.len() <= LONGEST {
        return report;
    }
    let mut text = String::new();
    // The end of the code block that the line is in.
    let mut fence: Option<String> = None;
    for line in report.lines() {
        if text.len() + line.len() > LONGEST {
            break;
        }
        let start = line.trim_start();
        let ticks = start.len() - start.trim_start_matches('`').len();
        fence = match fence {
            Some(end) if line == end => None,
            // A line of text may begin with code too.
            None if ticks >= 3 && !start.trim_start_matches('`').contains('`') => {
                let indent = line.len() - start.len();
                line.get(..indent + ticks).map(str::to_owned)
            }
            fence => fence,
        };
        text.push_str(line);
        text.push('\n');
    }
    if let Some(end) = fence {
        let _ = writeln!(text, "{end}");
    }
    text.push_str("\nThe rest is in `generated/CHANGES.md`, or run `cargo xtask diff main .`.\n");
    text
}
