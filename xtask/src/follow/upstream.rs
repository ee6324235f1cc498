//! `cargo xtask follow DIR`: imports and generates from the newest documents in a checkout of
//! upstream's repository, and writes the text of a pull request.
//!
//! In the workspace it does what `import` and `regenerate` do. A description that the toolchain
//! rejects is imported too; the text then lists what is left to do by hand. `.ci/propose` handles
//! branches and pull requests.

use std::fmt::Write;
use std::path::{Path, PathBuf};

use crate::emit::webhooks;
use crate::follow::import::{self, Imported, Previous};
use crate::input::lock::Lock;
use crate::pipeline;
use crate::review::changes::pins;
use crate::review::diff::source::{self, Subject};
use crate::review::diff::{self, Description};
use crate::support::error::{Error, Findings, Result};
use crate::support::output;

/// The folders of the documents in upstream's repository.
const FOLDERS: [&str; 2] = ["bapi", "webhooks"];

/// Limit in characters: GitHub accepts 65,536 for the text of a pull request.
const LONGEST: usize = 60_000;

/// The result for the newest documents.
#[derive(Debug)]
pub struct Followed {
    pub state: State,
    /// Markdown for a pull request.
    pub report: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Upstream has nothing new.
    Unchanged,
    /// Imported and generated.
    Ready,
    /// Imported, but rejected by a later stage.
    Rejected,
}

impl State {
    /// One word, for scripts.
    pub fn word(self) -> &'static str {
        match self {
            Self::Unchanged => "unchanged",
            Self::Ready => "ready",
            Self::Rejected => "rejected",
        }
    }
}

/// Updates the workspace at `root` to the newest documents below `upstream`.
pub fn follow(root: &Path, upstream: &Path) -> Result<Followed> {
    let mut news = Vec::new();
    for folder in FOLDERS {
        let document = newest(&upstream.join(folder))?;
        if import::is_news(root, &document)? {
            news.push(document);
        }
    }
    if news.is_empty() {
        return Ok(Followed {
            state: State::Unchanged,
            report: "Upstream has no new documents.\n".to_owned(),
        });
    }
    let mut report = String::new();
    let mut comparisons = String::new();
    for (index, document) in news.iter().enumerate() {
        // Both documents are reviewed together, so both are compared with the state before the
        // first.
        let former = if index == 0 {
            Previous::Replaced
        } else {
            Previous::Left
        };
        let before = current(root, document)?;
        let imported = import::import_with(root, document, former)?;
        report.push_str(&introduction(root, document, &imported)?);
        comparisons.push_str(&comparison(root, before, &imported)?);
    }
    let state = match regenerated(root) {
        Ok(changes) => {
            report.push('\n');
            report.push_str(&changes);
            State::Ready
        }
        Err(findings) => {
            report.push_str(&work(&findings));
            report.push_str(&comparisons);
            State::Rejected
        }
    };
    Ok(Followed {
        state,
        report: cut(report),
    })
}

/// The document of the newest version in a folder; files are named after their versions.
pub fn newest(folder: &Path) -> Result<PathBuf> {
    let unreadable = |error: std::io::Error| {
        Error::new(
            folder.display().to_string(),
            format!("the folder cannot be read: {error}"),
            "pass a checkout of github.com/clerk/openapi-specs",
        )
    };
    let mut documents = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(unreadable)? {
        let path = entry.map_err(unreadable)?.path();
        let is_yaml = path
            .extension()
            .is_some_and(|end| end == "yml" || end == "yaml");
        let version = path.file_stem().unwrap_or_default().to_string_lossy();
        if is_yaml && import::is_version(&version) {
            documents.push(path);
        }
    }
    // Names are dates, so the last by name is the newest.
    documents.sort();
    documents.pop().ok_or_else(|| {
        Error::new(
            folder.display().to_string(),
            "no file is named after a version, as in `2026-05-12.yml`",
            "find where upstream keeps its documents now, and update xtask/src/follow/upstream.rs",
        )
    })
}

/// The description that `document` replaces; `None` before the first import.
fn current(root: &Path, document: &Path) -> Result<Option<Description>> {
    let lock = Lock::read(root)?;
    let folder = document.parent().unwrap_or(document);
    let path = if folder.ends_with(FOLDERS[0]) {
        let version = lock.current().ok();
        version.map(|version| import::description(root, version))
    } else {
        let version = lock.current_webhooks().ok();
        version.map(|version| webhooks::description(root, version))
    };
    path.map(|path| description(root, &path)).transpose()
}

fn description(root: &Path, path: &Path) -> Result<Description> {
    source::read(root, &path.display().to_string(), Subject::Api)
}

/// The name of the document, and what it renamed.
fn introduction(root: &Path, document: &Path, imported: &Imported) -> Result<String> {
    let name = document.file_name().unwrap_or_default().to_string_lossy();
    let folder = document.parent().and_then(Path::file_name);
    let folder = folder.unwrap_or_default().to_string_lossy();
    let mut text = format!("Imported upstream's `{folder}/{name}`.\n");
    for advice in pins::advice(root, &imported.renames)? {
        for line in [&advice.message].into_iter().chain(&advice.edits) {
            let _ = writeln!(text, "- {line}");
        }
    }
    Ok(text)
}

/// Writes the generated files. Returns their report of the changes.
fn regenerated(root: &Path) -> Result<String, Findings> {
    let files = pipeline::run(root, None)?;
    output::write(root, &files)?;
    let changes = files.get(&Path::new(pipeline::RECORDS).join("CHANGES.md"));
    Ok(changes.cloned().unwrap_or_default())
}

/// The faults as a list of tasks.
fn work(findings: &Findings) -> String {
    let mut text = String::from(
        "\nThe toolchain cannot generate the crate until this is fixed. After that, `cargo xtask \
         regenerate` writes `generated/CHANGES.md`.\n\n",
    );
    for error in findings.iter() {
        let _ = writeln!(
            text,
            "- [ ] {}: {}. To fix it: {}",
            error.location, error.message, error.help
        );
    }
    text
}

/// The changes upstream, as far as they can be determined without overlays.
fn comparison(root: &Path, before: Option<Description>, imported: &Imported) -> Result<String> {
    let Some(before) = before else {
        return Ok(String::new());
    };
    let after = description(root, &imported.path)?;
    Ok(format!(
        "\n{}",
        diff::markdown(&diff::compare(&before, &after))
    ))
}

/// Cuts a long text at the end of a line.
fn cut(report: String) -> String {
    if report.len() <= LONGEST {
        return report;
    }
    let mut text = String::new();
    for line in report.lines() {
        if text.len() + line.len() > LONGEST {
            break;
        }
        text.push_str(line);
        text.push('\n');
    }
    // The cut may be inside a code block.
    if text.matches("```").count() % 2 == 1 {
        text.push_str("```\n");
    }
    text.push_str("\nThe rest is in `generated/CHANGES.md`, or run `cargo xtask diff main .`.\n");
    text
}
