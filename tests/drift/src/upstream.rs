//! Clerk's documents, which are beside the workspace and not part of it.

use std::env;
use std::path::PathBuf;

use crate::workspace;

/// Their folder, relative to the workspace.
const FOLDER: &str = "../shared/upstream/bapi";

/// If set, a missing folder is a failure.
const REQUIRED: &str = "CLERK_REQUIRE_UPSTREAM";

/// A document and the version in its name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Upstream {
    pub version: String,
    pub path: PathBuf,
}

/// The dated documents, oldest first. If there are none, prints a note to standard error and
/// returns `None`.
///
/// # Panics
///
/// If there are none although `CLERK_REQUIRE_UPSTREAM=1` requires them.
pub fn documents() -> Option<Vec<Upstream>> {
    let folder = workspace().join(FOLDER);
    let mut documents: Vec<Upstream> = std::fs::read_dir(&folder)
        .into_iter()
        .flatten()
        .filter_map(|entry| {
            let path = entry.ok()?.path();
            let version = path.file_name()?.to_str()?.strip_suffix(".yml")?.to_owned();
            is_date(&version).then_some(Upstream { version, path })
        })
        .collect();
    documents.sort();
    if !documents.is_empty() {
        return Some(documents);
    }
    let missing = format!(
        "there are no upstream documents in {FOLDER} (relative to the workspace); put Clerk's \
         OpenAPI documents there, as in {FOLDER}/2026-05-12.yml"
    );
    assert!(
        env::var_os(REQUIRED).is_none_or(|value| value != "1"),
        "{REQUIRED}=1, but {missing}"
    );
    eprintln!("skipped: {missing}; {REQUIRED}=1 turns this into a failure");
    None
}

fn is_date(name: &str) -> bool {
    name.len() == 10
        && name.bytes().enumerate().all(|(index, byte)| match index {
            4 | 7 => byte == b'-',
            _ => byte.is_ascii_digit(),
        })
}
