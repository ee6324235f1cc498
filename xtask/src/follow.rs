//! `cargo xtask follow DIR`: the newest documents of a checkout of upstream's repository, imported and
//! generated from, with the text of a pull request.
//!
//! What it does to the workspace is what `import` and `regenerate` do. A description that the toolchain
//! refuses is imported all the same: then the text says what is left to do by hand. Branches and pull
//! requests are the business of `.ci/propose`.

use std::fmt::Write;
use std::path::{Path, PathBuf};

use crate::changes::pins;
use crate::diff::source::{self, Subject};
use crate::diff::{self, Description};
use crate::error::{Error, Findings, Result};
use crate::import::{self, Imported, Previous};
use crate::lock::Lock;
use crate::{output, pipeline, webhooks};

/// Where upstream keeps the documents, in its repository.
const FOLDERS: [&str; 2] = ["bapi", "webhooks"];

/// Of characters: GitHub takes 65,536 for the text of a pull request.
const LONGEST: usize = 60_000;

/// What became of the newest documents.
#[derive(Debug)]
pub struct Followed {
    pub state: State,
    /// Markdown for a pull request.
    pub report: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Upstream says nothing new.
    Unchanged,
    /// Imported and generated.
    Ready,
    /// Imported, and refused by a later stage.
    Refused,
}

impl State {
    /// One word, for scripts.
    pub fn word(self) -> &'static str {
        match self {
            Self::Unchanged => "unchanged",
            Self::Ready => "ready",
            Self::Refused => "refused",
        }
    }
}

/// Brings the workspace at `root` up to the newest documents below `upstream`.
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
            report: "Upstream says nothing new.\n".to_owned(),
        });
    }
    let mut report = String::new();
    let mut comparisons = String::new();
    for (index, document) in news.iter().enumerate() {
        // Both are reviewed together, so both are compared with the state before the first.
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
            State::Refused
        }
    };
    Ok(Followed {
        state,
        report: cut(report),
    })
}

/// The document of the newest version in a folder, in which each is named after its version.
pub fn newest(folder: &Path) -> Result<PathBuf> {
    let unreadable = |error: std::io::Error| {
        Error::new(
            folder.display().to_string(),
            format!("the folder cannot be read ({error})"),
            "name a checkout of github.com/clerk/openapi-specs",
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
            "no document is named after a version, as in `2026-05-12.yml`",
            "see where upstream keeps its documents now, and teach it to xtask/src/follow.rs",
        )
    })
}

/// The description that `document` will take the place of; `None` before the first import.
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

/// Which document it is, and what it calls otherwise.
fn introduction(root: &Path, document: &Path, imported: &Imported) -> Result<String> {
    let name = document.file_name().unwrap_or_default().to_string_lossy();
    let folder = document.parent().and_then(Path::file_name);
    let folder = folder.unwrap_or_default().to_string_lossy();
    let mut text = format!("Imported upstream's `{folder}/{name}`.\n");
    for line in pins::advice(root, &imported.renames)? {
        let _ = writeln!(text, "- {}", line.trim());
    }
    Ok(text)
}

/// Writes what is generated, and gives what it says of the changes.
fn regenerated(root: &Path) -> Result<String, Findings> {
    let files = pipeline::run(root, None)?;
    output::write(root, &files)?;
    let changes = files.get(&Path::new(pipeline::RECORDS).join("CHANGES.md"));
    Ok(changes.cloned().unwrap_or_default())
}

/// The faults as a list of what there is to do.
fn work(findings: &Findings) -> String {
    let mut text = String::from(
        "\nThe toolchain refuses to generate until this is mended. Then `cargo xtask regenerate` \
         writes `generated/CHANGES.md`.\n\n",
    );
    for error in findings.iter() {
        let _ = writeln!(
            text,
            "- [ ] {}: {}. To mend it: {}",
            error.location, error.message, error.help
        );
    }
    text
}

/// What upstream did, as far as it can be told without overlays.
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

/// At the end of a line, if it is too long.
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
    // A list of lines may be open.
    if text.matches("```").count() % 2 == 1 {
        text.push_str("```\n");
    }
    text.push_str(
        "\nThe rest is in `generated/CHANGES.md`, or told by `cargo xtask diff main .`.\n",
    );
    text
}
