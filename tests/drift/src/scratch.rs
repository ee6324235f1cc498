//! A copy of the workspace, with a manifest for those of its packages that are machine-written.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;

use xtask::error::Findings;
use xtask::record::features;
use xtask::{output, pipeline};

use crate::workspace;

/// The packages that have machine-written sources.
const PACKAGES: [&str; 2] = ["clerk-api", "tests/every-operation"];

/// How much a version makes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    pub operations: usize,
    pub models: usize,
    /// Of the machine-written Rust in `clerk-api`.
    pub lines: usize,
}

/// A copy of the workspace.
#[derive(Debug)]
pub struct Scratch {
    root: PathBuf,
}

impl Scratch {
    /// Copies to `root` what the pipeline reads and what its output is compiled with. What an
    /// earlier run left there is deleted.
    pub fn new(root: impl Into<PathBuf>) -> io::Result<Self> {
        let (root, source) = (root.into(), workspace());
        if root.exists() {
            fs::remove_dir_all(&root)?;
        }
        copy(&source.join("spec"), &root.join("spec"))?;
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
        let manifest = fs::read_to_string(source.join("Cargo.toml"))?;
        fs::write(root.join("Cargo.toml"), workspace_of(&manifest))?;
        fs::copy(source.join("Cargo.lock"), root.join("Cargo.lock"))?;
        Ok(Self { root })
    }

    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Runs the pipeline for `version` and writes what it makes.
    pub fn regenerate(&self, version: &str) -> Result<Counts, Findings> {
        let described = pipeline::describe(&self.root, Some(version))?;
        let manifest = self.root.join("clerk-api/Cargo.toml");
        let text = xtask::load::text(&manifest)?;
        output::write_file(&manifest, &features::rewrite(&text, &described.api))?;

        let files = pipeline::run(&self.root, Some(version))?;
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

    /// Type-checks the copy with all features; gives what the compiler said when it refused.
    ///
    /// `target` is shared by several copies, so that dependencies are compiled once. It is not the
    /// workspace's: a cargo that runs the tests may hold the lock of that.
    pub fn build(&self, target: &Path) -> Result<(), String> {
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let output = Command::new(cargo)
            .args(["check", "--workspace", "--all-features", "--offline"])
            .arg("--target-dir")
            .arg(target)
            .current_dir(&self.root)
            .env_remove("CARGO_TARGET_DIR")
            .output()
            .map_err(|error| format!("cargo does not start: {error}"))?;
        if output.status.success() {
            return Ok(());
        }
        let said = String::from_utf8_lossy(&output.stderr);
        let errors = said.find("\nerror").unwrap_or(0);
        Err(said.chars().skip(errors).take(8_000).collect())
    }
}

/// The folder and all that is in it.
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

/// The manifest of the workspace with no other members than those that were copied.
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

/// A package's manifest without what its tests and examples need.
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
