//! `spec/lock.yaml`: records where the descriptions in `spec/` come from.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::input::load;
use crate::support::error::{Error, Result};

/// Its file, relative to the workspace.
pub const FILE: &str = "spec/lock.yaml";

/// The sources by API version, and the version that the crate is generated from.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Lock {
    /// The newest imported version.
    pub current: String,
    pub sources: BTreeMap<String, Source>,
    /// The sources of webhooks descriptions, by version.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub webhooks: BTreeMap<String, Source>,
}

/// An upstream document.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// Its file name.
    pub name: String,
    /// The digest of the document, in hexadecimal.
    pub sha256: String,
    /// The commit of upstream's repository that the document was taken from, where it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub commit: Option<String>,
}

impl Source {
    pub fn new(name: &str, bytes: &[u8]) -> Self {
        let digest = Sha256::digest(bytes);
        Self {
            name: name.to_owned(),
            sha256: digest.iter().map(|byte| format!("{byte:02x}")).collect(),
            commit: None,
        }
    }
}

impl Lock {
    pub fn path(root: &Path) -> PathBuf {
        root.join(FILE)
    }

    /// The lock of the workspace; empty before the first import.
    pub fn read(root: &Path) -> Result<Self> {
        let path = Self::path(root);
        if !path.exists() {
            return Ok(Self::default());
        }
        Self::parse(FILE, &load::text_as(FILE, &path)?)
    }

    /// The lock in `text`; `location` names it in errors.
    pub fn parse(location: &str, text: &str) -> Result<Self> {
        serde_json::from_value(load::parse(location, text)?).map_err(|error| {
            Error::new(
                location,
                format!("this is not a lock: {error}"),
                "delete it and run `cargo xtask import FILE` for each version",
            )
        })
    }

    /// Records the source of a version of the API.
    pub fn record(&mut self, version: &str, source: Source) {
        insert(&mut self.sources, version, source);
        self.current = self.sources.keys().next_back().cloned().unwrap_or_default();
    }

    /// Records the source of a version of webhooks.
    pub fn record_webhooks(&mut self, version: &str, source: Source) {
        insert(&mut self.webhooks, version, source);
    }

    /// The version to generate from.
    pub fn current(&self) -> Result<&str> {
        if self.current.is_empty() {
            return Err(Error::new(
                FILE,
                "no description has been imported yet",
                "run `cargo xtask import FILE`",
            ));
        }
        Ok(&self.current)
    }

    /// The version of webhooks to generate from.
    pub fn current_webhooks(&self) -> Result<&str> {
        let newest = self.webhooks.keys().next_back().map(String::as_str);
        newest.ok_or_else(|| {
            Error::new(
                FILE,
                "no description of webhooks has been imported yet",
                "run `cargo xtask import FILE` with Clerk's webhooks document",
            )
        })
    }

    pub fn to_yaml(&self) -> Result<String> {
        let text = load::print(self)?;
        Ok(format!(
            "# Written by `cargo xtask import`. Do not edit.\n{text}"
        ))
    }
}

/// The same document may be in many commits; the one that was recorded first stays.
fn insert(sources: &mut BTreeMap<String, Source>, version: &str, mut source: Source) {
    if let Some(known) = sources
        .get(version)
        .filter(|known| known.sha256 == source.sha256)
    {
        source.commit = known.commit.clone().or(source.commit);
    }
    sources.insert(version.to_owned(), source);
}
