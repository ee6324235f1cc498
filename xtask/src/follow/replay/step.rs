//! One version of a replay: imported, generated, compared with the previous one.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use similar::{ChangeTag, TextDiff};

use crate::follow::import::{self, Previous};
use crate::follow::scratch::{Generated, Scratch};
use crate::input::Fit;
use crate::review::diff::{self, Class, Description};
use crate::review::surface::{self, Bump};
use crate::support::error::Findings;
use crate::support::output;

/// The state that the next version is compared with.
#[derive(Debug)]
pub(super) struct State {
    description: Description,
    /// The generated Rust of the crate.
    rust: BTreeMap<PathBuf, String>,
    names: BTreeSet<String>,
    /// The record of the crate's public items.
    surface: String,
}

/// What a version changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    pub version: String,
    /// Lines of the crate's generated Rust.
    pub lines_added: usize,
    pub lines_removed: usize,
    /// Compared with the previous version; `None` for the first.
    pub counts: Option<Counts>,
}

/// The number of changes by class, and of names by what happened to them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Counts {
    pub compatible: usize,
    pub breaking_for_requests: usize,
    pub breaking_for_responses: usize,
    pub bump: Bump,
    /// The names of types, and of methods of resources.
    pub names_kept: usize,
    pub names_new: usize,
    pub names_gone: usize,
}

pub(super) fn step(
    scratch: &Scratch,
    path: &Path,
    last: Option<&State>,
) -> Result<(State, Step), Findings> {
    let root = scratch.root();
    let imported = import::import_with(root, path, Previous::Left)?;
    let Generated { described, files } = scratch.generate(&imported.version, Fit::Replayed)?;
    let state = State {
        names: names(&described.api),
        surface: files
            .get(&Path::new(output::RECORDS).join("surface.txt"))
            .cloned()
            .unwrap_or_default(),
        rust: files
            .into_iter()
            .filter(|(path, _)| {
                path.starts_with(output::CLIENT) && path.extension().is_some_and(|end| end == "rs")
            })
            .collect(),
        description: Description::new(path.display().to_string(), described.corrected)?,
    };
    let none = BTreeMap::new();
    let (lines_added, lines_removed) = lines(last.map_or(&none, |last| &last.rust), &state.rust);
    let step = Step {
        version: imported.version,
        lines_added,
        lines_removed,
        counts: last.map(|last| counts(last, &state)),
    };
    Ok((state, step))
}

/// `models::User`, `users.list`.
fn names(api: &crate::ir::Api) -> BTreeSet<String> {
    let methods = api.resources.values().flat_map(|resource| {
        let operations = resource.operations.iter();
        operations.map(move |operation| format!("{}.{}", resource.module, operation.name))
    });
    let types = api.types.keys().map(|name| format!("models::{name}"));
    methods.chain(types).collect()
}

fn lines(old: &BTreeMap<PathBuf, String>, new: &BTreeMap<PathBuf, String>) -> (usize, usize) {
    let (mut added, mut removed) = (0, 0);
    let paths: BTreeSet<&PathBuf> = old.keys().chain(new.keys()).collect();
    for path in paths {
        let text = |side: &BTreeMap<PathBuf, String>| side.get(path).cloned().unwrap_or_default();
        let (before, after) = (text(old), text(new));
        if before == after {
            continue;
        }
        for change in TextDiff::from_lines(&before, &after).iter_all_changes() {
            match change.tag() {
                ChangeTag::Insert => added += 1,
                ChangeTag::Delete => removed += 1,
                ChangeTag::Equal => {}
            }
        }
    }
    (added, removed)
}

fn counts(last: &State, state: &State) -> Counts {
    let report = diff::compare(&last.description, &state.description);
    let of = |class: Class| {
        let changes = report.changes.iter();
        changes.filter(|change| change.class == class).count()
    };
    Counts {
        compatible: of(Class::Compatible),
        breaking_for_requests: of(Class::BreakingForRequests),
        breaking_for_responses: of(Class::BreakingForResponses),
        bump: surface::compare(&last.surface, &state.surface).bump(!report.changes.is_empty()),
        names_kept: last.names.intersection(&state.names).count(),
        names_new: state.names.difference(&last.names).count(),
        names_gone: last.names.difference(&state.names).count(),
    }
}
