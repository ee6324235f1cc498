//! Invalid workspaces and command lines.

use std::fs;
use std::process::Command;

use serde_json::json;

use crate::support::{Workspace, data, stderr, stdout};
use crate::{VERSION, edit, regenerate_rejects, rejected};

#[test]
fn an_overlay_that_matches_nothing() {
    regenerate_rejects(
        |workspace| {
            workspace.write(
                "spec/overlays/99-lost.yaml",
                "overlay: 1.0.0\ninfo: {title: Lost, version: 1.0.0}\nactions:\n\
                 - {target: \"$.paths['/nowhere']\", description: why, remove: true}\n",
            );
        },
        &[
            "spec/overlays/99-lost.yaml#/actions/0",
            "`$.paths['/nowhere']` matches nothing",
        ],
    );
}

#[test]
fn a_version_that_was_not_imported() {
    let workspace = Workspace::real();
    let before = workspace.files();
    let output = workspace.xtask(&["regenerate", "--version", "1999-01-01"]);
    rejected(&output, &["1999-01-01"], &before, &workspace);
}

#[test]
fn an_invalid_lock() {
    regenerate_rejects(
        |workspace| workspace.write("spec/lock.yaml", "current: []\n"),
        &["spec/lock.yaml", "this is not a lock"],
    );
}

#[test]
fn a_folder_that_is_not_a_workspace() {
    let workspace = Workspace::empty();
    fs::remove_dir(workspace.path("spec")).unwrap();
    let before = workspace.files();
    rejected(
        &workspace.xtask(&["regenerate"]),
        &["not a workspace"],
        &before,
        &workspace,
    );
}

#[test]
fn an_invalid_command_line_exits_with_2() {
    let workspace = Workspace::empty();
    for arguments in [
        &[][..],
        &["export"],
        &["import"],
        &["import", "a", "b"],
        &["regenerate", "--all"],
    ] {
        let output = workspace.xtask(arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert_eq!(stdout(&output), "");
        assert!(stderr(&output).contains("Usage: "), "{arguments:?}");
    }
}

#[test]
fn help_is_not_an_error() {
    let output = Workspace::empty().xtask(&["--help"]);
    assert_eq!(output.status.code(), Some(0));
    assert!(stdout(&output).contains("regenerate"));
    assert_eq!(stderr(&output), "");
}

#[test]
fn a_check_reports_differences_and_writes_nothing() {
    let workspace = Workspace::real();
    let first = workspace.xtask(&["regenerate", "--version", VERSION]);
    assert_eq!(first.status.code(), Some(0), "{}", stderr(&first));
    let made = workspace.files();

    let check = workspace.xtask(&["regenerate", "--check"]);
    assert_eq!(
        check.status.code(),
        Some(0),
        "{}{}",
        stdout(&check),
        stderr(&check)
    );
    assert!(workspace.files() == made);

    workspace.write("generated/stale.txt", "stale\n");
    workspace.write("generated/surface.txt", "edited\n");
    fs::remove_file(workspace.path("generated/operations.json")).unwrap();
    let spoilt = workspace.files();
    let check = workspace.xtask(&["regenerate", "--check"]);
    assert_eq!(check.status.code(), Some(1));
    let said = stdout(&check);
    for line in [
        "stale: generated/stale.txt\n",
        "different: generated/surface.txt\n",
        "missing: generated/operations.json\n",
        "--- generated/surface.txt (present)\n",
        "-edited\n",
        "help: run `cargo xtask regenerate`\n",
    ] {
        assert!(said.contains(line), "`{line}` is not in {said}");
    }
    assert!(workspace.files() == spoilt, "a check writes nothing");

    let again = workspace.xtask(&["regenerate"]);
    assert_eq!(again.status.code(), Some(0), "{}", stderr(&again));
    assert!(workspace.files() == made, "two runs give the same bytes");
}

#[test]
fn faults_are_printed_like_errors_of_rustc_and_counted() {
    let workspace = Workspace::real();
    edit(&workspace, |document| {
        let parameters = &mut document["paths"]["/users"]["get"]["parameters"];
        parameters[0]["in"] = json!("cookie");
        parameters[1]["in"] = json!("header");
    });
    let output = workspace.xtask(&["regenerate"]);
    assert_eq!(output.status.code(), Some(1));
    let said = stderr(&output);
    let blocks: Vec<Vec<&str>> = said
        .trim_end()
        .split("\n\n")
        .map(|block| block.lines().collect())
        .collect();
    let [faults @ .., count] = &blocks[..] else {
        panic!("{said}");
    };
    assert!(faults.len() > 1, "{said}");
    assert_eq!(
        count[..],
        [format!(
            "error: {} errors; nothing was written",
            faults.len()
        )],
        "{said}"
    );
    for fault in faults {
        let [message, location, help] = fault[..] else {
            panic!("not three lines: {fault:?}");
        };
        assert!(message.starts_with("error: "), "{said}");
        assert!(
            location.starts_with("  --> spec/2026-05-12.yaml#/paths/~1users/get/parameters/"),
            "{said}"
        );
        assert!(help.starts_with("  help: "), "{said}");
    }
}

#[test]
fn the_workspace_is_the_one_that_contains_the_current_folder() {
    let workspace = Workspace::real();
    let inner = workspace.path("clerk-api/src");
    fs::create_dir_all(&inner).unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_xtask"))
        .current_dir(&inner)
        // Cargo sets it to the package from which the tool was built.
        .env("CARGO_MANIFEST_DIR", env!("CARGO_MANIFEST_DIR"))
        .arg("regenerate")
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    assert!(workspace.path("clerk-api/src/generated/mod.rs").exists());
}

#[test]
fn outside_of_a_workspace_the_command_is_refused() {
    let folder = Workspace::empty();
    let document = data("import/upstream.yaml");
    for arguments in [
        &["import", document.to_str().unwrap()][..],
        &["regenerate", "--check"],
    ] {
        let output = Command::new(env!("CARGO_BIN_EXE_xtask"))
            .current_dir(folder.root())
            .env("CARGO_MANIFEST_DIR", env!("CARGO_MANIFEST_DIR"))
            .args(arguments)
            .output()
            .unwrap();
        assert_eq!(output.status.code(), Some(1));
        let said = stderr(&output);
        assert!(said.contains("not in a workspace"), "{said}");
        assert!(said.contains("--root"), "{said}");
    }
    assert!(folder.files().is_empty());
}
