//! Shared by the tests of the toolchain: workspaces in temporary folders, and data files.
#![allow(dead_code)] // Each test crate uses only some of it.

pub(crate) mod metadata;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use tempfile::TempDir;

/// The path of a file in tests/data.
pub(crate) fn data(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/data")
        .join(name)
}

/// A workspace that belongs to one test.
pub(crate) struct Workspace {
    folder: TempDir,
}

impl Workspace {
    /// With an empty folder `spec`.
    pub(crate) fn empty() -> Self {
        let workspace = Self {
            folder: tempfile::tempdir().unwrap(),
        };
        fs::create_dir(workspace.path("spec")).unwrap();
        workspace
    }

    /// With what `regenerate` reads from the real one.
    pub(crate) fn real() -> Self {
        let workspace = Self {
            folder: tempfile::tempdir().unwrap(),
        };
        let real = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        copy(&real.join("spec"), &workspace.path("spec"));
        fs::create_dir_all(workspace.path("clerk-api")).unwrap();
        for manifest in ["Cargo.toml", "clerk-api/Cargo.toml"] {
            fs::copy(real.join(manifest), workspace.path(manifest)).unwrap();
        }
        workspace
    }

    pub(crate) fn root(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn path(&self, below: &str) -> PathBuf {
        self.folder.path().join(below)
    }

    pub(crate) fn write(&self, below: &str, text: &str) {
        let path = self.path(below);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// Adds the sample value that a new field must have.
    pub(crate) fn give_sample(&self, field: &str) {
        let table = "spec/overlays/18-sample-values.yaml";
        let text = fs::read_to_string(self.path(table)).unwrap();
        // The table is the last of the file.
        self.write(table, &format!("{text}          {field}: [Some words]\n"));
    }

    /// Every file with its bytes.
    pub(crate) fn files(&self) -> BTreeMap<PathBuf, Vec<u8>> {
        let mut files = BTreeMap::new();
        read(self.root(), &mut files);
        files
    }

    /// Runs the tool in this workspace.
    pub(crate) fn xtask(&self, arguments: &[&str]) -> Output {
        Command::new(env!("CARGO_BIN_EXE_xtask"))
            .arg("--root")
            .arg(self.root())
            .args(arguments)
            .output()
            .unwrap()
    }
}

pub(crate) fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

pub(crate) fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

fn read(folder: &Path, files: &mut BTreeMap<PathBuf, Vec<u8>>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            read(&path, files);
        } else {
            files.insert(path.clone(), fs::read(&path).unwrap());
        }
    }
}
