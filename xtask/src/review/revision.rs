//! Files in a git revision of the repository that contains the workspace.

use std::path::Path;
use std::process::Command;

use serde_json::Value;

use crate::input::load;
use crate::support::error::{Error, Result};

/// A commit, branch or tag.
#[derive(Debug)]
pub struct Revision<'a> {
    root: &'a Path,
    name: &'a str,
}

impl<'a> Revision<'a> {
    /// `None` if git does not find the revision, or this is not a repository.
    pub fn find(root: &'a Path, name: &'a str) -> Option<Self> {
        let revision = Self { root, name };
        let commit = format!("{name}^{{commit}}");
        let known = !name.starts_with('-')
            && revision
                .git(&["rev-parse", "--verify", "--quiet", &commit])
                .is_ok();
        known.then_some(revision)
    }

    pub fn name(&self) -> &'a str {
        self.name
    }

    /// The files of a folder in the workspace, sorted; empty if there is no such folder.
    pub fn files(&self, folder: &str) -> Result<Vec<String>> {
        let folder = format!("./{folder}/");
        let listed = self.git(&["ls-tree", "--name-only", self.name, &folder])?;
        let mut paths: Vec<String> = listed.lines().map(str::to_owned).collect();
        paths.sort();
        Ok(paths)
    }

    /// Whether the workspace has a file at this path.
    pub fn has(&self, path: &str) -> Result<bool> {
        let listed = self.git(&["ls-tree", "--name-only", self.name, &format!("./{path}")])?;
        Ok(!listed.trim().is_empty())
    }

    /// The file at a path in the workspace.
    pub fn text(&self, path: &str) -> Result<String> {
        self.git(&["show", &format!("{}:./{path}", self.name)])
    }

    /// The same, parsed.
    pub fn yaml(&self, path: &str) -> Result<Value> {
        load::parse(&self.location(path), &self.text(path)?)
    }

    /// The location of a file, for errors.
    pub fn location(&self, path: &str) -> String {
        format!("{}:{path}", self.name)
    }

    fn git(&self, arguments: &[&str]) -> Result<String> {
        let output = Command::new("git")
            .arg("-C")
            .arg(self.root)
            .args(arguments)
            .output()
            .map_err(|error| {
                Error::new(
                    self.name,
                    format!("git cannot be started: {error}"),
                    "install git, or pass files",
                )
            })?;
        if output.status.success() {
            return load::utf8(&self.location(""), output.stdout);
        }
        let said = String::from_utf8_lossy(&output.stderr);
        Err(Error::new(
            self.name,
            format!("git cannot read it: {}", said.trim()),
            "use a revision with imported and generated files",
        ))
    }
}
