//! `manifest.json`: the inputs, the generators and the size of the output.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde_json::{Value, json};

use super::package;
use crate::input::lock::{self, Lock, Source};
use crate::input::{Inputs, WORKSPACE};
use crate::ir::{Api, Kind};
use crate::support::error::{Error, Result};

pub(super) fn manifest(
    inputs: &Inputs,
    api: &Api,
    texts: &BTreeMap<PathBuf, String>,
) -> Result<Value> {
    // In the order of application: by name.
    let overlays: Vec<Value> = inputs
        .api
        .overlays
        .iter()
        .map(|file| named(&Source::new(file.name(), file.text.as_bytes())))
        .collect();
    let kinds = |wanted: fn(&Kind) -> bool| {
        api.types
            .values()
            .filter(|definition| wanted(&definition.kind))
            .count()
    };
    Ok(json!({
        "api_version": api.version,
        "source": source(&inputs.lock, &api.version)?,
        "overlays": overlays,
        "generators": {
            "xtask": env!("CARGO_PKG_VERSION"),
            "progenitor-impl": pinned(inputs, "progenitor-impl")?,
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

fn source(lock: &Lock, version: &str) -> Result<Value> {
    match lock.sources.get(version) {
        Some(source) => Ok(named(source)),
        None => Err(Error::new(
            lock::FILE,
            format!("the source of version {version} is not recorded"),
            "run `cargo xtask import FILE` with the document of that version",
        )),
    }
}

fn named(source: &Source) -> Value {
    json!({ "name": source.name, "sha256": source.sha256 })
}

/// The version of a crate that the workspace's manifest pins.
fn pinned(inputs: &Inputs, name: &str) -> Result<String> {
    // That the manifest cannot be read was found before.
    let text = inputs.manifests.get(WORKSPACE).map_or("", String::as_str);
    let manifest = package::manifest(WORKSPACE, text)?;
    let pin = ["workspace", "dependencies", name]
        .iter()
        .try_fold(manifest.as_item(), |item, key| item.get(key))
        .and_then(|version| version.as_str()?.strip_prefix('='));
    pin.map(str::to_owned).ok_or_else(|| {
        Error::new(
            WORKSPACE,
            format!("`{name}` is not pinned"),
            format!("write `{name} = \"=VERSION\"` under [workspace.dependencies]"),
        )
    })
}
