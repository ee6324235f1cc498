//! `spec/previous`: the state before the last import that changed something.
//!
//! It is the state as generated, not as imported: the description after the overlays and the
//! surfaces of the crates. It is kept in the repository, so that comparing with it gives the
//! same bytes everywhere.

use serde_json::Value;

use super::folder::Folder;
use super::load;
use super::lock::Source;
use crate::support::error::{Error, Findings, Result};

/// Its folder, relative to the workspace.
pub const FOLDER: &str = "spec/previous";

pub const DESCRIPTION: &str = "description.yaml";
pub const SURFACE: &str = "surface.txt";
pub const SOURCE: &str = "source.yaml";
pub const WEBHOOKS: &str = "webhooks-surface.txt";

/// The state before the last import.
#[derive(Debug)]
pub struct Previous {
    pub document: Value,
    /// The document that it was generated from, if that is known.
    pub source: Option<Source>,
    pub surface: String,
    /// The public items for webhooks; `None` if there were none.
    pub webhooks: Option<String>,
}

impl Previous {
    /// `None` before the first import that changed something.
    pub fn read(workspace: Folder<'_>, findings: &mut Findings) -> Option<Self> {
        if !workspace.has(FOLDER) {
            return None;
        }
        let path = |name: &str| format!("{FOLDER}/{name}");
        let files = [DESCRIPTION, SOURCE, SURFACE].map(|name| {
            let path = path(name);
            if !workspace.has(&path) {
                findings.push(incomplete(&path));
                return None;
            }
            findings.keep(workspace.text(&path))
        });
        let webhooks = workspace.has(&path(WEBHOOKS)).then(|| path(WEBHOOKS));
        let webhooks = webhooks.map(|path| findings.keep(workspace.text(&path)));
        let [document, source, surface] = files;
        let mut parsed = |name: &str, text: Option<String>| {
            let text = text?;
            findings.keep(load::parse(&path(name), &text))
        };
        let document = parsed(DESCRIPTION, document);
        let source = parsed(SOURCE, source)?;
        let checked = load::references(document.as_ref()?);
        findings.keep(checked.map_err(|error| error.within(path(DESCRIPTION))))?;
        Some(Self {
            document: document?,
            source: Some(findings.keep(source_of(&path(SOURCE), source))?),
            surface: surface?,
            webhooks: webhooks.flatten(),
        })
    }
}

fn source_of(path: &str, document: Value) -> Result<Source> {
    serde_json::from_value(document).map_err(|error| {
        let message = format!("the file does not state the name and digest of a document: {error}");
        Error::new(path, message, restore())
    })
}

fn incomplete(path: &str) -> Error {
    let message = "the file is missing, so the state before the last import is incomplete";
    Error::new(path, message, restore())
}

fn restore() -> String {
    format!(
        "restore it, as with `git checkout -- {FOLDER}`; or delete the folder, and the next import \
         keeps a new state to compare with"
    )
}
