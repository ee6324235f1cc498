//! A copy of the workspace in which the pipeline may write, with manifests for its packages with
//! machine-written sources.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use toml_edit::{Array, DocumentMut, Item};

use crate::input::names::Names;
use crate::input::{CLIENT, Fit, Inputs, load, previous};
use crate::pipeline;
use crate::pipeline::Described;
use crate::record::{features, package};
use crate::support::error::{Error, Findings, Result};
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
    pub names: Names,
}

/// A copy of the workspace.
#[derive(Debug)]
pub struct Scratch {
    root: PathBuf,
}

impl Scratch {
    /// Copies to `root` what the pipeline reads from the workspace `source` and what its output is
    /// compiled with. Files of an earlier run are deleted.
    pub fn new(source: &Path, root: impl Into<PathBuf>) -> Result<Self> {
        let root = root.into();
        let scratch = Self::inputs(source, &root)?;
        let sources = || {
            for package in PACKAGES {
                let to = root.join(package).join("src");
                copy(&source.join(package).join("src"), &to)?;
                remove(&to.join("generated"))?;
            }
            fs::copy(source.join("Cargo.lock"), root.join("Cargo.lock"))
        };
        sources().map_err(|error| uncopied(&root, &error))?;
        for package in PACKAGES {
            scratch.manifest(source, &format!("{package}/Cargo.toml"), library)?;
        }
        Ok(scratch)
    }

    /// Copies to `root` only what the pipeline reads, without the state before the last import. Files
    /// of an earlier run are deleted.
    pub fn inputs(source: &Path, root: &Path) -> Result<Self> {
        let spec = || {
            remove(root)?;
            copy(&source.join("spec"), &root.join("spec"))?;
            remove(&root.join(previous::FOLDER))
        };
        spec().map_err(|error| uncopied(root, &error))?;
        let scratch = Self {
            root: root.to_path_buf(),
        };
        scratch.manifest(source, "clerk-api/Cargo.toml", library)?;
        scratch.manifest(source, "Cargo.toml", workspace_of)?;
        Ok(scratch)
    }

    /// Copies a manifest, reduced.
    fn manifest(&self, source: &Path, path: &str, reduce: fn(&mut DocumentMut)) -> Result<()> {
        let mut manifest = package::manifest(path, &load::text(&source.join(path))?)?;
        reduce(&mut manifest);
        output::write_file(&self.root.join(path), &manifest.to_string())?;
        Ok(())
    }

    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Generates everything for an imported version, with the cargo features that it needs. Writes
    /// nothing but the manifest.
    pub fn generate(&self, version: &str, fit: Fit) -> Result<Generated, Findings> {
        let generated = Findings::gather(|findings| {
            let inputs = Inputs::read(&self.root, Some(version), findings)?;
            self.generate_from(inputs, fit, findings)
        });
        generated?.ok_or_else(Findings::new)
    }

    fn generate_from(
        &self,
        mut inputs: Inputs,
        fit: Fit,
        findings: &mut Findings,
    ) -> Option<Generated> {
        inputs.api.fit = fit;
        let described = pipeline::described(&inputs.api, None, findings)?;
        let manifest = inputs.manifests.get_mut(CLIENT)?;
        *manifest = findings.keep(features::rewrite(manifest, &described.api))?;
        findings.keep(output::write_file(&self.root.join(CLIENT), manifest))?;
        let webhooks = inputs.webhooks.as_ref();
        let webhooks = webhooks.map(|it| pipeline::described(it, None, findings));
        if !findings.is_empty() {
            return None;
        }
        let files = pipeline::files(&inputs, &described, webhooks.flatten().as_ref());
        let files = findings.keep(files)?;
        Some(Generated {
            described,
            files,
            names: inputs.api.names,
        })
    }

    /// Runs the pipeline for `version` and writes its output.
    pub fn regenerate(&self, version: &str, fit: Fit) -> Result<Counts, Findings> {
        let Generated {
            described, files, ..
        } = self.generate(version, fit)?;
        output::write(&self.root, &files)?;
        let resources = described.api.resources.values();
        let rust = files.iter().filter(|(path, _)| {
            path.starts_with(output::CLIENT) && path.extension().is_some_and(|end| end == "rs")
        });
        Ok(Counts {
            operations: resources.map(|resource| resource.operations.len()).sum(),
            models: described.api.types.len(),
            lines: rust.map(|(_, text)| text.lines().count()).sum(),
        })
    }
}

fn uncopied(root: &Path, error: &io::Error) -> Error {
    Error::new(
        root.display().to_string(),
        format!("the workspace cannot be copied there: {error}"),
        "free space in the folder, or choose another one; that for temporary files with TMPDIR",
    )
}

/// Deletes a folder, if it exists.
fn remove(folder: &Path) -> io::Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder)
    } else {
        Ok(())
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

/// Leaves only the copied members of the workspace.
fn workspace_of(manifest: &mut DocumentMut) {
    if let Some(workspace) = manifest.get_mut("workspace").and_then(Item::as_table_mut) {
        workspace.insert("members", toml_edit::value(Array::from_iter(PACKAGES)));
        workspace.remove("exclude");
    }
}

/// Leaves out the parts of a package that are for tests and examples.
fn library(manifest: &mut DocumentMut) {
    for part in ["dev-dependencies", "bin", "bench", "example", "test"] {
        manifest.remove(part);
    }
}
