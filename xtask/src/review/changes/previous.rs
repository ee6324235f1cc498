//! Keeps the state that an import replaces in `spec/previous`; [`crate::input::previous`] reads it.

use std::path::Path;

use serde_json::Value;

use crate::input::load;
use crate::input::lock::Source;
use crate::input::previous::{DESCRIPTION, FOLDER, Previous, SOURCE, SURFACE, WEBHOOKS};
use crate::record;
use crate::review::diff::Description;
use crate::support::error::{Error, Result};
use crate::support::output;

const HEADER: &str = "\
# The state before the last import, written by `cargo xtask import`. generated/CHANGES.md compares
# with it. Do not edit.
";

/// The description of the state, to compare with.
pub(super) fn description(previous: &Previous) -> Result<Description> {
    let label = label(previous.source.as_ref());
    Description::new(label, previous.document.clone())
}

/// Keeps the current generated state to compare with. Returns whether there was any.
pub fn keep(root: &Path) -> Result<bool> {
    let records = root.join(output::RECORDS);
    let description = root.join(output::CLIENT).join("description.json");
    let manifest = records.join("manifest.json");
    let surface = records.join("surface.txt");
    let files = [&description, &manifest, &surface];
    if files.iter().any(|path| !path.exists()) {
        return Ok(false);
    }
    let manifest = json(&manifest)?;
    let source = manifest.get("source").cloned().unwrap_or_default();
    let files = [
        (DESCRIPTION, load::print(&json(&description)?)?),
        (SOURCE, load::print(&source)?),
    ];
    let folder = root.join(FOLDER);
    for (name, text) in files {
        output::write_file(&folder.join(name), &format!("{HEADER}{text}"))?;
    }
    output::write_file(&folder.join(SURFACE), &load::text(&surface)?)?;
    if let Some(webhooks) = existing(&records.join(record::WEBHOOKS))? {
        output::write_file(&folder.join(WEBHOOKS), &webhooks)?;
    }
    Ok(true)
}

fn existing(path: &Path) -> Result<Option<String>> {
    path.exists().then(|| load::text(path)).transpose()
}

/// The label of a state: the document that it was generated from.
pub fn label(source: Option<&Source>) -> String {
    match source {
        Some(source) => {
            let digest: String = source.sha256.chars().take(12).collect();
            format!("`{}` with the digest `{digest}…`", source.name)
        }
        None => "an unrecorded document".to_owned(),
    }
}

fn json(path: &Path) -> Result<Value> {
    serde_json::from_str(&load::text(path)?).map_err(|error| {
        Error::new(
            path.display().to_string(),
            format!("the file is not valid JSON: {error}"),
            "run `cargo xtask regenerate` before the import, or restore the file",
        )
    })
}
