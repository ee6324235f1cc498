//! The same input gives the same bytes, whatever the process, folder, locale, time zone and the
//! order of files in their folders.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use drift::scratch;
use xtask::support::output::ROOTS;

#[test]
fn two_processes_in_different_environments_write_the_same_bytes() {
    let first = written(&[("LC_ALL", "C"), ("TZ", "UTC")], Order::Ascending);
    // In Turkish the capital of `i` is not `I`.
    let second = written(
        &[("LC_ALL", "tr_TR.UTF-8"), ("TZ", "Pacific/Kiritimati")],
        Order::Descending,
    );

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

/// The order in which the files of a folder are created, in which some file systems list them.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Order {
    Ascending,
    Descending,
}

/// The files that `regenerate` writes into an empty copy, by path.
fn written(environment: &[(&str, &str)], order: Order) -> BTreeMap<PathBuf, Vec<u8>> {
    // In-memory file systems list the newest file first, or the oldest; others list by a salted
    // hash of the name.
    let memory = Path::new("/dev/shm");
    let folder = if memory.is_dir() {
        tempfile::tempdir_in(memory)
    } else {
        tempfile::tempdir()
    }
    .expect("a temporary folder");
    let scratch = scratch(folder.path().join("copy")).expect("a copy");
    for inputs in ["spec/overlays", "spec/docs/resources", "spec/docs/models"] {
        made_anew(&scratch.root().join(inputs), order);
    }
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

/// The same folder with its files created in this order.
fn made_anew(folder: &Path, order: Order) {
    let mut files: Vec<(PathBuf, Vec<u8>)> = fs::read_dir(folder)
        .expect("a folder")
        .map(|entry| entry.expect("an entry").path())
        .map(|path| (path.clone(), fs::read(&path).expect("a file")))
        .collect();
    files.sort();
    if order == Order::Descending {
        files.reverse();
    }
    fs::remove_dir_all(folder).expect("the old folder can be removed");
    fs::create_dir(folder).expect("a new folder");
    for (path, bytes) in files {
        fs::write(path, bytes).expect("a file");
    }
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
