//! A copy of what the pipeline reads from the workspace, in which it may write.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::input::{CLIENT, Fit, Inputs, WORKSPACE, load, previous};
use crate::pipeline;
use crate::pipeline::Described;
use crate::record::features;
use crate::support::error::{Error, Findings, Result};
use crate::support::output;
use crate::support::output::Files;

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
    /// Copies to `root` only what the pipeline reads, without the state before the last import. Files
    /// of an earlier run are deleted.
    pub fn inputs(source: &Path, root: &Path) -> Result<Self> {
        let spec = || {
            remove(root)?;
            copy(&source.join("spec"), &root.join("spec"))?;
            remove(&root.join(previous::FOLDER))
        };
        spec().map_err(|error| uncopied(root, &error))?;
        for manifest in [WORKSPACE, CLIENT] {
            output::write_file(&root.join(manifest), &load::text(&source.join(manifest))?)?;
        }
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
        Some(Generated { described, files })
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
pub fn copy(from: &Path, to: &Path) -> io::Result<()> {
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
