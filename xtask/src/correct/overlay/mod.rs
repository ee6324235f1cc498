//! Corrections of the imported description: the OpenAPI Overlay 1.0 documents in `spec/overlays`,
//! applied in the order of their names.
//!
//! Beyond the specification, each action must state its reason in `description`, match something
//! and change something, so that a correction which upstream has made itself is noticed. The
//! extension `x-versions` limits an overlay or an action to some API versions. The overlays
//! themselves are the only list of corrections.

mod apply;
mod document;
mod path;

use serde_json::Value;

use crate::input::folder::File;
use crate::support::error::Findings;

use document::Overlay;

/// The limit on values that an overlay adds; copies could double the document each time.
const MAXIMUM_ADDED: usize = 20_000;

/// The description of `version` with its corrections.
pub fn corrected(
    mut document: Value,
    overlays: &[File],
    version: &str,
    findings: &mut Findings,
) -> Value {
    for file in overlays {
        let mut found = Findings::new();
        apply(&file.document, version, &mut document, &mut found);
        findings.extend(found.within(&file.path));
    }
    document
}

/// Applies the actions of an overlay document that are for `version`, each to the result of the one
/// before. An action with a fault is reported, and the next ones are applied without it.
pub fn apply(overlay: &Value, version: &str, document: &mut Value, findings: &mut Findings) {
    let Some(overlay) = Overlay::read(overlay, findings) else {
        return;
    };
    if !overlay.is_for(version) {
        return;
    }
    let mut left = MAXIMUM_ADDED;
    for action in &overlay.actions {
        if action.versions.include(version) {
            findings.keep(apply::action(action, document, &mut left));
        }
    }
}
