//! Writing machine-written files, and reporting differences.

mod support;

use std::fs;
use std::path::PathBuf;
use std::time::{Duration, SystemTime};

use support::Workspace;
use xtask::support::output::{self, Changes, Difference, Files};

fn files(files: &[(&str, &str)]) -> Files {
    files
        .iter()
        .map(|(path, text)| (PathBuf::from(path), (*text).to_owned()))
        .collect()
}

fn three() -> Files {
    files(&[
        ("clerk-api/src/generated/mod.rs", "mod a;\n"),
        ("clerk-api/src/generated/models/a.rs", "struct A;\n"),
        ("generated/surface.txt", "A\n"),
    ])
}

#[test]
fn files_are_written_with_their_folders() {
    let workspace = Workspace::empty();
    let changes = output::write(workspace.root(), &three()).unwrap();
    assert_eq!(
        changes,
        Changes {
            written: 3,
            deleted: 0,
            unchanged: 0
        }
    );
    for (path, text) in three() {
        assert_eq!(
            fs::read_to_string(workspace.root().join(path)).unwrap(),
            text
        );
    }
    assert_eq!(workspace.files().len(), 3, "and no temporary ones");
}

#[test]
fn an_unchanged_file_is_not_touched() {
    let workspace = Workspace::empty();
    output::write(workspace.root(), &three()).unwrap();
    let path = workspace.path("generated/surface.txt");
    let long_ago = SystemTime::now() - Duration::from_secs(86_400);
    fs::File::options()
        .write(true)
        .open(&path)
        .unwrap()
        .set_modified(long_ago)
        .unwrap();
    let changes = output::write(workspace.root(), &three()).unwrap();
    assert_eq!(
        changes,
        Changes {
            written: 0,
            deleted: 0,
            unchanged: 3
        }
    );
    assert_eq!(fs::metadata(&path).unwrap().modified().unwrap(), long_ago);
}

#[test]
fn stale_files_and_empty_folders_are_deleted_only_in_machine_written_folders() {
    let workspace = Workspace::empty();
    output::write(workspace.root(), &three()).unwrap();
    workspace.write("clerk-api/src/generated/models/old/b.rs", "struct B;\n");
    workspace.write("generated/old.json", "{}\n");
    workspace.write("clerk-api/src/client.rs", "// by hand\n");
    let changes = output::write(workspace.root(), &three()).unwrap();
    assert_eq!(
        changes,
        Changes {
            written: 0,
            deleted: 2,
            unchanged: 3
        }
    );
    assert!(
        !workspace
            .path("clerk-api/src/generated/models/old")
            .exists()
    );
    assert!(!workspace.path("generated/old.json").exists());
    assert!(workspace.path("clerk-api/src/client.rs").exists());
}

#[test]
fn a_file_outside_the_machine_written_folders_is_rejected_before_anything_is_written() {
    for path in [
        "clerk-api/src/lib.rs",
        "generated/../README.md",
        "/tmp/x",
        "other/x",
    ] {
        let workspace = Workspace::empty();
        let mut wanted = three();
        wanted.insert(PathBuf::from(path), String::new());
        let error = output::write(workspace.root(), &wanted).unwrap_err();
        assert!(
            error
                .message
                .contains("outside the machine-written folders"),
            "{error}"
        );
        assert_eq!(workspace.files().len(), 0);
    }
}

#[test]
fn a_check_without_differences_is_empty() {
    let workspace = Workspace::empty();
    output::write(workspace.root(), &three()).unwrap();
    assert!(
        output::check(workspace.root(), &three())
            .unwrap()
            .is_empty()
    );
}

#[test]
fn a_check_reports_missing_stale_and_different_files_and_writes_nothing() {
    let workspace = Workspace::empty();
    workspace.write("clerk-api/src/generated/mod.rs", "mod b;\n");
    workspace.write("clerk-api/src/generated/models/a.rs", "struct A;\n");
    workspace.write("generated/old.json", "{}\n");
    let before = workspace.files();
    let differences = output::check(workspace.root(), &three()).unwrap();
    assert_eq!(workspace.files(), before);
    let found: Vec<_> = differences
        .files
        .iter()
        .map(|(path, difference)| (path.to_str().unwrap(), *difference))
        .collect();
    assert_eq!(
        found,
        [
            ("clerk-api/src/generated/mod.rs", Difference::Different),
            ("generated/old.json", Difference::Stale),
            ("generated/surface.txt", Difference::Missing),
        ]
    );
    assert_eq!(
        differences.to_string(),
        "\
different: clerk-api/src/generated/mod.rs
stale: generated/old.json
missing: generated/surface.txt

--- clerk-api/src/generated/mod.rs (present)
+++ clerk-api/src/generated/mod.rs (wanted)
@@ -1 +1 @@
-mod b;
+mod a;

help: run `cargo xtask regenerate`"
    );
}

#[test]
fn a_long_difference_is_shown_in_part() {
    let workspace = Workspace::empty();
    let old: String = (0..100).map(|line| format!("old {line}\n")).collect();
    let new: String = (0..100).map(|line| format!("new {line}\n")).collect();
    workspace.write("generated/surface.txt", &old);
    let wanted = files(&[("generated/surface.txt", &new)]);
    let shown = output::check(workspace.root(), &wanted)
        .unwrap()
        .to_string();
    assert!(shown.contains("-old 0\n"), "{shown}");
    assert!(shown.contains("\n…\n"), "{shown}");
    assert!(shown.lines().count() < 50, "{shown}");
}

#[cfg(unix)]
#[test]
fn links_and_devices_are_written_to_and_not_replaced() {
    let workspace = Workspace::empty();
    for (name, target) in [("null", "/dev/null"), ("link", "report.md")] {
        workspace.write("report.md", "old\n");
        let link = workspace.path(name);
        std::os::unix::fs::symlink(target, &link).unwrap();
        assert!(output::write_file(&link, "new\n").unwrap(), "{name}");
        assert_eq!(fs::read_link(&link).unwrap(), PathBuf::from(target));
    }
    assert_eq!(
        fs::read_to_string(workspace.path("report.md")).unwrap(),
        "new\n"
    );
}

/// The device is a disk that is always full.
#[cfg(target_os = "linux")]
#[test]
fn a_result_that_cannot_be_printed_is_a_fault() {
    let workspace = support::Workspace::real();
    let arguments = |command: &[&str]| {
        let full = std::fs::File::create("/dev/full").unwrap();
        std::process::Command::new(env!("CARGO_BIN_EXE_xtask"))
            .arg("--root")
            .arg(workspace.root())
            .args(command)
            .stdout(full)
            .output()
            .unwrap()
    };
    let file = workspace.path("spec/2026-05-12.yaml").display().to_string();
    for (command, status) in [
        (&["diff", file.as_str(), &file][..], 3),
        (&["changelog"], 1),
        (&["import", &file], 1),
    ] {
        std::fs::create_dir_all(workspace.path("generated")).unwrap();
        workspace.write("CHANGELOG.md", "## Unreleased\n");
        workspace.write("generated/changelog-entry.md", "Nothing.\n");
        let output = arguments(command);
        let said = support::stderr(&output);
        assert_eq!(output.status.code(), Some(status), "{command:?}: {said}");
        assert!(
            said.contains("--> standard output\n  help: free space"),
            "{said}"
        );
    }
}
