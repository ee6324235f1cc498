//! What `OLD` and `NEW` of a comparison name: a description file, a workspace, or a git revision of
//! this one.
//!
//! A file is taken as it stands, with the pins of the workspace. Of a workspace and a revision the
//! current description is taken with their own overlays and pins, which is what their crate was
//! made from.

use std::path::Path;
use std::process::Command;

use serde_json::Value;

use super::Description;
use crate::error::{Error, Result};
use crate::lock::Lock;
use crate::names::Names;
use crate::overlay::{self, Overlay};
use crate::{load, pipeline};

const LOCK: &str = "spec/lock.yaml";
const OVERLAYS: &str = "spec/overlays";
const NAMES: &str = "spec/names.yaml";

/// Reads what `name` names, seen from the workspace at `root`.
pub fn read(root: &Path, name: &str) -> Result<Description> {
    let path = Path::new(name);
    if path.is_dir() {
        let (document, names) = pipeline::corrected(path)?;
        return Description::new(name, document, names);
    }
    if path.exists() {
        let names = if root.join(NAMES).exists() {
            Names::read(root)?
        } else {
            Names::default()
        };
        return Description::new(name, load::yaml(path)?, names);
    }
    Revision { root, name }.read()
}

/// A commit of the repository that the workspace is in.
struct Revision<'a> {
    root: &'a Path,
    name: &'a str,
}

impl Revision<'_> {
    fn read(&self) -> Result<Description> {
        self.check()?;
        let lock = Lock::parse(&self.place(LOCK), &self.text(LOCK)?)?;
        let version = lock.current()?;
        let mut document = self.yaml(&format!("spec/{version}.yaml"))?;
        for path in self.overlays()? {
            let place = self.place(&path);
            let overlay =
                Overlay::read(&self.yaml(&path)?).map_err(|error| error.within(&place))?;
            overlay::apply(&overlay, version, &mut document)
                .map_err(|error| error.within(&place))?;
        }
        let names = Names::from_document(&self.yaml(NAMES)?)?;
        Description::new(self.name, document, names)
    }

    /// That git knows the revision, before its absence is taken for that of a file.
    fn check(&self) -> Result<()> {
        let commit = format!("{}^{{commit}}", self.name);
        let known = !self.name.starts_with('-')
            && self
                .git(&["rev-parse", "--verify", "--quiet", &commit])
                .is_ok();
        if known {
            return Ok(());
        }
        Err(Error::new(
            self.name,
            "this is no file, no workspace and no git revision",
            "name a description file, the folder of a workspace, or a commit, branch or tag",
        ))
    }

    /// In the order of their names, as they are applied.
    fn overlays(&self) -> Result<Vec<String>> {
        let folder = format!("./{OVERLAYS}/");
        let listed = self.git(&["ls-tree", "--name-only", self.name, &folder])?;
        let mut paths: Vec<String> = listed
            .lines()
            .filter(|path| path.ends_with(".yaml"))
            .map(str::to_owned)
            .collect();
        paths.sort();
        Ok(paths)
    }

    fn yaml(&self, path: &str) -> Result<Value> {
        load::parse(&self.place(path), &self.text(path)?)
    }

    fn text(&self, path: &str) -> Result<String> {
        self.git(&["show", &format!("{}:./{path}", self.name)])
    }

    fn place(&self, path: &str) -> String {
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
                    format!("git does not start ({error})"),
                    "install git, or name files",
                )
            })?;
        if output.status.success() {
            return load::utf8(&self.place(""), output.stdout);
        }
        let said = String::from_utf8_lossy(&output.stderr);
        Err(Error::new(
            self.name,
            format!("git cannot read it: {}", said.trim()),
            "name a revision that has the folder spec with a lock, a description and names",
        ))
    }
}
