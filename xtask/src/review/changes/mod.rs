//! Reports for the newest import: `generated/CHANGES.md` for the reviewer, and
//! `generated/changelog-entry.md` in terms of the Rust API.
//!
//! Webhooks are compared only by what their generated part of `clerk-auth` offers; `cargo xtask
//! diff --webhooks` compares their descriptions.
//!
//! [`previous`] keeps the state before the import, which is an input of the pipeline like any other
//! file in `spec/`. [`crate::review::diff`] compares the descriptions and so reports what changes on the
//! wire; [`crate::review::surface`] compares what the crates offer and so reports what changes in Rust.

pub mod changelog;
mod entry;
pub mod pins;
pub mod previous;
mod review;

use std::path::PathBuf;

use serde_json::Value;

use crate::input::Inputs;
use crate::review::diff::{self, Description};
use crate::review::surface;
use crate::support::error::Result;

const REVIEW: &str = "CHANGES.md";
const ENTRY: &str = "changelog-entry.md";

/// The two files, by path in `generated/`. `corrected` is the description of the API after the
/// overlays, `surface` the record of the crate's public items, `webhooks` the same for webhooks.
pub fn emit(
    inputs: &Inputs,
    corrected: &Value,
    surface: &str,
    webhooks: &str,
) -> Result<Vec<(PathBuf, String)>> {
    let (review, entry) = match &inputs.previous {
        None => (review::without_previous(), entry::without_previous()),
        Some(previous) => {
            let source = inputs.lock.sources.get(&inputs.api.version);
            let label = previous::label(source);
            let current = Description::new(label, corrected.clone())?;
            let report = diff::compare(&previous::description(previous)?, &current);
            let lines = surface::compare(&previous.surface, surface);
            let of_webhooks = previous
                .webhooks
                .as_ref()
                .map(|before| surface::compare(before, webhooks))
                .unwrap_or_default();
            (
                review::review(&report, &lines, &of_webhooks),
                entry::entry(&report, &lines, &of_webhooks),
            )
        }
    };
    Ok(vec![
        (PathBuf::from(REVIEW), review),
        (PathBuf::from(ENTRY), entry),
    ])
}
