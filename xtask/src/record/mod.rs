//! `generated/`: records of what the generated Rust is made from and what it offers, for review and
//! tools.
//!
//! No record is read by another stage. [`crate::support::output`] writes them.

pub mod features;
mod manifest;
mod operations;
pub mod package;
pub mod surface;

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde_json::Value;

use crate::input::Inputs;
use crate::input::load;
use crate::ir::Api;
use crate::support::error::Result;

/// The file that lists the public items for webhooks, in `generated/`.
pub const WEBHOOKS: &str = "webhooks-surface.txt";

/// The files of `generated/`, by path in that directory.
///
/// `document` is the normalised document, `api` was read from it, `surface` lists the public items
/// of the generated Rust `texts`. The manifest names the lock, the overlays and the pinned
/// generator of the `inputs`.
pub fn emit(
    inputs: &Inputs,
    document: &Value,
    api: &Api,
    surface: &str,
    texts: &BTreeMap<PathBuf, String>,
) -> Result<Vec<(PathBuf, String)>> {
    let files = [
        (
            "manifest.json",
            json(&manifest::manifest(inputs, api, texts)?),
        ),
        ("openapi.yaml", openapi(document)?),
        ("operations.json", json(&operations::operations(api))),
        ("surface.txt", surface.to_owned()),
    ];
    Ok(files
        .into_iter()
        .map(|(name, text)| (PathBuf::from(name), text))
        .collect())
}

fn openapi(document: &Value) -> Result<String> {
    let text = load::print(document)?;
    Ok(format!(
        "# The API description after overlays and normalisation, written by `cargo xtask regenerate`.\n\
         # Do not edit: corrections belong in spec/overlays.\n{text}"
    ))
}

fn json(value: &Value) -> String {
    // The alternate form of a value is its pretty-printed text.
    format!("{value:#}\n")
}
