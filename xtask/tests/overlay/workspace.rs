//! The overlays of a workspace together.

use std::fs;

use serde_json::Value;
use xtask::correct::{lint, overlay};
use xtask::input::folder::Folder;
use xtask::input::{Description, Fit, Subject, load};
use xtask::support::error::{Error, Findings};

use crate::support::{Workspace, data};
use crate::{VERSION, document, overlay};

/// The corrected description of a workspace.
fn corrected(workspace: &Workspace, version: &str) -> Result<Value, Findings> {
    Findings::gather(|findings| {
        let folder = Folder::new(workspace.root());
        let read = Description::read(folder, Subject::Api, version, Fit::Exact, findings);
        let document = read.document.document;
        overlay::corrected(document, &read.overlays, version, findings)
    })
}

/// A workspace with the document, its texts and pins.
fn workspace() -> Workspace {
    let workspace = Workspace::empty();
    let text = load::print(&document()).unwrap();
    workspace.write(&Subject::Api.description(VERSION), &text);
    workspace.write("spec/names.yaml", "types: {}\n");
    for file in ["docs/fields.yaml", "docs/parameters.yaml"] {
        workspace.write(&format!("spec/{file}"), "{}\n");
    }
    for folder in ["docs/models", "docs/resources"] {
        fs::create_dir_all(workspace.path("spec").join(folder)).unwrap();
    }
    workspace
}

#[test]
fn overlays_of_a_workspace_apply_in_the_order_of_their_names() {
    let workspace = workspace();
    let action = |title| {
        overlay(&format!(
            "- {{target: $.info, description: why, update: {{title: {title}}}}}"
        ))
    };
    workspace.write("spec/overlays/20-b.yaml", &action("Second"));
    workspace.write("spec/overlays/00-z.yaml", &action("First"));
    workspace.write("spec/overlays/README.md", "no overlay");
    let document = corrected(&workspace, VERSION).unwrap();
    assert_eq!(document["info"]["title"], "Second");
}

#[test]
fn a_fault_names_the_file_and_the_action() {
    let workspace = workspace();
    workspace.write(
        "spec/overlays/10-maps.yaml",
        &overlay("- {target: $.nowhere, description: why, remove: true}"),
    );
    let error = Error::from(corrected(&workspace, VERSION).unwrap_err());
    assert_eq!(error.location, "spec/overlays/10-maps.yaml#/actions/0");
}

#[test]
fn a_file_with_another_extension_is_rejected() {
    let workspace = workspace();
    workspace.write("spec/overlays/10-maps.yml", "overlay: 1.0.0\n");
    let error = Error::from(corrected(&workspace, VERSION).unwrap_err());
    assert!(error.message.contains("`.yaml`"), "{error}");
}

#[test]
fn a_workspace_without_overlays_changes_nothing() {
    assert_eq!(corrected(&workspace(), VERSION).unwrap(), document());
}

#[test]
fn the_committed_overlays_match_every_version_that_they_are_for() {
    let workspace = Workspace::real();
    let folder = data("../../../../shared/upstream/bapi");
    let Ok(entries) = fs::read_dir(&folder) else {
        eprintln!("skipped: no published descriptions at {}", folder.display());
        return;
    };
    let mut clean = Vec::new();
    for entry in entries {
        let source = entry.unwrap().path();
        let name = source.file_name().unwrap().to_string_lossy().into_owned();
        let Some(version) = name
            .strip_suffix(".yml")
            .filter(|name| !name.contains("overlay"))
        else {
            continue;
        };
        xtask::follow::import::import(workspace.root(), &source).unwrap();
        let corrected = corrected(&workspace, version).unwrap();
        load::references(&corrected).unwrap();
        if Findings::gather(|findings| lint::check(&corrected, findings)).is_ok() {
            clean.push(version.to_owned());
        }
    }
    clean.sort();
    let expected = [
        "2021-02-05",
        "2024-10-01",
        "2025-03-12",
        "2025-04-10",
        "2025-11-10",
        "2026-05-12",
    ];
    assert_eq!(clean, expected);
}
