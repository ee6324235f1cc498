//! A replay as a table, followed by the faults of the rejected versions.

use std::fmt::Write;

use super::{Outcome, Version};

const HEADINGS: [&str; 12] = [
    "file",
    "version",
    "+lines",
    "-lines",
    "compat.",
    "requests",
    "responses",
    "bump",
    "kept",
    "new",
    "gone",
    "faults",
];

pub fn table(versions: &[Version]) -> String {
    let longest = versions.iter().map(|version| version.name.chars().count());
    let longest = longest.max().unwrap_or_default().max(4);
    let mut text = String::new();
    let rows = versions.iter().map(row);
    for cells in std::iter::once(HEADINGS.map(str::to_owned)).chain(rows) {
        let [file, version, numbers @ ..] = cells;
        let mut line = format!("{file:<longest$}  {version:<10}");
        for number in numbers {
            let _ = write!(line, "  {number:>9}");
        }
        let _ = writeln!(text, "{}", line.trim_end());
    }
    text.push_str(
        "\ncompat., requests, responses: changes that are compatible, or break one of the two; \
         kept, new, gone: types and methods.\n",
    );
    for version in versions {
        match &version.outcome {
            Outcome::Made(_) => {}
            Outcome::Skipped => {
                let _ = writeln!(text, "\n{}: skipped, this is an overlay", version.name);
            }
            Outcome::Rejected(findings) => {
                let _ = writeln!(text, "\n{}: rejected", version.name);
                for error in findings.iter() {
                    let _ = writeln!(text, "error: {error}");
                }
            }
        }
    }
    text
}

fn row(version: &Version) -> [String; 12] {
    let mut cells = [const { String::new() }; 12];
    cells[0].clone_from(&version.name);
    match &version.outcome {
        Outcome::Skipped => cells[1] = "skipped".to_owned(),
        Outcome::Rejected(findings) => {
            cells[1] = "rejected".to_owned();
            cells[11] = findings.len().to_string();
        }
        Outcome::Made(step) => {
            cells[1].clone_from(&step.version);
            cells[2] = step.lines_added.to_string();
            cells[3] = step.lines_removed.to_string();
            if let Some(counts) = &step.counts {
                cells[4] = counts.compatible.to_string();
                cells[5] = counts.breaking_for_requests.to_string();
                cells[6] = counts.breaking_for_responses.to_string();
                cells[7] = counts.bump.to_string();
                cells[8] = counts.names_kept.to_string();
                cells[9] = counts.names_new.to_string();
                cells[10] = counts.names_gone.to_string();
            }
            cells[11] = "0".to_owned();
        }
    }
    cells
}
