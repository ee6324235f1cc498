//! Dependencies: deny.toml must allow every licence and every source.

mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use serde_json::Value;
use spdx::{Expression, LicenseReq, ParseMode};
use support::metadata::packages;

/// The licences that deny.toml allows.
struct Policy {
    everywhere: BTreeSet<String>,
    /// By package, in addition to those.
    exceptions: BTreeMap<String, BTreeSet<String>>,
}

impl Policy {
    fn parse(text: &str) -> Self {
        let deny: toml::Table = text.parse().unwrap();
        let licenses = &deny["licenses"];
        let exceptions = licenses["exceptions"].as_array().unwrap().iter();
        Self {
            everywhere: names(&licenses["allow"]),
            exceptions: exceptions
                .map(|exception| {
                    let package = exception["crate"].as_str().unwrap().to_owned();
                    (package, names(&exception["allow"]))
                })
                .collect(),
        }
    }

    fn allows(&self, package: &str, licence: &LicenseReq) -> bool {
        let name = licence.to_string();
        let exceptions = self.exceptions.get(package);
        self.everywhere.contains(&name)
            || exceptions.is_some_and(|exceptions| exceptions.contains(&name))
    }

    /// The reason why a package is not allowed; `None` if it is.
    fn rejection(&self, package: &str, expression: Option<&str>) -> Option<String> {
        let Some(expression) = expression else {
            return Some(format!("{package} states no licence"));
        };
        let expression = match Expression::parse_mode(expression, ParseMode::LAX) {
            Ok(expression) => expression,
            Err(error) => return Some(format!("{package}: {error}")),
        };
        let is_allowed = expression.evaluate(|licence| self.allows(package, licence));
        (!is_allowed).then(|| format!("{package}: {expression} is not allowed by deny.toml"))
    }
}

fn names(list: &toml::Value) -> BTreeSet<String> {
    let list = list.as_array().unwrap().iter();
    list.map(|name| name.as_str().unwrap().to_owned()).collect()
}

fn policy() -> Policy {
    let deny = Path::new(env!("CARGO_MANIFEST_DIR")).join("../deny.toml");
    Policy::parse(&fs::read_to_string(deny).unwrap())
}

fn text<'a>(package: &'a Value, member: &str) -> Option<&'a str> {
    package[member].as_str()
}

#[test]
fn every_licence_is_allowed() {
    let policy = policy();
    let packages = packages();
    assert!(packages.len() > 300, "only {} packages", packages.len());
    let rejections: Vec<String> = packages
        .iter()
        .filter_map(|package| {
            let name = text(package, "name").unwrap();
            policy.rejection(name, text(package, "license"))
        })
        .collect();
    assert!(rejections.is_empty(), "{rejections:#?}");
}

#[test]
fn every_allowed_licence_is_used() {
    let policy = policy();
    let packages = packages();
    let all = policy.everywhere.iter().map(|licence| (None, licence));
    let some = policy.exceptions.iter().flat_map(|(package, licences)| {
        let package = Some(package.as_str());
        licences.iter().map(move |licence| (package, licence))
    });
    for (package, licence) in all.chain(some) {
        let named = packages.iter().any(|found| {
            let is_it = package.is_none_or(|package| text(found, "name") == Some(package));
            is_it && text(found, "license").is_some_and(|license| license.contains(licence))
        });
        assert!(named, "deny.toml allows {licence}, but nothing uses it");
    }
}

#[test]
fn every_dependency_comes_from_crates_io_or_this_repository() {
    for package in packages() {
        let source = text(&package, "source");
        assert!(
            source.is_none_or(|source| {
                source == "registry+https://github.com/rust-lang/crates.io-index"
            }),
            "{}: {source:?}",
            package["id"]
        );
    }
}

#[test]
fn no_published_package_depends_on_an_exception() {
    let policy = policy();
    let packages = packages();
    let mut seen = BTreeSet::new();
    let mut left = vec!["clerk-api", "clerk-auth", "clerk-mock"];
    while let Some(name) = left.pop() {
        if !seen.insert(name) {
            continue;
        }
        assert!(!policy.exceptions.contains_key(name), "{name}");
        let found = packages
            .iter()
            .filter(|package| text(package, "name") == Some(name));
        for package in found {
            let dependencies = package["dependencies"].as_array().unwrap().iter();
            let shipped = dependencies.filter(|dependency| dependency["kind"] != "dev");
            left.extend(shipped.filter_map(|dependency| text(dependency, "name")));
        }
    }
    assert!(seen.contains("serde_json"));
}

/// Tests how the expression parser, a dependency, is used.
#[test]
fn alternatives_need_one_allowed_licence_and_conjunctions_all() {
    let policy = Policy::parse(
        "[licenses]\nallow = ['MIT', 'ISC']\nexceptions = [{ crate = 'tool', allow = ['MPL-2.0'] }]\n",
    );
    for (package, expression, is_allowed) in [
        ("a", Some("MIT"), true),
        ("a", Some("GPL-3.0-only OR MIT"), true),
        ("a", Some("GPL-3.0-only/MIT"), true),
        ("a", Some("GPL-3.0-only AND MIT"), false),
        ("a", Some("(GPL-3.0-only OR MIT) AND ISC"), true),
        ("a", Some("(GPL-3.0-only AND MIT) OR Zlib"), false),
        ("a", Some("MIT WITH LLVM-exception"), false),
        ("tool", Some("MPL-2.0"), true),
        ("a", Some("MPL-2.0"), false),
        ("a", Some("Proprietary"), false),
        ("a", None, false),
    ] {
        let rejection = policy.rejection(package, expression);
        assert_eq!(
            rejection.is_none(),
            is_allowed,
            "{expression:?}: {rejection:?}"
        );
    }
}
