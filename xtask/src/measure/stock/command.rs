//! Stock progenitor on the normalised document: the reference for every ratio.
//!
//! This run uses nothing of xtask but the YAML reader: the Builder style, operations and types are
//! progenitor's.

use std::path::{Path, PathBuf};

use super::Style;
use crate::input::load;
use crate::support::error::{Error, Result};
use crate::support::output;

const DOCUMENT: &str = "generated/openapi.yaml";

/// The folder of the generated crate.
pub(in crate::measure) fn folder(root: &Path) -> PathBuf {
    root.join("target/measure/stock")
}

/// Generates and prints as its users do, and writes the source of a crate.
pub fn run(root: &Path) -> Result<()> {
    let document = load::yaml(&root.join(DOCUMENT))?;
    let tree = super::client(document, Style::Builder).map_err(|fault| {
        Error::new(
            DOCUMENT,
            fault,
            "remove what stock progenitor does not support in xtask/src/measure/stock",
        )
    })?;
    let text = prettyplease::unparse(&tree);
    output::write_file(&folder(root).join("src/lib.rs"), &text)?;
    Ok(())
}
