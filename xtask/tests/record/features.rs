//! The features of the client's manifest, one for each resource.

use std::path::Path;

use xtask::ir;
use xtask::record::features::{check, rewrite};

use crate::fixture::api;

/// The API has the resources `books` and `loans`.
const GOOD: &str = r#"
[package]
name = "clerk-api"

[features]
default = [
    "books", # a comment
    "loans",
]
# Without async.
blocking = ["tokio/rt"]
books = []
loans = []

[dependencies]
books_by_mail = "1" # by mail
"#;

fn faults(manifest: &str) -> Vec<String> {
    let findings = check(manifest, &api(), true).unwrap_err();
    findings.into_iter().map(|error| error.message).collect()
}

#[test]
fn a_feature_for_each_resource_passes() {
    check(GOOD, &api(), true).unwrap();
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
fn missing_features_and_superfluous_ones_are_reported_together() {
    let manifest = GOOD.replace("loans", "shelves");
    let all = [
        "missing features: loans",
        "features without a resource: shelves",
        "features not enabled by default: loans",
    ];
    assert_eq!(faults(&manifest), all);
    // If not all resources are known, a feature may belong to another.
    let findings = check(&manifest, &api(), false).unwrap_err();
    let known: Vec<String> = findings.into_iter().map(|error| error.message).collect();
    assert_eq!(known, [all[0], all[2]]);
}

#[test]
fn a_feature_that_is_not_enabled_by_default_is_an_error() {
    let manifest = GOOD.replace("    \"loans\",\n", "");
    assert_eq!(
        faults(&manifest),
        ["features not enabled by default: loans"]
    );
}

#[test]
fn a_manifest_without_features_or_without_syntax_is_an_error() {
    assert!(check("[package]\n", &api(), true).is_err());
    assert!(faults("[package\n")[0].starts_with("this is not valid TOML: "));
    assert!(rewrite("features = 1\n", &api()).is_err());
}

#[test]
fn a_rewritten_manifest_passes_and_keeps_everything_else() {
    let rewritten = rewrite(&GOOD.replace("loans", "shelves"), &api()).unwrap();
    check(&rewritten, &api(), true).unwrap();
    assert_eq!(rewritten, GOOD.replace(" # a comment", ""));
    let created = rewrite("[package]\n", &api()).unwrap();
    check(&created, &api(), true).unwrap();
}

#[test]
fn the_manifest_of_the_client_is_as_a_rewrite_leaves_it() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../clerk-api/Cargo.toml");
    let text = std::fs::read_to_string(path).unwrap();
    let real = xtask::pipeline::describe(&Path::new(env!("CARGO_MANIFEST_DIR")).join(".."), None);
    assert_eq!(rewrite(&text, &real.unwrap().api).unwrap(), text);
}
