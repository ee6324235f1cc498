//! `cargo xtask follow DIR`: imports and generates from the newest documents in a checkout of
//! upstream's repository, and writes the text of a pull request.
//!
//! In the workspace it does what `import` and `regenerate` do. A description that the toolchain
//! rejects is imported too; the text then lists what is left to do by hand, and the next run continues
//! there. A document that cannot be
//! imported is listed with all its faults. `.ci/propose` handles branches, pull requests and issues.

use std::path::Path;

use serde_json::Value;

use crate::follow::checkout::{self, FOLDERS};
use crate::follow::import::{Document, Imported, Previous};
use crate::follow::report;
use crate::input::Subject;
use crate::input::load;
use crate::input::lock::Lock;
use crate::pipeline;
use crate::review::diff::source;
use crate::review::diff::{self, Description};
use crate::support::error::{Error, Findings, Result};
use crate::support::output;

/// The result for the newest documents.
#[derive(Debug)]
pub struct Followed {
    pub state: State,
    /// Markdown for a pull request or an issue.
    pub report: String,
    /// What the report lists as to be done.
    pub findings: Findings,
    pub warnings: Vec<Error>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Upstream has nothing new.
    Unchanged,
    /// Imported and generated.
    Ready,
    /// Imported, but a later stage rejected it, or another document could not be imported.
    Rejected,
    /// Nothing could be imported.
    Failed,
}

impl State {
    /// One word, for scripts.
    pub fn word(self) -> &'static str {
        match self {
            Self::Unchanged => "unchanged",
            Self::Ready => "ready",
            Self::Rejected => "rejected",
            Self::Failed => "failed",
        }
    }
}

/// Updates the workspace at `root` to the newest documents below `upstream`.
pub fn follow(root: &Path, upstream: &Path) -> Followed {
    let mut report = String::new();
    let mut comparisons = String::new();
    let mut is_current = false;
    let mut warnings = Vec::new();
    let mut findings = Findings::new();
    // Both documents are reviewed together, so both are compared with the state before the first.
    let mut former = Previous::Replaced;
    for folder in FOLDERS {
        match news(root, &upstream.join(folder), former) {
            Ok(None) => {}
            Ok(Some(news)) => {
                report.push_str(&news.introduction);
                comparisons.push_str(&news.comparison);
                warnings.extend(news.imported.warnings);
                is_current |= news.imported.is_current;
                former = Previous::Left;
            }
            Err(faults) => findings.extend(faults),
        }
    }
    let mut is_imported = former == Previous::Left;
    let is_faulty = !findings.is_empty();
    if !is_imported && is_pending(root) {
        report.push_str("Continued an import that nothing was generated from yet.\n");
        is_imported = true;
        is_current = true;
    }
    if is_faulty {
        report.push_str(&report::tasks(report::NOT_IMPORTED, &findings));
    }
    let state = match (is_imported, is_faulty) {
        (false, false) => {
            report.push_str("Upstream has no new documents.\n");
            State::Unchanged
        }
        (false, true) => State::Failed,
        (true, _) => match regenerated(root) {
            Ok(changes) => {
                report.push('\n');
                // The changes of an earlier import, if the crate is not generated from this one.
                report.push_str(if is_current { &changes } else { &comparisons });
                if is_faulty {
                    State::Rejected
                } else {
                    State::Ready
                }
            }
            Err(faults) => {
                report.push_str(&report::tasks(report::NOT_GENERATED, &faults));
                report.push_str(&comparisons);
                findings.extend(faults);
                State::Rejected
            }
        },
    };
    Followed {
        state,
        report: report::cut(report),
        findings,
        warnings,
    }
}

/// What the import of a document adds to the report.
struct News {
    introduction: String,
    /// The changes upstream, as far as they can be determined without overlays.
    comparison: String,
    imported: Imported,
}

/// Imports the newest document of a folder; `None` if it is not new.
fn news(root: &Path, folder: &Path, former: Previous) -> Result<Option<News>, Findings> {
    let path = checkout::newest(folder)?;
    let document = Document::read(root, &path)?;
    if !document.is_news(root)? {
        return Ok(None);
    }
    // Labels are public, so they are no paths of this machine.
    let description = |path: &Path, label: &str| {
        let side = source::read(root, &path.display().to_string(), Subject::Api)?;
        let mut description = side.description;
        label.clone_into(&mut description.label);
        Ok::<_, Error>(description)
    };
    let before: Option<Description> = document
        .replaced(root)?
        .map(|path| description(&path, "the description before"))
        .transpose()?;
    let imported = document.import(root, former)?;
    let comparison = match before {
        None => String::new(),
        Some(before) => {
            let after = description(&imported.path, "the imported one")?;
            format!("\n{}", diff::markdown(&diff::compare(&before, &after)))
        }
    };
    Ok(Some(News {
        introduction: report::introduction(root, &path, &imported)?,
        comparison,
        imported,
    }))
}

/// Whether the records are of another document than the lock's: an import whose faults have been fixed
/// since, or not.
fn is_pending(root: &Path) -> bool {
    let source = || {
        let lock = Lock::read(root).ok()?;
        let records = load::text(&root.join(output::RECORDS).join("manifest.json")).ok()?;
        let records: Value = serde_json::from_str(&records).ok()?;
        let generated = records.pointer("/source/sha256")?.as_str()?.to_owned();
        Some(lock.sources.get(&lock.current)?.sha256 != generated)
    };
    source().unwrap_or(false)
}

/// Writes the generated files. Returns their report of the changes.
fn regenerated(root: &Path) -> Result<String, Findings> {
    let files = pipeline::run(root, None)?;
    output::write(root, &files)?;
    let changes = files.get(&Path::new(output::RECORDS).join("CHANGES.md"));
    Ok(changes.cloned().unwrap_or_default())
}
