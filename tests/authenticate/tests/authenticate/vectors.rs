//! Runs the vectors, and checks that they cover every rule.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Map, Value};

use crate::clerk::Clerk;
use crate::compare;
use crate::process;
use crate::template::Values;
use crate::vector::Vector;

/// The defaults of all vectors.
const DEFAULTS: &str = "defaults.yaml";
/// The rules that must be covered.
const RULES: &str = "rules.yaml";

#[test]
fn every_vector_has_its_outcome() {
    let clerk = Clerk::start();
    let mut vectors = all();
    let mut lines = Vec::new();
    for vector in &mut vectors {
        vector.clerk_url = clerk.next_url();
        clerk.add(vector.exchanges());
        lines.extend(vector.case().to_string().into_bytes());
        lines.push(b'\n');
    }

    let outcomes = process::answers(&lines);

    assert_eq!(outcomes.len(), vectors.len());
    let mut failures = Vec::new();
    for (index, (vector, outcome)) in vectors.iter().zip(&outcomes).enumerate() {
        assert_eq!(outcome["name"], *vector.name, "outcomes keep their order");
        let expected = vector.fill_members(&vector.outcome);
        let mut differences = compare::differences(&expected, outcome);
        differences.extend(clerk.differences(index));
        if !differences.is_empty() {
            let differences = differences.join("\n  ");
            failures.push(format!("{}\n  {differences}", vector.name));
        }
    }
    assert!(
        failures.is_empty(),
        "{} of {} vectors fail:\n{}",
        failures.len(),
        vectors.len(),
        failures.join("\n")
    );
}

#[test]
fn every_rule_has_a_vector() {
    let rules = read(&folder().join(RULES));
    let rules = rules["rules"].as_object().expect("rules by their number");
    let vectors = all();
    let covered: BTreeSet<&str> = vectors
        .iter()
        .flat_map(|vector| vector.rule.list())
        .map(String::as_str)
        .collect();
    let known: BTreeSet<&str> = rules.keys().map(String::as_str).collect();
    let uncovered: Vec<_> = known.difference(&covered).collect();
    assert!(uncovered.is_empty(), "no vector covers {uncovered:?}");
    let unknown: Vec<_> = covered.difference(&known).collect();
    assert!(unknown.is_empty(), "{RULES} lacks {unknown:?}");
}

#[test]
fn every_reason_is_expected_by_a_vector() {
    let rules = read(&folder().join(RULES));
    let reasons = rules["reasons"].as_array().expect("a list of reasons");
    let vectors = all();
    let expected: BTreeSet<&str> = vectors
        .iter()
        .filter_map(|vector| vector.outcome.get("reason")?.as_str())
        .collect();
    let missing: Vec<_> = reasons
        .iter()
        .filter(|reason| !reason.as_str().is_some_and(|one| expected.contains(one)))
        .collect();
    assert!(missing.is_empty(), "no vector expects {missing:?}");
}

#[test]
fn there_are_enough_vectors_and_each_has_a_name_of_its_own() {
    let vectors = all();
    let mut names = BTreeSet::new();
    for vector in &vectors {
        let name = vector.name.as_str();
        assert!(names.insert(name), "two vectors have the name {name:?}");
        let says_something = vector.outcome.contains_key("status");
        assert!(says_something, "{name:?} expects no status");
    }
    assert!(vectors.len() >= 250, "{} vectors are left", vectors.len());
}

/// The vectors of all files, by the names of the files.
fn all() -> Vec<Vector> {
    let defaults = read(&folder().join(DEFAULTS));
    files()
        .iter()
        .flat_map(|file| vectors_of(file, &defaults))
        .collect()
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("vectors")
}

fn files() -> Vec<PathBuf> {
    let entries = fs::read_dir(folder()).expect("there is a folder of vectors");
    let mut files: Vec<PathBuf> = entries
        .map(|entry| entry.expect("it can be listed").path())
        .filter(|path| path.extension().is_some_and(|end| end == "yaml"))
        .filter(|path| !path.ends_with(DEFAULTS) && !path.ends_with(RULES))
        .collect();
    files.sort();
    files
}

fn vectors_of(file: &Path, defaults: &Value) -> Vec<Vector> {
    let content = read(file);
    let mut base = defaults.clone();
    merge(&mut base, content.get("defaults").unwrap_or(&Value::Null));
    let vectors = content.get("vectors").and_then(Value::as_array);
    let vectors = vectors.unwrap_or_else(|| panic!("{} lists `vectors`", file.display()));
    vectors
        .iter()
        .map(|vector| {
            let mut whole = base.clone();
            merge(&mut whole, vector);
            serde_json::from_value(whole)
                .unwrap_or_else(|error| panic!("{}: {error}: {vector}", file.display()))
        })
        .collect()
}

fn read(file: &Path) -> Value {
    let text = fs::read_to_string(file).expect("the file can be read");
    json(&text).unwrap_or_else(|error| panic!("{}: {error}", file.display()))
}

fn json(yaml: &str) -> Result<Value, Box<dyn std::error::Error>> {
    let mut yaml: serde_yaml::Value = serde_yaml::from_str(yaml)?;
    // `<<` merges the members of another mapping.
    yaml.apply_merge()?;
    Ok(serde_json::to_value(yaml)?)
}

/// Objects are merged member by member; everything else is replaced.
fn merge(into: &mut Value, from: &Value) {
    match (into, from) {
        (_, Value::Null) => {}
        (Value::Object(into), Value::Object(from)) => merge_members(into, from),
        (into, from) => *into = from.clone(),
    }
}

fn merge_members(into: &mut Map<String, Value>, from: &Map<String, Value>) {
    for (name, value) in from {
        match into.get_mut(name) {
            Some(present) if present.is_object() && value.is_object() => merge(present, value),
            _ => {
                into.insert(name.clone(), value.clone());
            }
        }
    }
}
