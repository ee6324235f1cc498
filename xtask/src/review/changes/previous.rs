//! `spec/previous`: the state before the last import that changed something.
//!
//! It is the state as generated, not as imported: the description after the overlays, the pins and
//! the surfaces of the crates. It is kept in the repository, so that comparing with it gives the
//! same bytes everywhere.

use std::path::Path;

use serde_json::Value;

use crate::emit::webhooks;
use crate::input::load;
use crate::input::lock::Source;
use crate::input::names::Names;
use crate::review::diff::Description;
use crate::support::error::{Error, Result};
use crate::support::output;

/// Its folder, relative to the workspace.
pub const FOLDER: &str = "spec/previous";

const DESCRIPTION: &str = "description.yaml";
const NAMES: &str = "names.yaml";
const SURFACE: &str = "surface.txt";
const SOURCE: &str = "source.yaml";
const WEBHOOKS: &str = "webhooks-surface.txt";

const HEADER: &str = "\
# The state before the last import, written by `cargo xtask import`. generated/CHANGES.md compares
# with it. Do not edit.
";

/// The state before the last import.
#[derive(Debug)]
pub struct Previous {
    pub description: Description,
    pub surface: String,
    /// The public items for webhooks; `None` if there were none.
    pub webhooks: Option<String>,
}

impl Previous {
    /// `None` before the first import that changed something.
    pub fn read(root: &Path) -> Result<Option<Self>> {
        let folder = root.join(FOLDER);
        if !folder.exists() {
            return Ok(None);
        }
        let source = source(&load::yaml(&folder.join(SOURCE))?);
        let document = load::yaml(&folder.join(DESCRIPTION))?;
        let names = Names::from_document(&load::yaml(&folder.join(NAMES))?)?;
        Ok(Some(Self {
            description: Description::new(label(source.as_ref()), document, names)?,
            surface: load::text(&folder.join(SURFACE))?,
            webhooks: existing(&folder.join(WEBHOOKS))?,
        }))
    }
}

/// Keeps the current generated state to compare with. Returns whether there was any.
pub fn keep(root: &Path) -> Result<bool> {
    let records = root.join(crate::pipeline::RECORDS);
    let description = root.join(crate::pipeline::RUST).join("description.json");
    let manifest = records.join("manifest.json");
    let surface = records.join("surface.txt");
    let names = root.join("spec/names.yaml");
    if [&description, &manifest, &surface, &names]
        .iter()
        .any(|path| !path.exists())
    {
        return Ok(false);
    }
    let manifest = json(&manifest)?;
    let source = manifest.get("source").cloned().unwrap_or_default();
    let files = [
        (DESCRIPTION, load::print(&json(&description)?)?),
        (NAMES, load::print(&load::yaml(&names)?)?),
        (SOURCE, load::print(&source)?),
    ];
    let folder = root.join(FOLDER);
    for (name, text) in files {
        output::write_file(&folder.join(name), &format!("{HEADER}{text}"))?;
    }
    output::write_file(&folder.join(SURFACE), &load::text(&surface)?)?;
    if let Some(webhooks) = existing(&root.join(webhooks::RECORD))? {
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
            format!("{}, sha256 {digest}…", source.name)
        }
        None => "an unrecorded document".to_owned(),
    }
}

fn source(document: &Value) -> Option<Source> {
    serde_json::from_value(document.clone()).ok()
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
