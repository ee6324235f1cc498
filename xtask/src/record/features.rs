//! The cargo features of `clerk-api`: one for each resource, all enabled by default.
//!
//! They are written by hand, like all of `Cargo.toml`, and only checked here; tests that generate
//! the crate from another version rewrite them.

use std::collections::BTreeMap;
use std::path::Path;

use crate::input::load;
use crate::ir::{self, Api};
use crate::support::error::{Error, Result};

const MANIFEST: &str = "clerk-api/Cargo.toml";

/// Features that do not belong to a resource.
const OTHERS: [&str; 7] = [
    "blocking",
    "chrono",
    "default",
    "description",
    "jiff",
    "reqwest-middleware",
    "time",
];

/// Fails unless the manifest of `clerk-api` has exactly one feature for each resource, and
/// `default` enables all of them.
pub fn check(root: &Path, api: &Api) -> Result<()> {
    let text = load::text(&root.join(MANIFEST))?;
    with_features(api, |features| compare(&text, features))
}

/// `manifest` with the features that `check` requires, and the other features unchanged.
pub fn rewrite(manifest: &str, api: &Api) -> String {
    with_features(api, |features| replace(manifest, features))
}

/// Calls `use_them` with the features that the resources need.
fn with_features<T>(api: &Api, use_them: impl FnOnce(&[&str]) -> T) -> T {
    let features: Vec<String> = api.resources.keys().map(|name| ir::feature(name)).collect();
    let features: Vec<&str> = features.iter().map(String::as_str).collect();
    use_them(&features)
}

fn replace(manifest: &str, resources: &[&str]) -> String {
    let mut text = String::new();
    let mut in_section = false;
    let mut kept = false;
    for line in manifest.lines() {
        if is_header(line) {
            in_section = line == "[features]";
            text.push_str(line);
            text.push('\n');
            if in_section {
                text.push_str(&expected(resources));
            }
            continue;
        }
        let name = line.split('=').next().unwrap_or_default().trim();
        if in_section && line.contains('=') {
            kept = name != "default" && OTHERS.contains(&name);
        }
        // A list may span several lines; comments and empty lines are not needed for a build.
        let is_content = !line.is_empty() && !line.starts_with('#');
        if !in_section || (kept && is_content) {
            text.push_str(line);
            text.push('\n');
        }
    }
    text
}

fn is_header(line: &str) -> bool {
    line.starts_with('[') && line.ends_with(']') && !line.contains('"')
}

fn compare(manifest: &str, resources: &[&str]) -> Result<()> {
    let features = features(manifest);
    let missing: Vec<&str> = resources
        .iter()
        .copied()
        .filter(|resource| !features.contains_key(*resource))
        .collect();
    let superfluous: Vec<&str> = features
        .keys()
        .map(String::as_str)
        .filter(|feature| !resources.contains(feature) && !OTHERS.contains(feature))
        .collect();
    let default = features.get("default").map_or("", String::as_str);
    let off: Vec<&str> = resources
        .iter()
        .copied()
        .filter(|resource| !names(default).any(|name| name == *resource))
        .collect();
    let faults: Vec<String> = [
        ("missing features", missing),
        ("features without a resource", superfluous),
        ("features not enabled by default", off),
    ]
    .into_iter()
    .filter(|(_, names)| !names.is_empty())
    .map(|(fault, names)| format!("{fault}: {}", names.join(", ")))
    .collect();
    if faults.is_empty() {
        return Ok(());
    }
    Err(Error::new(
        format!("{MANIFEST}, [features]"),
        faults.join("; "),
        format!(
            "under [features], use these lines for the resources:\n{}",
            expected(resources)
        ),
    ))
}

/// The lines of `[features]` that follow from the resources.
fn expected(resources: &[&str]) -> String {
    let mut text = String::from("default = [\n");
    for resource in resources {
        text.push_str(&format!("    \"{resource}\",\n"));
    }
    text.push_str("]\n");
    for resource in resources {
        text.push_str(&format!("{resource} = []\n"));
    }
    text
}

/// The features with the text of their lists, which may span several lines.
fn features(manifest: &str) -> BTreeMap<String, String> {
    let mut features: BTreeMap<String, String> = BTreeMap::new();
    let mut open: Option<String> = None;
    let section = manifest
        .lines()
        .map(|line| line.split('#').next().unwrap_or_default().trim())
        .skip_while(|line| *line != "[features]")
        .skip(1)
        .take_while(|line| !is_header(line));
    for line in section {
        let list = match (&open, line.split_once('=')) {
            (Some(feature), _) => {
                features.entry(feature.clone()).or_default().push_str(line);
                line
            }
            (None, Some((feature, list))) => {
                let feature = feature.trim().trim_matches('"').to_owned();
                features.insert(feature.clone(), list.to_owned());
                open = Some(feature);
                list
            }
            (None, None) => continue,
        };
        if list.contains(']') {
            open = None;
        }
    }
    features
}

fn names(list: &str) -> impl Iterator<Item = &str> {
    list.split(['[', ']', ',', ' '])
        .map(|name| name.trim_matches('"'))
        .filter(|name| !name.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = r#"
[package]
name = "clerk-api"

[features]
default = [
    "books", # a comment
    "shelves",
]
blocking = ["tokio/rt"]
books = []
shelves = []

[dependencies]
books_by_mail = "1"
"#;

    #[test]
    fn a_feature_for_each_resource_passes() {
        compare(GOOD, &["books", "shelves"]).unwrap();
    }

    #[test]
    fn a_feature_is_named_like_its_module_with_hyphens() {
        assert_eq!(
            ir::feature("organization_memberships"),
            "organization-memberships"
        );
        assert_eq!(ir::feature("users"), "users");
    }

    #[test]
    fn a_missing_feature_is_reported_with_the_lines_to_write() {
        let error = compare(GOOD, &["books", "loans", "shelves"]).unwrap_err();
        assert_eq!(
            error.message,
            "missing features: loans; features not enabled by default: loans"
        );
        assert!(
            error.help.ends_with(
                "\ndefault = [\n    \"books\",\n    \"loans\",\n    \"shelves\",\n]\n\
                 books = []\nloans = []\nshelves = []\n"
            ),
            "{error}"
        );
    }

    #[test]
    fn a_feature_without_a_resource_is_an_error() {
        let error = compare(GOOD, &["books"]).unwrap_err();
        assert_eq!(error.message, "features without a resource: shelves");
    }

    #[test]
    fn a_rewritten_manifest_passes_and_keeps_features_without_a_resource() {
        let rewritten = replace(GOOD, &["loans", "shelves"]);
        compare(&rewritten, &["loans", "shelves"]).unwrap();
        assert_eq!(
            rewritten,
            r#"
[package]
name = "clerk-api"

[features]
default = [
    "loans",
    "shelves",
]
loans = []
shelves = []
blocking = ["tokio/rt"]
[dependencies]
books_by_mail = "1"
"#
        );
    }

    #[test]
    fn a_feature_that_is_not_enabled_by_default_is_an_error() {
        let manifest = GOOD.replace("    \"shelves\",\n", "");
        let error = compare(&manifest, &["books", "shelves"]).unwrap_err();
        assert_eq!(error.message, "features not enabled by default: shelves");
    }
}
