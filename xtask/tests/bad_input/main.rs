//! Invalid input to the real program: one clear error, exit code 1, no file touched, no panic.

#[path = "../support/mod.rs"]
mod support;

mod descriptions;
mod sizes;
mod workspace;

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;
use std::process::Output;

use serde_json::Value;
use support::{Workspace, data, stderr, stdout};
use xtask::input::load;

const VERSION: &str = "2026-05-12";
const DESCRIPTION: &str = "spec/2026-05-12.yaml";

/// Checks that the program ended with one error that contains all of `words`, and touched nothing.
#[track_caller]
fn rejected(
    output: &Output,
    words: &[&str],
    before: &BTreeMap<PathBuf, Vec<u8>>,
    workspace: &Workspace,
) {
    let said = stderr(output);
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert_eq!(stdout(output), "");
    let errors = said
        .lines()
        .filter(|line| line.starts_with("error: "))
        .count();
    assert_eq!(errors, 1, "{said}");
    assert_eq!(
        said.lines()
            .filter(|line| line.starts_with("  help: "))
            .count(),
        1,
        "{said}"
    );
    assert!(!said.contains("panicked"), "{said}");
    for word in words {
        assert!(said.contains(word), "`{word}` is not in: {said}");
    }
    assert!(workspace.files() == *before, "a file was touched: {said}");
}

#[track_caller]
fn import_rejects(text: &str, words: &[&str]) {
    let workspace = Workspace::empty();
    workspace.write("spec/lock.yaml", "current: ''\nsources: {}\n");
    workspace.write("generated/surface.txt", "as it was\n");
    workspace.write("incoming.yaml", text);
    let before = workspace.files();
    let path = workspace.path("incoming.yaml");
    let output = workspace.xtask(&["import", path.to_str().unwrap()]);
    rejected(&output, words, &before, &workspace);
}

/// `change` breaks the workspace before `regenerate` runs in it.
#[track_caller]
fn regenerate_rejects(change: impl FnOnce(&Workspace), words: &[&str]) {
    let workspace = Workspace::real();
    workspace.write("generated/surface.txt", "as it was\n");
    workspace.write("clerk-api/src/generated/old.rs", "// as it was\n");
    change(&workspace);
    let before = workspace.files();
    rejected(
        &workspace.xtask(&["regenerate"]),
        words,
        &before,
        &workspace,
    );
}

fn mini() -> String {
    fs::read_to_string(data("import/canonical.yaml")).unwrap()
}

/// Edits the real description as a JSON value.
fn edit(workspace: &Workspace, change: impl FnOnce(&mut Value)) {
    let path = workspace.path(DESCRIPTION);
    let mut document = load::yaml(&path).unwrap();
    change(&mut document);
    fs::write(path, load::print(&document).unwrap()).unwrap();
}
