//! The files of a workspace, by path relative to it: as errors name them.

use std::io;
use std::path::Path;

use serde_json::Value;

use super::load;
use crate::support::error::{Error, Result};

/// A workspace to read from.
#[derive(Clone, Copy, Debug)]
pub struct Folder<'a> {
    root: &'a Path,
}

/// A YAML file.
#[derive(Clone, Debug, Default)]
pub struct File {
    /// Relative to the workspace.
    pub path: String,
    pub text: String,
    pub document: Value,
}

impl File {
    /// Its name without the folder.
    pub fn name(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or(&self.path)
    }

    /// Its name without the folder and the extension.
    pub fn stem(&self) -> &str {
        self.name().trim_end_matches(".yaml")
    }
}

impl<'a> Folder<'a> {
    pub fn new(root: &'a Path) -> Self {
        Self { root }
    }

    pub fn has(self, path: &str) -> bool {
        self.root.join(path).exists()
    }

    pub fn text(self, path: &str) -> Result<String> {
        load::text_as(path, &self.root.join(path))
    }

    pub fn yaml(self, path: &str) -> Result<File> {
        let text = self.text(path)?;
        Ok(File {
            document: load::parse(path, &text)?,
            path: path.to_owned(),
            text,
        })
    }

    /// The paths of the YAML files in a folder, in the order of their names.
    pub fn list(self, folder: &str) -> Result<Vec<String>> {
        let unreadable = |error: io::Error| {
            Error::new(
                folder,
                format!("the folder cannot be read: {error}"),
                "check that it is a folder and readable",
            )
        };
        let mut paths = Vec::new();
        for entry in std::fs::read_dir(self.root.join(folder)).map_err(unreadable)? {
            let name = entry.map_err(unreadable)?.file_name();
            let path = format!("{folder}/{}", name.to_string_lossy());
            match Path::new(&name).extension().and_then(|end| end.to_str()) {
                Some("yaml") => paths.push(path),
                Some("yml" | "json") => {
                    return Err(Error::new(
                        path,
                        "the names of the files in this folder must end in `.yaml`",
                        "rename the file, or move it elsewhere",
                    ));
                }
                _ => {}
            }
        }
        paths.sort();
        Ok(paths)
    }
}
