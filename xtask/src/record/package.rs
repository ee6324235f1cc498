//! The published packages and their versions.
//!
//! A version has the API version that the package is generated from as its build metadata, which
//! cargo shows but does not compare: `0.1.0+2026-05-12`.

use std::fmt;
use std::path::Path;

use crate::input::load;
use crate::support::error::{Error, Findings, Result};

/// The folders of the published packages whose versions have the API version.
const VERSIONED: [&str; 3] = ["clerk-api", "clerk-auth", "tests/clerk-mock"];

/// The version of a package.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Version {
    pub major: u64,
    pub minor: u64,
    pub patch: u64,
    /// The pre-release, without the `-`; usually empty.
    pub pre_release: String,
    /// The build metadata, without the `+`.
    pub metadata: String,
}

impl Version {
    /// `None` if it is not a valid version.
    pub fn parse(text: &str) -> Option<Self> {
        let (rest, metadata) = text.split_once('+').unwrap_or((text, ""));
        let (numbers, pre_release) = rest.split_once('-').unwrap_or((rest, ""));
        let mut numbers = numbers.split('.').map(|number| number.parse().ok());
        let (major, minor, patch) = (numbers.next()??, numbers.next()??, numbers.next()??);
        numbers.next().is_none().then(|| Self {
            major,
            minor,
            patch,
            pre_release: pre_release.to_owned(),
            metadata: metadata.to_owned(),
        })
    }

    /// The version in the text of a manifest; `location` names it in errors.
    pub fn of_manifest(location: &str, text: &str) -> Result<Self> {
        let stated = text
            .lines()
            .skip_while(|line| line.trim() != "[package]")
            .skip(1)
            .take_while(|line| !line.starts_with('['))
            .filter_map(|line| line.split_once('='))
            .find(|(key, _)| key.trim() == "version")
            .and_then(|(_, value)| Self::parse(value.trim().trim_matches('"')));
        stated.ok_or_else(|| {
            Error::new(
                location,
                "the package has no version",
                "write `version = \"MAJOR.MINOR.PATCH+API-VERSION\"` under [package]",
            )
        })
    }

    /// Whether cargo considers it a version that may break the promises of the other.
    pub fn is_incompatible_with(&self, other: &Self) -> bool {
        self.promise() != other.promise()
    }

    /// The next version that may break the promises of this one.
    #[must_use]
    pub fn incompatible(&self) -> Self {
        let (major, minor, patch) = match (self.major, self.minor) {
            (0, 0) => (0, 0, self.patch + 1),
            (0, minor) => (0, minor + 1, 0),
            (major, _) => (major + 1, 0, 0),
        };
        Self {
            major,
            minor,
            patch,
            pre_release: String::new(),
            metadata: self.metadata.clone(),
        }
    }

    /// The numbers up to the first that is not zero; a pre-release promises nothing.
    fn promise(&self) -> (u64, u64, u64, &str) {
        match (self.major, self.minor) {
            (0, 0) => (0, 0, self.patch, &self.pre_release),
            (0, minor) => (0, minor, 0, &self.pre_release),
            (major, _) => (major, 0, 0, &self.pre_release),
        }
    }
}

impl fmt::Display for Version {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}.{}.{}", self.major, self.minor, self.patch)?;
        for (mark, text) in [("-", &self.pre_release), ("+", &self.metadata)] {
            if !text.is_empty() {
                write!(formatter, "{mark}{text}")?;
            }
        }
        Ok(())
    }
}

/// The version of the package in a folder of the workspace.
pub fn version(root: &Path, folder: &str) -> Result<Version> {
    let manifest = format!("{folder}/Cargo.toml");
    Version::of_manifest(&manifest, &load::text(&root.join(&manifest))?)
}

/// Fails unless the versions of the published packages have `api_version` as their build metadata.
/// Packages that the workspace does not contain are skipped.
pub fn check_versions(root: &Path, api_version: &str) -> Result<(), Findings> {
    let mut findings = Findings::new();
    for folder in VERSIONED {
        let manifest = format!("{folder}/Cargo.toml");
        if !root.join(&manifest).exists() {
            continue;
        }
        let mut stated = version(root, folder)?;
        if stated.metadata != api_version {
            let wrong = stated.to_string();
            stated.metadata = api_version.to_owned();
            findings.report(
                manifest,
                format!(
                    "version {wrong} does not have the API version of spec/lock.yaml as its \
                     build metadata"
                ),
                format!("write `version = \"{stated}\"`"),
            );
        }
    }
    findings.into_result()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Version {
        Version::parse(text).unwrap()
    }

    #[test]
    fn a_version_is_read_and_written() {
        for text in ["0.1.0", "1.2.3+2026-05-12", "0.2.0-alpha.1+2026-05-12"] {
            assert_eq!(parse(text).to_string(), text);
        }
        for text in ["", "1", "1.2", "1.2.3.4", "1.2.x", "v1.2.3"] {
            assert_eq!(Version::parse(text), None, "{text}");
        }
    }

    #[test]
    fn the_first_number_that_is_not_zero_is_the_promise() {
        for (version, next) in [
            ("1.2.3", "2.0.0"),
            ("0.2.3+a", "0.3.0+a"),
            ("0.0.3", "0.0.4"),
        ] {
            assert_eq!(parse(version).incompatible(), parse(next));
            assert!(parse(next).is_incompatible_with(&parse(version)));
        }
        for (one, other) in [
            ("1.2.3", "1.9.0"),
            ("0.2.3", "0.2.4"),
            ("0.2.3+a", "0.2.3+b"),
        ] {
            assert!(!parse(one).is_incompatible_with(&parse(other)));
        }
        assert!(parse("0.2.0-alpha.2").is_incompatible_with(&parse("0.2.0-alpha.1")));
    }

    #[test]
    fn only_the_version_of_the_package_is_read() {
        let manifest =
            "[workspace]\nversion = \"9.9.9\"\n[package]\nname = \"a\"\nversion = \"1.2.3+x\"\n";
        assert_eq!(
            Version::of_manifest("a", manifest).unwrap(),
            parse("1.2.3+x")
        );
        let error =
            Version::of_manifest("a", "[package]\nname = \"a\"\n[lib]\nversion = \"1.2.3\"\n");
        assert!(error.is_err());
    }
}
