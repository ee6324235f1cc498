//! A copy of the workspace in which the pipeline may write, with manifests for its packages with
//! machine-written sources.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::input::load;
use crate::pipeline;
use crate::pipeline::{Described, Fit};
use crate::record::features;
use crate::review::changes::previous;
use crate::support::error::Findings;
use crate::support::output;
use crate::support::output::Files;

/// The packages with machine-written sources.
const PACKAGES: [&str; 2] = ["clerk-api", "tests/every-operation"];

/// The size of a version's output.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    pub operations: usize,
    pub models: usize,
    /// Lines of the machine-written Rust in `clerk-api`.
    pub lines: usize,
}

/// The output of a version.
#[derive(Debug)]
pub struct Generated {
    pub described: Described,
    pub files: Files,
}

/// A copy of the workspace.
#[derive(Debug)]
pub struct Scratch {
    root: PathBuf,
}

impl Scratch {
    /// Copies to `root` what the pipeline reads from the workspace `source` and what its output is
    /// compiled with. Files of an earlier run are deleted.
    pub fn new(source: &Path, root: impl Into<PathBuf>) -> io::Result<Self> {
        let root = root.into();
        if root.exists() {
            fs::remove_dir_all(&root)?;
        }
        let scratch = Self::inputs(source, &root)?;
        for package in PACKAGES {
            copy(
                &source.join(package).join("src"),
                &root.join(package).join("src"),
            )?;
            let generated = root.join(package).join("src/generated");
            if generated.exists() {
                fs::remove_dir_all(generated)?;
            }
            let manifest = fs::read_to_string(source.join(package).join("Cargo.toml"))?;
            fs::write(root.join(package).join("Cargo.toml"), library(&manifest))?;
        }
        fs::copy(source.join("Cargo.lock"), root.join("Cargo.lock"))?;
        Ok(scratch)
    }

    /// Copies to `root` only what the pipeline reads, without the state before the last import.
    pub fn inputs(source: &Path, root: &Path) -> io::Result<Self> {
        copy(&source.join("spec"), &root.join("spec"))?;
        let previous = root.join(previous::FOLDER);
        if previous.exists() {
            fs::remove_dir_all(previous)?;
        }
        fs::create_dir_all(root.join("clerk-api"))?;
        let manifest = fs::read_to_string(source.join("clerk-api/Cargo.toml"))?;
        fs::write(root.join("clerk-api/Cargo.toml"), library(&manifest))?;
        let manifest = fs::read_to_string(source.join("Cargo.toml"))?;
        fs::write(root.join("Cargo.toml"), workspace_of(&manifest))?;
        Ok(Self {
            root: root.to_path_buf(),
        })
    }

    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Generates everything for an imported version, with the cargo features that it needs. Writes
    /// nothing but the manifest.
    pub fn generate(&self, version: &str, fit: Fit) -> Result<Generated, Findings> {
        let described = pipeline::describe_as(&self.root, version, fit)?;
        let manifest = self.root.join("clerk-api/Cargo.toml");
        let text = load::text(&manifest)?;
        output::write_file(&manifest, &features::rewrite(&text, &described.api))?;
        let files = pipeline::files(&self.root, &described)?;
        Ok(Generated { described, files })
    }

    /// Runs the pipeline for `version` and writes its output.
    pub fn regenerate(&self, version: &str, fit: Fit) -> Result<Counts, Findings> {
        let Generated { described, files } = self.generate(version, fit)?;
        output::write(&self.root, &files)?;
        let resources = described.api.resources.values();
        let rust = files.iter().filter(|(path, _)| {
            path.starts_with(pipeline::RUST) && path.extension().is_some_and(|end| end == "rs")
        });
        Ok(Counts {
            operations: resources.map(|resource| resource.operations.len()).sum(),
            models: described.api.types.len(),
            lines: rust.map(|(_, text)| text.lines().count()).sum(),
        })
    }
}

/// Copies a folder with everything in it.
fn copy(from: &Path, to: &Path) -> io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}

/// The manifest of the workspace, with only the copied members.
fn workspace_of(manifest: &str) -> String {
    let members: Vec<String> = PACKAGES.iter().map(|name| format!("\"{name}\"")).collect();
    let mut text = String::new();
    for line in manifest.lines() {
        if line.starts_with("members") {
            text.push_str(&format!("members = [{}]\n", members.join(", ")));
        } else if !line.starts_with("exclude") {
            text.push_str(&format!("{line}\n"));
        }
    }
    text
}

/// A package's manifest without the parts for tests and examples.
fn library(manifest: &str) -> String {
    let mut text = String::new();
    let mut left_out = false;
    for line in manifest.lines() {
        if line.starts_with('[') {
            left_out = line.starts_with("[dev-dependencies") || line.starts_with("[[");
        }
        if !left_out {
            text.push_str(&format!("{line}\n"));
        }
    }
    text
}
