//! `manifest.json`: the inputs, the generators and the size of the output.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use super::package;
use crate::input::load;
use crate::input::lock::{Lock, Source};
use crate::ir::{Api, Kind};
use crate::support::error::{Error, Result};

const OVERLAYS: &str = "spec/overlays";

pub(super) fn manifest(root: &Path, api: &Api, texts: &BTreeMap<PathBuf, String>) -> Result<Value> {
    let kinds = |wanted: fn(&Kind) -> bool| {
        api.types
            .values()
            .filter(|definition| wanted(&definition.kind))
            .count()
    };
    Ok(json!({
        "api_version": api.version,
        "source": source(root, &api.version)?,
        "overlays": overlays(root)?,
        "generators": {
            "xtask": env!("CARGO_PKG_VERSION"),
            "progenitor-impl": pinned(root, "progenitor-impl")?,
        },
        "counts": {
            "resources": api.resources.len(),
            "operations": api.resources.values().map(|resource| resource.operations.len()).sum::<usize>(),
            "models": api.types.len(),
            "structs": kinds(|kind| matches!(kind, Kind::Struct { .. })),
            "enums": kinds(|kind| matches!(kind, Kind::Enum { .. })),
            "unions": kinds(|kind| matches!(kind, Kind::Union { .. })),
            "files": texts.len(),
            "lines": texts.values().map(|text| text.lines().count()).sum::<usize>(),
        },
    }))
}

fn source(root: &Path, version: &str) -> Result<Value> {
    let lock = Lock::read(root)?;
    match lock.sources.get(version) {
        Some(source) => Ok(named(source)),
        None => Err(Error::new(
            "spec/lock.yaml",
            format!("the source of version {version} is not recorded"),
            "run `cargo xtask import FILE` with the document of that version",
        )),
    }
}

/// Every overlay with the hash of its text, in the order of application: by name.
fn overlays(root: &Path) -> Result<Value> {
    let folder = root.join(OVERLAYS);
    let unreadable = |error: std::io::Error| {
        Error::new(
            OVERLAYS,
            error.to_string(),
            "check that it is a \
             folder and readable",
        )
    };
    let mut names = Vec::new();
    for entry in std::fs::read_dir(&folder).map_err(unreadable)? {
        let name = entry.map_err(unreadable)?.file_name();
        let name = name.to_string_lossy().into_owned();
        if name.ends_with(".yaml") {
            names.push(name);
        }
    }
    names.sort();
    names
        .iter()
        .map(|name| {
            let text = load::text(&folder.join(name))?;
            Ok(named(&Source::new(name, text.as_bytes())))
        })
        .collect()
}

fn named(source: &Source) -> Value {
    json!({ "name": source.name, "sha256": source.sha256 })
}

/// The version of a crate that the workspace's manifest pins.
fn pinned(root: &Path, name: &str) -> Result<String> {
    let location = root.join("Cargo.toml");
    let text = load::text(&location)?;
    let manifest = package::manifest(&location.display().to_string(), &text)?;
    let pin = ["workspace", "dependencies", name]
        .iter()
        .try_fold(manifest.as_item(), |item, key| item.get(key))
        .and_then(|version| version.as_str()?.strip_prefix('='));
    pin.map(str::to_owned).ok_or_else(|| {
        Error::new(
            location.display().to_string(),
            format!("`{name}` is not pinned"),
            format!("write `{name} = \"=VERSION\"` under [workspace.dependencies]"),
        )
    })
}
