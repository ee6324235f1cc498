//! `cargo xtask stub`: makes every edit that the findings of a run know, and a place for every text
//! that a person must write.
//!
//! A text, a name or a sample value that is missing becomes a placeholder with the facts at hand as
//! comments. `regenerate` rejects placeholders by themselves, so running this command never makes a
//! text. What a person has written stays as it is.

pub mod yaml;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use serde_json::json;

use crate::input::{CLIENT, Inputs, load};
use crate::pipeline;
use crate::record::{features, package};
use crate::support::edit::{Change, Edit};
use crate::support::error::{Error, Findings, Result};
use crate::support::output;

/// Runs until nothing is left to write: after corrections and pins, names and texts follow.
const MOST_ROUNDS: usize = 8;

/// What was done, and what is left to a person.
#[derive(Debug, Default)]
pub struct Stubbed {
    /// One line for each edit.
    pub written: Vec<String>,
    pub left: Findings,
}

impl Stubbed {
    /// The placeholders, and the faults that have no edit.
    pub fn left(&self) -> (Findings, Findings) {
        let mut sides = (Findings::new(), Findings::new());
        for error in self.left.iter() {
            let side = match error.is_placeholder() {
                true => &mut sides.0,
                false => &mut sides.1,
            };
            side.push(error.clone());
        }
        sides
    }
}

/// Makes the edits in the workspace at `root`.
pub fn stub(root: &Path) -> Result<Stubbed> {
    let mut stubbed = Stubbed::default();
    let mut failed: BTreeMap<String, Error> = BTreeMap::new();
    for _ in 0..MOST_ROUNDS {
        stubbed.left = Findings::new();
        let Some(inputs) = Inputs::read(root, None, &mut stubbed.left) else {
            return Ok(stubbed);
        };
        pipeline::generate(&inputs, &mut stubbed.left);
        let is_open = |edit: &&Edit| !failed.contains_key(&shown(edit));
        let edits: Vec<Edit> = stubbed
            .left
            .iter()
            .filter_map(|error| error.remedy.as_deref())
            .filter(is_open)
            .cloned()
            .collect();
        let Some(first) = edits.iter().map(rank).min() else {
            break;
        };
        let mut edits: Vec<Edit> = edits
            .into_iter()
            .filter(|edit| rank(edit) == first)
            .collect();
        // From the last item of a list to the first, so that no removal moves a later one.
        edits.sort_by_key(|edit| std::cmp::Reverse(index(edit)));
        let mut done = BTreeSet::new();
        for edit in edits {
            let line = shown(&edit);
            if !done.insert(line.clone()) {
                continue;
            }
            match made(root, &inputs, &edit) {
                Ok(()) => stubbed.written.push(line),
                Err(error) => drop(failed.insert(line, error)),
            }
        }
    }
    stubbed.left.extend(failed.into_values());
    Ok(stubbed)
}

/// Corrections come before pins, and pins before what is named after them.
fn rank(edit: &Edit) -> u8 {
    match edit {
        Edit::Yaml { path, .. } if path.first().is_some_and(|key| key == "actions") => 0,
        Edit::Yaml { file, .. } if file.ends_with("names.yaml") => 1,
        _ => 2,
    }
}

fn index(edit: &Edit) -> Option<usize> {
    match edit {
        Edit::Yaml { path, .. } => path.last()?.parse().ok(),
        _ => None,
    }
}

fn shown(edit: &Edit) -> String {
    match edit {
        Edit::Yaml { file, path, change } => in_words(file, &path.join("."), change),
        Edit::Sample { field, change } => in_words("sample values", field, change),
        Edit::Features => format!("{CLIENT}: a feature for each resource"),
        Edit::Version { manifest, metadata } => format!("{manifest}: version …+{metadata}"),
    }
}

fn in_words(file: &str, entry: &str, change: &Change) -> String {
    match change {
        Change::Add { .. } => format!("{file}: added `{entry}`"),
        Change::Remove => format!("{file}: removed `{entry}`"),
        Change::Rename(name) => format!("{file}: moved `{entry}` to `{name}`"),
    }
}

fn made(root: &Path, inputs: &Inputs, edit: &Edit) -> Result<()> {
    match edit {
        Edit::Yaml { file, path, change } => in_yaml(root, file, path, change),
        Edit::Sample { field, change } => {
            let (file, mut path) = sample_values(inputs).ok_or_else(|| {
                Error::new(
                    "spec/overlays",
                    "no overlay has a table of sample values",
                    "add `x-sample-values` with `fields` in an update of the whole document",
                )
            })?;
            path.push(field.clone());
            in_yaml(root, &file, &path, change)
        }
        Edit::Features => {
            // What else is wrong with the description is among the findings.
            let mut ignored = Findings::new();
            if let Some(described) = pipeline::described(&inputs.api, None, &mut ignored) {
                let path = root.join(CLIENT);
                let text = load::text_as(CLIENT, &path)?;
                output::write_file(&path, &features::rewrite(&text, &described.api)?)?;
            }
            Ok(())
        }
        Edit::Version { manifest, metadata } => {
            let path = root.join(manifest);
            let text =
                package::with_metadata(manifest, &load::text_as(manifest, &path)?, metadata)?;
            output::write_file(&path, &text)?;
            Ok(())
        }
    }
}

fn in_yaml(root: &Path, file: &str, path: &[String], change: &Change) -> Result<()> {
    let location = root.join(file);
    let text = if location.exists() {
        load::text_as(file, &location)?
    } else {
        String::new()
    };
    // An overlay needs an action.
    let is_action = path.len() == 2 && path.first().is_some_and(|key| key == "actions");
    if is_action && *change == Change::Remove && actions(file, &text)? == 1 {
        return fs::remove_file(&location).map_err(|error| output::unwritable(&location, &error));
    }
    let edited = yaml::edited(file, &text, path, change)?;
    let is_empty = load::parse(file, &edited)? == json!({});
    if is_empty
        && ["/docs/models/", "/docs/resources/"]
            .iter()
            .any(|folder| file.contains(folder))
    {
        return fs::remove_file(&location).map_err(|error| output::unwritable(&location, &error));
    }
    output::write_file(&location, &edited)?;
    Ok(())
}

fn actions(file: &str, text: &str) -> Result<usize> {
    let overlay = load::parse(file, text)?;
    let actions = overlay
        .get("actions")
        .and_then(|actions| actions.as_array());
    Ok(actions.map_or(0, Vec::len))
}

/// Where the table of sample values is: the overlay, and the path in it.
fn sample_values(inputs: &Inputs) -> Option<(String, Vec<String>)> {
    inputs.api.overlays.iter().find_map(|file| {
        let actions = file.document.get("actions")?.as_array()?;
        let index = actions
            .iter()
            .position(|action| action.pointer("/update/x-sample-values/fields").is_some())?;
        let index = index.to_string();
        let path = ["actions", &index, "update", "x-sample-values", "fields"];
        Some((file.path.clone(), path.map(str::to_owned).to_vec()))
    })
}
