//! Reports for the newest import: `generated/CHANGES.md` for the reviewer, and
//! `generated/changelog-entry.md` in terms of the Rust API.
//!
//! Webhooks are compared only by what their generated part of `clerk-auth` offers; `cargo xtask
//! diff --webhooks` compares their descriptions.
//!
//! [`previous`] keeps the state before the import, which is an input of the pipeline like any other
//! file in `spec/`. [`crate::review::diff`] compares the descriptions, [`surface`] what the crate offers.
//! Where the two disagree, the surface is right.

pub mod changelog;
mod entry;
pub mod pins;
pub mod previous;
mod review;
pub mod surface;

use std::path::{Path, PathBuf};

use serde_json::Value;

use self::previous::Previous;
use crate::input::lock::Lock;
use crate::input::names::Names;
use crate::review::diff::{self, Description};
use crate::support::error::Result;

const REVIEW: &str = "CHANGES.md";
const ENTRY: &str = "changelog-entry.md";

/// The two files, by path in `generated/`. `corrected` is the description of `version` after the
/// overlays, `surface` the record of the crate's public items, `webhooks` the same for webhooks.
pub fn emit(
    root: &Path,
    version: &str,
    corrected: &Value,
    surface: &str,
    webhooks: &str,
) -> Result<Vec<(PathBuf, String)>> {
    let (review, entry) = match Previous::read(root)? {
        None => (review::without_previous(), entry::without_previous()),
        Some(previous) => {
            let source = Lock::read(root)?.sources.get(version).cloned();
            let label = previous::label(source.as_ref());
            let current = Description::new(label, corrected.clone(), Names::read(root)?)?;
            let report = diff::compare(&previous.description, &current);
            let lines = surface::compare(&previous.surface, surface);
            let of_webhooks = previous
                .webhooks
                .map(|before| surface::compare(&before, webhooks))
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
