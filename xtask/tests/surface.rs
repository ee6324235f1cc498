//! `cargo xtask surface BASE`: a breaking change of the public surface requires a breaking version.
//! Also, versions must have the API version as their build metadata.

mod support;

use std::fs;
use std::process::Command;

use support::{Workspace, stderr, stdout};

const FIELDS: &str = "# Public items, form 2\nmodels::User.id: String\nmodels::User.locked: bool\n\
                      models::User: struct\n";
const EVENTS: &str = "# Public items, form 2\nEventKind: open enum\n";

/// A repository whose first commit is tagged `v0.1.0`.
fn released() -> Workspace {
    let workspace = Workspace::empty();
    for package in ["clerk-api", "clerk-auth"] {
        version(&workspace, package, "0.1.0+2026-05-12");
    }
    workspace.write("generated/surface.txt", FIELDS);
    workspace.write("generated/webhooks-surface.txt", EVENTS);
    git(&workspace, &["init", "--quiet"]);
    git(&workspace, &["add", "--all"]);
    let who = ["-c", "user.name=Ada", "-c", "user.email=ada@example.com"];
    git(
        &workspace,
        &[&who[..], &["commit", "--quiet", "-m", "one"]].concat(),
    );
    git(&workspace, &["tag", "v0.1.0"]);
    workspace
}

fn git(workspace: &Workspace, arguments: &[&str]) {
    let mut command = Command::new("git");
    let output = command
        .arg("-C")
        .arg(workspace.root())
        .args(arguments)
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", stderr(&output));
}

fn version(workspace: &Workspace, package: &str, version: &str) {
    let text = format!("[package]\nname = \"{package}\"\nversion = \"{version}\"\n");
    workspace.write(&format!("{package}/Cargo.toml"), &text);
}

/// The exit status and the output.
fn surface(workspace: &Workspace, base: &str) -> (Option<i32>, String) {
    let output = workspace.xtask(&["surface", base]);
    let said = stdout(&output) + &stderr(&output);
    (output.status.code(), said)
}

#[test]
fn additions_and_deprecations_need_no_version() {
    let workspace = released();
    assert_eq!(surface(&workspace, "v0.1.0").0, Some(0));
    let more = FIELDS.replace("bool", "bool, deprecated") + "models::User.nickname: String\n";
    workspace.write("generated/surface.txt", &more);
    let (status, said) = surface(&workspace, "v0.1.0");
    assert_eq!(status, Some(0), "{said}");
    assert!(said.contains("0 breaking, 1 deprecated, 1 added"), "{said}");
}

#[test]
fn a_breaking_change_requires_a_breaking_version() {
    let workspace = released();
    workspace.write("generated/surface.txt", &FIELDS.replace("bool", "String"));
    let (status, said) = surface(&workspace, "v0.1.0");
    assert_eq!(status, Some(1), "{said}");
    for words in [
        "  - models::User.locked: bool\n  + models::User.locked: String\n",
        "error: the public surface has breaking changes since v0.1.0, but version 0.1.0+2026-05-12",
        "\n  --> clerk-api/Cargo.toml\n",
        "make the version 0.2.0+2026-05-12, or keep the items",
    ] {
        assert!(said.contains(words), "`{words}` is not in:\n{said}");
    }
    for (stated, status) in [
        ("0.1.9+2026-05-12", 1),
        ("0.1.0+2027-01-01", 1),
        ("0.2.0+2026-05-12", 0),
        ("1.0.0+2026-05-12", 0),
    ] {
        version(&workspace, "clerk-api", stated);
        assert_eq!(surface(&workspace, "v0.1.0").0, Some(status), "{stated}");
    }
}

#[test]
fn each_package_is_checked_on_its_own() {
    let workspace = released();
    workspace.write(
        "generated/webhooks-surface.txt",
        &EVENTS.replace("open ", ""),
    );
    version(&workspace, "clerk-api", "0.2.0+2026-05-12");
    let (status, said) = surface(&workspace, "v0.1.0");
    assert_eq!(status, Some(1), "{said}");
    assert!(said.contains("--> clerk-auth/Cargo.toml\n"), "{said}");
    assert!(!said.contains("--> clerk-api/Cargo.toml\n"), "{said}");
}

#[test]
fn a_base_without_a_record_is_reported_and_an_unknown_one_is_a_fault() {
    let workspace = released();
    git(
        &workspace,
        &["rm", "--quiet", "generated/webhooks-surface.txt"],
    );
    let who = ["-c", "user.name=Ada", "-c", "user.email=ada@example.com"];
    git(
        &workspace,
        &[&who[..], &["commit", "--quiet", "-m", "two"]].concat(),
    );
    workspace.write(
        "generated/webhooks-surface.txt",
        &EVENTS.replace("open ", ""),
    );
    let (status, said) = surface(&workspace, "HEAD");
    assert_eq!(status, Some(0), "{said}");
    assert!(
        said.contains("clerk-auth: HEAD has no generated/webhooks-surface.txt"),
        "{said}"
    );

    let earlier = FIELDS.replace("# Public items, form 2\n", "");
    workspace.write("generated/surface.txt", &earlier);
    git(&workspace, &["add", "--all"]);
    git(
        &workspace,
        &[&who[..], &["commit", "--quiet", "-m", "three"]].concat(),
    );
    workspace.write("generated/surface.txt", "# Public items, form 2\n");
    let (status, said) = surface(&workspace, "HEAD");
    assert_eq!(status, Some(0), "{said}");
    assert!(
        said.contains("clerk-api: generated/surface.txt of HEAD is from an earlier toolchain"),
        "{said}"
    );

    for unknown in ["v9.9.9", "--all"] {
        let output = workspace.xtask(&["surface", "--", unknown]);
        assert_eq!(output.status.code(), Some(1));
        assert!(
            stderr(&output).contains("git does not find this revision"),
            "{}",
            stderr(&output)
        );
    }
}

#[test]
fn a_version_without_the_api_version_is_rejected_with_the_correct_one() {
    let workspace = Workspace::real();
    let manifest = "clerk-api/Cargo.toml";
    let text = fs::read_to_string(workspace.path(manifest)).unwrap();
    workspace.write(manifest, &text.replace("+2026-05-12\"", "+2025-11-10\""));
    let output = workspace.xtask(&["regenerate"]);
    assert_eq!(output.status.code(), Some(1));
    let said = stderr(&output);
    assert!(
        said.contains("error: version 0.1.0+2025-11-10 does not have the API version of spec/lock.yaml as its build metadata\n  --> clerk-api/Cargo.toml\n"),
        "{said}"
    );
    assert!(
        said.contains("write `version = \"0.1.0+2026-05-12\"`"),
        "{said}"
    );
}
