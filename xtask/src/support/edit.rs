//! Edits of our own files that fix a fault, or that make a place for what a person must write.

use serde_json::Value;

/// How every placeholder begins, which a later run rejects until a person replaces it.
pub const PLACEHOLDER: &str = "TODO";

/// An edit of a file in the workspace.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Edit {
    Yaml {
        file: String,
        /// The keys from the top of the file; for a list, an index.
        path: Vec<String>,
        change: Change,
    },
    /// The sample value of a field, in the table of an overlay.
    Sample { field: String, change: Change },
    /// Gives the manifest of the client a feature for each resource.
    Features,
    /// Gives the version in a manifest this build metadata.
    Version { manifest: String, metadata: String },
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Change {
    /// Adds an entry, with facts about it as comments.
    Add {
        value: Value,
        facts: Vec<String>,
    },
    Remove,
    /// Gives the last key of the path another name.
    Rename(String),
}

impl Edit {
    /// An edit of the entry at a path in a YAML file.
    pub fn yaml<'a>(
        file: impl Into<String>,
        path: impl IntoIterator<Item = &'a str>,
        change: Change,
    ) -> Self {
        Self::Yaml {
            file: file.into(),
            path: path.into_iter().map(str::to_owned).collect(),
            change,
        }
    }
}
