//! Copies of the workspace with what the output of the pipeline is compiled with.

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

use xtask::follow::scratch::{Scratch, copy};
use xtask::input::{Fit, WORKSPACE};
use xtask::record::package;
use xtask::support::error::Findings;
use xtask::support::output;

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

/// The workspace that contains this package.
pub fn workspace() -> PathBuf {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    package.ancestors().nth(2).unwrap_or(package).to_path_buf()
}

/// A copy of it at `root`, as the output of the pipeline is compiled in. Files of an earlier run are
/// deleted.
pub fn scratch(root: impl Into<PathBuf>) -> Result<Scratch, Box<dyn Error>> {
    let (source, root) = (workspace(), root.into());
    let scratch = Scratch::inputs(&source, &root)?;
    for package in PACKAGES {
        let to = root.join(package).join("src");
        copy(&source.join(package).join("src"), &to)?;
        if to.join("generated").exists() {
            fs::remove_dir_all(to.join("generated"))?;
        }
        let manifest = format!("{package}/Cargo.toml");
        let text = fs::read_to_string(source.join(&manifest))?;
        fs::write(root.join(&manifest), library(&manifest, &text)?)?;
    }
    let text = fs::read_to_string(source.join(WORKSPACE))?;
    fs::write(root.join(WORKSPACE), workspace_of(&text)?)?;
    fs::copy(source.join("Cargo.lock"), root.join("Cargo.lock"))?;
    Ok(scratch)
}

/// Runs the pipeline for `version` in the copy and writes its output.
pub fn regenerate(scratch: &Scratch, version: &str, fit: Fit) -> Result<Counts, Findings> {
    let generated = scratch.generate(version, fit)?;
    output::write(scratch.root(), &generated.files)?;
    let api = &generated.described.api;
    let rust = generated.files.iter().filter(|(path, _)| {
        path.starts_with(output::CLIENT) && path.extension().is_some_and(|end| end == "rs")
    });
    Ok(Counts {
        operations: api
            .resources
            .values()
            .map(|resource| resource.operations.len())
            .sum(),
        models: api.types.len(),
        lines: rust.map(|(_, text)| text.lines().count()).sum(),
    })
}

/// The manifest of the workspace with only the copied members.
fn workspace_of(text: &str) -> Result<String, Box<dyn Error>> {
    let mut manifest = package::manifest(WORKSPACE, text)?;
    manifest["workspace"]["members"] = format!("{PACKAGES:?}").parse()?;
    if let Some(workspace) = manifest["workspace"].as_table_mut() {
        workspace.remove("exclude");
    }
    Ok(manifest.to_string())
}

/// A package's manifest without the parts for tests and examples.
fn library(location: &str, text: &str) -> Result<String, Box<dyn Error>> {
    let mut manifest = package::manifest(location, text)?;
    for part in ["dev-dependencies", "bin", "bench", "example", "test"] {
        manifest.remove(part);
    }
    Ok(manifest.to_string())
}
