//! The same input gives the same bytes, whatever the process, the folder, the locale and the time
//! zone are.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use drift::scratch;
use xtask::output::ROOTS;

#[test]
fn two_processes_in_different_places_and_locales_write_the_same_bytes() {
    let first = written(&[("LC_ALL", "C"), ("TZ", "UTC")]);
    // In Turkish the capital of `i` is not `I`.
    let second = written(&[("LC_ALL", "tr_TR.UTF-8"), ("TZ", "Pacific/Kiritimati")]);

    let paths = |files: &BTreeMap<PathBuf, Vec<u8>>| files.keys().cloned().collect::<Vec<_>>();
    assert_eq!(paths(&first), paths(&second));
    assert!(first.len() > 100, "only {} files", first.len());
    let differing: Vec<&PathBuf> = first
        .iter()
        .filter(|(path, bytes)| second.get(*path) != Some(bytes))
        .map(|(path, _)| path)
        .collect();
    assert!(differing.is_empty(), "{differing:?} differ");
}

/// What `regenerate` writes into an empty copy, by path.
fn written(environment: &[(&str, &str)]) -> BTreeMap<PathBuf, Vec<u8>> {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let scratch = scratch(folder.path().join("copy")).expect("a copy");
    let output = Command::new(env!("CARGO_BIN_EXE_drift-xtask"))
        .arg("--root")
        .arg(scratch.root())
        .arg("regenerate")
        .envs(environment.iter().copied())
        .output()
        .expect("xtask starts");
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let mut files = BTreeMap::new();
    for root in ROOTS {
        collect(scratch.root(), &scratch.root().join(root), &mut files);
    }
    files
}

fn collect(root: &Path, folder: &Path, files: &mut BTreeMap<PathBuf, Vec<u8>>) {
    for entry in fs::read_dir(folder).expect("a written folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            collect(root, &path, files);
        } else {
            let name = path.strip_prefix(root).expect("a path below the copy");
            files.insert(name.to_owned(), fs::read(&path).expect("a written file"));
        }
    }
}
