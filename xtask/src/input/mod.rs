//! What regeneration reads: [`Inputs::read`] reads all of it once, in order that the stages after it
//! are functions without I/O.

pub mod canonical;
pub mod docs;
pub mod folder;
pub mod load;
pub mod lock;
pub mod names;
pub mod previous;
pub mod subject;
pub mod version;
pub mod vocabulary;
pub mod webhooks;

use std::collections::BTreeMap;
use std::path::Path;

use self::folder::Folder;
use self::lock::Lock;
use self::previous::Previous;
pub use self::subject::{Description, Fit, Subject};
use crate::support::error::{Error, Findings};

/// The manifest of the workspace.
pub const WORKSPACE: &str = "Cargo.toml";
/// The manifest of the client.
pub const CLIENT: &str = "clerk-api/Cargo.toml";
/// Manifests of packages that a copy of the workspace may lack.
const OTHERS: [&str; 2] = ["clerk-auth/Cargo.toml", "tests/clerk-mock/Cargo.toml"];

/// Everything that the machine-written files depend on.
#[derive(Debug)]
pub struct Inputs {
    pub lock: Lock,
    pub api: Description,
    /// `None` if no webhooks were imported.
    pub webhooks: Option<Description>,
    /// The state before the last import; `None` before the first import that changed something.
    pub previous: Option<Previous>,
    /// The texts of the manifests, by path in the workspace.
    pub manifests: BTreeMap<&'static str, String>,
}

impl Inputs {
    /// Reads the workspace at `root` for one version of the API. Default: the newest imported
    /// version. `None` if the lock cannot be read, or does not have the version.
    pub fn read(root: &Path, version: Option<&str>, findings: &mut Findings) -> Option<Self> {
        let folder = Folder::new(root);
        let lock = findings.keep(Lock::read(root))?;
        let current = findings.keep(lock.current())?;
        let version = version.unwrap_or(current);
        if !lock.sources.contains_key(version) {
            findings.push(Error::new(
                lock::FILE,
                format!("the version {version} has not been imported"),
                "run `cargo xtask import FILE` with Clerk's document of that version",
            ));
            return None;
        }
        let fit = if version == current {
            Fit::Exact
        } else {
            Fit::Loose
        };
        let api = Description::read(folder, Subject::Api, version, fit, findings);
        let newest = lock.webhooks.keys().next_back();
        let webhooks = newest.map(|version| {
            let read = Description::read(folder, Subject::Webhooks, version, Fit::Exact, findings);
            // Both descriptions have a `User`.
            let docs = read.docs.with_shared(&api.docs);
            Description { docs, ..read }
        });
        let previous = Previous::read(folder, findings);
        let manifests = manifests(folder, findings);
        Some(Self {
            lock,
            api,
            webhooks,
            previous,
            manifests,
        })
    }
}

fn manifests(folder: Folder<'_>, findings: &mut Findings) -> BTreeMap<&'static str, String> {
    let others = OTHERS.into_iter().filter(|path| folder.has(path));
    [WORKSPACE, CLIENT]
        .into_iter()
        .chain(others)
        .filter_map(|path| Some((path, findings.keep(folder.text(path))?)))
        .collect()
}
