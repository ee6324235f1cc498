//! Clerk's documents, which are beside the workspace and no part of it.

use std::env;
use std::path::PathBuf;

use crate::workspace;

/// Where they are, below the workspace.
const FOLDER: &str = "../shared/upstream/bapi";

/// Turns an absent folder into a failure.
const REQUIRED: &str = "CLERK_REQUIRE_UPSTREAM";

/// A document and the version that its name says.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Upstream {
    pub version: String,
    pub path: PathBuf,
}

/// The dated documents, oldest first; `None`, said on standard error, where there are none.
///
/// # Panics
///
/// When they are absent although `CLERK_REQUIRE_UPSTREAM=1` says that they must be there.
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
        "there are no upstream documents in {FOLDER} (seen from the workspace); put Clerk's \
         OpenAPI documents there, as in {FOLDER}/2026-05-12.yml"
    );
    assert!(
        env::var_os(REQUIRED).is_none_or(|value| value != "1"),
        "{REQUIRED}=1, and {missing}"
    );
    eprintln!("skipped: {missing}; {REQUIRED}=1 makes this a failure");
    None
}

fn is_date(name: &str) -> bool {
    name.len() == 10
        && name.bytes().enumerate().all(|(index, byte)| match index {
            4 | 7 => byte == b'-',
            _ => byte.is_ascii_digit(),
        })
}
