//! The published packages, their manifests and their versions.
//!
//! A version has the API version that the package is generated from as its build metadata, which
//! cargo shows but does not compare: `0.1.0+2026-05-12`.

use std::collections::BTreeMap;
use std::path::Path;

use semver::{BuildMetadata, Prerelease, Version};
use toml_edit::DocumentMut;

use crate::input::{WORKSPACE, load};
use crate::support::edit::Edit;
use crate::support::error::{Error, Findings, Result};

/// The manifest in `text`; `location` names it in errors.
pub fn manifest(location: &str, text: &str) -> Result<DocumentMut> {
    text.parse().map_err(|error: toml_edit::TomlError| {
        Error::new(
            location,
            format!("this is not valid TOML: {}", error.message()),
            "correct the syntax",
        )
    })
}

/// The version in the text of a manifest; `location` names it in errors.
pub fn version_of(location: &str, text: &str) -> Result<Version> {
    let manifest = manifest(location, text)?;
    let stated = manifest
        .get("package")
        .and_then(|package| package.get("version"));
    let stated = stated.and_then(|version| version.as_str());
    stated
        .and_then(|version| version.parse().ok())
        .ok_or_else(|| {
            Error::new(
                location,
                "the package has no valid version",
                "write `version = \"MAJOR.MINOR.PATCH+API-VERSION\"` under [package]",
            )
        })
}

/// The version of the package in a folder of the workspace.
pub fn version(root: &Path, folder: &str) -> Result<Version> {
    let manifest = format!("{folder}/Cargo.toml");
    version_of(&manifest, &load::text(&root.join(&manifest))?)
}

/// Whether cargo considers one a version that may break the promises of the other.
pub fn are_incompatible(one: &Version, other: &Version) -> bool {
    promise(one) != promise(other)
}

/// The numbers up to the first that is not zero; a pre-release promises nothing.
fn promise(version: &Version) -> (u64, u64, u64, &Prerelease) {
    match (version.major, version.minor) {
        (0, 0) => (0, 0, version.patch, &version.pre),
        (0, minor) => (0, minor, 0, &version.pre),
        (major, _) => (major, 0, 0, &version.pre),
    }
}

/// The next version that may break the promises of this one.
pub fn incompatible(version: &Version) -> Version {
    let (major, minor, patch) = match (version.major, version.minor) {
        (0, 0) => (0, 0, version.patch + 1),
        (0, minor) => (0, minor + 1, 0),
        (major, _) => (major + 1, 0, 0),
    };
    Version {
        build: version.build.clone(),
        ..Version::new(major, minor, patch)
    }
}

/// Reports each published package whose version does not have `api_version` as its build metadata.
pub fn check_versions(
    manifests: &BTreeMap<&'static str, String>,
    api_version: &str,
    findings: &mut Findings,
) {
    for (path, text) in manifests.iter().filter(|(path, _)| **path != WORKSPACE) {
        let Some(stated) = findings.keep(version_of(path, text)) else {
            continue;
        };
        if stated.build.as_str() == api_version {
            continue;
        }
        let build = BuildMetadata::new(api_version).unwrap_or_default();
        let message = format!(
            "version {stated} does not have the API version of spec/lock.yaml as its build metadata"
        );
        let help = format!("write `version = \"{}\"`", Version { build, ..stated });
        let remedy = Edit::Version {
            manifest: (*path).to_owned(),
            metadata: api_version.to_owned(),
        };
        findings.push(Error::new(*path, message, help).with_remedy(remedy));
    }
}

/// The text of a manifest with this build metadata in its version.
pub fn with_metadata(location: &str, text: &str, metadata: &str) -> Result<String> {
    let version = version_of(location, text)?;
    let mut document = manifest(location, text)?;
    let build = BuildMetadata::new(metadata).unwrap_or_default();
    document["package"]["version"] = toml_edit::value(Version { build, ..version }.to_string());
    Ok(document.to_string())
}
