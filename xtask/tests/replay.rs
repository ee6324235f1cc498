//! `cargo xtask replay`: successive versions in a copy of the workspace.

mod support;

use std::fs;
use std::path::Path;

use serde_json::{Value, json};
use support::{Workspace, stderr, stdout};
use xtask::follow::replay::{Outcome, Version, replay};
use xtask::input::load;

const DESCRIPTION: &str = "spec/2026-05-12.yaml";
const UPSTREAM: &str = "../../shared/upstream/bapi";

/// A file of a history, and its change.
type Edit = (&'static str, fn(&mut Value));

/// Versions of the real description, each an edit of the one before.
fn history(workspace: &Workspace, edits: &[Edit]) {
    let mut document = load::yaml(&workspace.path(DESCRIPTION)).unwrap();
    for (name, edit) in edits {
        edit(&mut document);
        workspace.write(&format!("history/{name}"), &load::print(&document).unwrap());
    }
}

fn row<'a>(said: &'a str, name: &str) -> Vec<&'a str> {
    let line = said.lines().find(|line| line.starts_with(name)).unwrap();
    line.split_whitespace().collect()
}

#[test]
fn each_version_is_compared_with_the_last_that_succeeded() {
    let workspace = Workspace::real();
    history(
        &workspace,
        &[
            ("1.yaml", |_| {}),
            ("2.yaml", |document| {
                document["paths"]["/users"]["get"]["parameters"]
                    .as_array_mut()
                    .unwrap()
                    .push(json!({ "name": "nickname", "in": "query", "schema": { "type": "string" } }));
            }),
            ("3.yaml", |document| {
                document["paths"]["/users"]["get"]["operationId"] = json!("");
                document["paths"]["/users"]["get"]["parameters"][0]["in"] = json!("cookie");
            }),
            ("4.yaml", |document| {
                document["paths"]["/users"]["get"]["operationId"] = json!("GetUserList");
                document["paths"]["/users"]["get"]["parameters"][0]["in"] = json!("query");
                document["components"]["schemas"]["User"]["properties"]["locked"] =
                    json!({ "type": "string" });
            }),
        ],
    );
    workspace.write("history/5-cut.yaml", "openapi: 3.0.3\ninfo: {tit");
    workspace.write(
        "history/6.overlay.yaml",
        "overlay: 1.0.0\ninfo: {title: a, version: b}\nactions: []\n",
    );
    workspace.write("history/notes.txt", "no description");
    let before = workspace.files();

    let folder = workspace.path("history").display().to_string();
    let output = workspace.xtask(&["replay", &folder]);
    let said = stdout(&output);
    assert_eq!(output.status.code(), Some(1), "{said}{}", stderr(&output));
    assert!(workspace.files() == before, "the workspace is untouched");

    // file, version, lines, classes, bump, names, faults.
    let first = row(&said, "1.yaml");
    assert_eq!(
        (first[1], first[3], first[4]),
        ("2026-05-12", "0", "0"),
        "{said}"
    );
    let second = row(&said, "2.yaml");
    assert_eq!(second[4..8], ["1", "0", "0", "minor"], "{said}");
    assert_eq!(second[9..], ["0", "0", "0"], "{said}");
    assert_ne!(second[2], "0", "the setter is new: {said}");
    assert_eq!(row(&said, "3.yaml")[1], "rejected", "{said}");
    let fourth = row(&said, "4.yaml");
    assert_eq!(fourth[4..8], ["0", "0", "1", "major"], "{said}");
    assert_eq!(row(&said, "5-cut.yaml")[1], "rejected", "{said}");
    assert_eq!(row(&said, "6.overlay.yaml")[1], "skipped", "{said}");

    let (_, faults) = said.split_once("\n3.yaml: rejected\n").unwrap();
    let fault = faults.split("\n\n").next().unwrap();
    assert!(
        fault.contains("--> spec/2026-05-12.yaml#/paths/~1users/get"),
        "{fault}"
    );
    assert!(fault.contains("help: "), "{fault}");
}

#[test]
fn the_published_versions_are_replayed() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(UPSTREAM);
    if !folder.is_dir() {
        let missing = format!("there are no upstream documents in {}", folder.display());
        assert!(
            std::env::var_os("CLERK_REQUIRE_UPSTREAM").is_none_or(|value| value != "1"),
            "CLERK_REQUIRE_UPSTREAM=1, and {missing}"
        );
        eprintln!("skipped: {missing}; CLERK_REQUIRE_UPSTREAM=1 makes this a failure");
        return;
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    // The last two are enough here; tests/drift generates and compiles all of them.
    let few = tempfile::tempdir().unwrap();
    for name in ["2025-11-10.yml", "2026-05-12.yml"] {
        fs::copy(folder.join(name), few.path().join(name)).unwrap();
    }
    let versions = replay(&root, few.path()).unwrap();
    let names: Vec<&str> = versions
        .iter()
        .map(|version| version.name.as_str())
        .collect();
    assert_eq!(names, ["2025-11-10.yml", "2026-05-12.yml"]);
    let step = |version: &Version| match &version.outcome {
        Outcome::Made(step) => step.clone(),
        other => panic!("{}: {other:?}", version.name),
    };
    assert_eq!(step(&versions[0]).counts, None);
    let counts = step(&versions[1]).counts.unwrap();
    // An update no longer sets the metadata of users and organizations.
    assert_eq!(counts.breaking_for_requests, 5);
    assert_eq!(counts.names_gone, 0);
}

#[test]
fn a_folder_without_descriptions_is_a_fault() {
    let workspace = Workspace::real();
    workspace.write("history/notes.txt", "none");
    let folder = workspace.path("history").display().to_string();
    let output = workspace.xtask(&["replay", &folder]);
    assert_eq!(output.status.code(), Some(1));
    assert!(
        stderr(&output).contains("contains no description"),
        "{}",
        stderr(&output)
    );
}

/// The fifteen states of one version that were published in a row; they are not part of the repository.
#[test]
fn every_state_of_the_history_is_generated_or_lists_its_faults_at_once() {
    let folder =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/upstream/history/bapi-2026-05-12");
    if !folder.is_dir() {
        eprintln!("skipped: there is no history in {}", folder.display());
        return;
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let versions = replay(&root, &folder).unwrap();
    assert_eq!(versions.len(), 15);
    for version in &versions {
        // Those before are of an older version, whose fields today's samples do not know.
        let must_generate = version.name.as_str() >= "003";
        match &version.outcome {
            Outcome::Made(_) => {}
            Outcome::Rejected(findings) if !must_generate => {
                for error in findings.iter() {
                    assert!(
                        !error.help.is_empty() && error.location.contains("spec/"),
                        "{error}"
                    );
                }
            }
            other => panic!("{}: {other:?}", version.name),
        }
    }
}
