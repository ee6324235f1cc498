//! The overlays of a workspace together.

use std::fs;

use xtask::correct::overlay::apply_all;
use xtask::input::load;

use crate::support::{Workspace, data};
use crate::{VERSION, document, overlay};

#[test]
fn overlays_of_a_workspace_apply_in_the_order_of_their_names() {
    let workspace = Workspace::empty();
    let action = |title| {
        overlay(&format!(
            "- {{target: $.info, description: why, update: {{title: {title}}}}}"
        ))
    };
    workspace.write("spec/overlays/20-b.yaml", &action("Second"));
    workspace.write("spec/overlays/00-z.yaml", &action("First"));
    workspace.write("spec/overlays/README.md", "no overlay");
    let document = apply_all(workspace.root(), VERSION, document()).unwrap();
    assert_eq!(document["info"]["title"], "Second");
}

#[test]
fn a_fault_names_the_file_and_the_action() {
    let workspace = Workspace::empty();
    workspace.write(
        "spec/overlays/10-maps.yaml",
        &overlay("- {target: $.nowhere, description: why, remove: true}"),
    );
    let error = apply_all(workspace.root(), VERSION, document()).unwrap_err();
    assert_eq!(error.location, "spec/overlays/10-maps.yaml#/actions/0");
}

#[test]
fn a_file_with_another_extension_is_rejected() {
    let workspace = Workspace::empty();
    workspace.write("spec/overlays/10-maps.yml", "overlay: 1.0.0\n");
    let error = apply_all(workspace.root(), VERSION, document()).unwrap_err();
    assert!(error.message.contains("`.yaml`"), "{error}");
}

#[test]
fn a_workspace_without_overlays_changes_nothing() {
    let workspace = Workspace::empty();
    assert_eq!(
        apply_all(workspace.root(), VERSION, document()).unwrap(),
        document()
    );
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
        let imported = xtask::follow::import::import(workspace.root(), &source).unwrap();
        let document = load::yaml(&imported.path).unwrap();
        let corrected = apply_all(workspace.root(), version, document).unwrap();
        load::references(&corrected).unwrap();
        if xtask::correct::lint::check(&corrected).is_ok() {
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
