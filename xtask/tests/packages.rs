//! The published packages: their manifests have what cargo and docs.rs need, and their versions
//! match. `.ci/package` builds the packages.

mod support;

use std::fs;
use std::path::Path;

use serde_json::{Value, json};
use support::metadata::packages;

const PUBLISHED: [&str; 3] = ["clerk-api", "clerk-auth", "clerk-mock"];

/// The packages of the workspace that may be published.
fn published() -> Vec<Value> {
    let mut packages: Vec<Value> = packages()
        .into_iter()
        .filter(|package| package["source"].is_null() && package["publish"].is_null())
        .collect();
    packages.sort_by_key(|package| package["name"].to_string());
    packages
}

fn name(package: &Value) -> &str {
    package["name"].as_str().unwrap()
}

#[test]
fn three_packages_are_published_with_the_metadata_of_a_registry() {
    let packages = published();
    let names: Vec<&str> = packages.iter().map(name).collect();
    assert_eq!(names, PUBLISHED);
    for package in &packages {
        let name = name(package);
        for member in ["description", "license", "repository", "rust_version"] {
            assert!(package[member].is_string(), "{name} has no {member}");
        }
        assert_eq!(package["readme"], "README.md", "{name}");
        assert_eq!(
            package["documentation"],
            format!("https://docs.rs/{name}"),
            "{name}"
        );
        // The registry rejects more keywords, and longer ones.
        for (member, longest) in [("keywords", 20), ("categories", 60)] {
            let words = package[member].as_array().unwrap();
            assert!((1..=5).contains(&words.len()), "{name}: {member}");
            for word in words {
                assert!(word.as_str().unwrap().len() <= longest, "{name}: {word}");
            }
        }
    }
}

#[test]
fn documentation_shows_all_features_and_which_one_an_item_needs() {
    for package in published() {
        let name = name(&package);
        assert_eq!(
            package["metadata"]["docs"]["rs"],
            json!({ "all-features": true, "rustdoc-args": ["--cfg", "docsrs"] }),
            "{name}"
        );
        let folder = Path::new(package["manifest_path"].as_str().unwrap());
        let source = fs::read_to_string(folder.with_file_name("src/lib.rs")).unwrap();
        assert!(
            source.contains("#![cfg_attr(docsrs, feature(doc_cfg))]"),
            "{name}"
        );
    }
}

/// They are released together: clerk-auth and clerk-mock are made for one clerk-api.
#[test]
fn the_packages_have_one_version_and_depend_on_it() {
    let packages = published();
    let version = packages[0]["version"].as_str().unwrap();
    let numbers = version.split('+').next().unwrap();
    for package in &packages {
        assert_eq!(package["version"], version, "{}", name(package));
        for dependency in package["dependencies"].as_array().unwrap() {
            if dependency["path"].is_null() {
                continue;
            }
            // Without a version cargo removes the dependency from the package.
            let asked = if dependency["kind"] == "dev" {
                "*".to_owned()
            } else {
                format!("={numbers}")
            };
            assert_eq!(
                dependency["req"],
                asked,
                "{}: {}",
                name(package),
                dependency["name"]
            );
        }
    }
}

#[test]
fn the_licences_are_those_of_the_repository() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    for package in published() {
        let manifest = Path::new(package["manifest_path"].as_str().unwrap());
        for licence in ["LICENSE-MIT", "LICENSE-APACHE"] {
            let text = fs::read(manifest.with_file_name(licence)).unwrap();
            assert_eq!(text, fs::read(root.join(licence)).unwrap(), "{licence}");
        }
    }
}

#[test]
fn the_changelog_has_unreleased_changes_and_the_current_version() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let changelog = fs::read_to_string(root.join("CHANGELOG.md")).unwrap();
    let titles: Vec<&str> = changelog
        .lines()
        .filter_map(|line| line.strip_prefix("## "))
        .collect();
    assert_eq!(titles[0], "Unreleased");
    let version = published()[0]["version"].as_str().unwrap().to_owned();
    let newest = titles[1].split(' ').next().unwrap();
    assert_eq!(newest, version, "the newest section is of the version");
}
