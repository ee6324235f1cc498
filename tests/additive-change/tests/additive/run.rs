//! Decodes mutated responses and reports failures.

use std::collections::BTreeMap;
use std::env;
use std::fmt::Write as _;
use std::panic::catch_unwind;

use additive_change::{Decoded, Model, models};
use clerk_api::Error;
use serde_json::Value;

use super::document::DOCUMENT;
use super::instances::SECRET;
use super::mutants::Mutant;
use super::random::Random;
use super::reading::read;

/// How many failures are printed in full.
const TOLD: usize = 5;
/// How many characters of a response are printed.
const LENGTH: usize = 1500;

/// Checks all models, each with every seed of the run, and panics with the failures. Returns how
/// many responses of each model were checked.
pub(crate) fn all_models(
    check: impl Fn(&Model, Random) -> Result<usize, String>,
) -> BTreeMap<&'static str, usize> {
    let (first, rounds) = (variable("SEED"), variable("ROUNDS"));
    let only = env::var("ADDITIVE_CHANGE_MODEL").ok();
    let mut checked = BTreeMap::new();
    let mut failures = Vec::new();
    let chosen = |model: &&Model| only.as_ref().is_none_or(|only| only == model.name());
    for model in models().iter().filter(chosen) {
        for seed in (0..rounds).map(|round| first.wrapping_add(round)) {
            match check(model, Random::new(seed).branch(model.name())) {
                Ok(count) => *checked.entry(model.name()).or_default() += count,
                Err(failure) => failures.push(format!(
                    "{name}: {failure}\nto repeat: ADDITIVE_CHANGE_SEED={seed} ADDITIVE_CHANGE_MODEL={name} \
                     cargo test -p additive-change",
                    name = model.name()
                )),
            }
        }
    }
    assert!(
        !checked.is_empty() || !failures.is_empty(),
        "there is no model {only:?}"
    );
    if !failures.is_empty() {
        let told = failures.iter().take(TOLD);
        let told = told.map(String::as_str).collect::<Vec<_>>().join("\n\n");
        panic!(
            "{} models failed; the first failures:\n\n{told}",
            failures.len()
        );
    }
    checked
}

fn variable(name: &str) -> u64 {
    let name = format!("ADDITIVE_CHANGE_{name}");
    match env::var(&name) {
        Ok(text) => text
            .parse()
            .unwrap_or_else(|_| panic!("{name} is not a number: {text}")),
        Err(_) => 1,
    }
}

/// Whether the run covers all models.
pub(crate) fn is_whole() -> bool {
    env::var("ADDITIVE_CHANGE_MODEL").is_err()
}

/// Decodes a text; fails if that panics or prints a secret.
pub(crate) fn decode(model: &Model, text: &str) -> Result<Result<Decoded, Error>, String> {
    let result = catch_unwind(|| model.decode(text)).map_err(|_| "it panicked".to_owned())?;
    let printed = match &result {
        Ok(decoded) => decoded.debug.clone(),
        Err(error) => format!("{error} {error:?}"),
    };
    if printed.contains(SECRET) {
        return Err(format!("a secret was printed: {printed}"));
    }
    Ok(result)
}

/// Checks that a mutated response becomes what the description requires. Returns the result if it
/// can be decoded.
pub(crate) fn follows(model: &Model, mutant: &Mutant<'_>) -> Result<Option<Decoded>, String> {
    let form = DOCUMENT.form(model.name());
    let expected = read(&DOCUMENT, form, &mutant.changed);
    match (decode(model, &mutant.text)?, expected) {
        (Ok(decoded), Ok(expected)) => {
            same(&expected, &decoded.json)?;
            Ok(Some(decoded))
        }
        (Err(error), Err(places)) => {
            let path = error.json_path().unwrap_or("no location");
            if error.is_decode() && places.iter().any(|place| place == path) {
                Ok(None)
            } else {
                Err(format!(
                    "it fails at {path}, expected one of {places:?}: {error}"
                ))
            }
        }
        (Err(error), Ok(_)) => {
            let path = error.json_path().unwrap_or("no location");
            Err(format!("it cannot be decoded at {path}: {error}"))
        }
        (Ok(_), Err(places)) => Err(format!("it was decoded in spite of {places:?}")),
    }
}

/// Fails at the first difference between two JSON values.
pub(crate) fn same(expected: &Value, found: &Value) -> Result<(), String> {
    match difference(expected, found, "$") {
        Some(difference) => Err(difference),
        None => Ok(()),
    }
}

fn difference(expected: &Value, found: &Value, path: &str) -> Option<String> {
    match (expected, found) {
        (Value::Object(expected), Value::Object(found)) => {
            let keys = expected.keys().chain(found.keys());
            keys.into_iter()
                .find_map(|key| match (expected.get(key), found.get(key)) {
                    (Some(expected), Some(found)) => {
                        difference(expected, found, &format!("{path}.{key}"))
                    }
                    (Some(expected), None) => Some(format!("{path}.{key}: {expected} is missing")),
                    (None, found) => Some(format!("{path}.{key}: unexpected {found:?}")),
                })
        }
        (Value::Array(expected), Value::Array(found)) if expected.len() == found.len() => expected
            .iter()
            .zip(found)
            .enumerate()
            .find_map(|(index, (expected, found))| {
                difference(expected, found, &format!("{path}[{index}]"))
            }),
        _ => (expected != found).then(|| format!("{path}: {found}, expected {expected}")),
    }
}

/// A failure with its response.
pub(crate) fn about(mutant: &Mutant<'_>, failure: &str) -> String {
    let mut text = format!("{}: {failure}", mutant.story());
    for (name, answer) in [
        ("changed", &*mutant.text),
        ("original", &mutant.original.to_string()),
    ] {
        let shown: String = answer.chars().take(LENGTH).collect();
        let more = if shown.len() < answer.len() {
            "…"
        } else {
            ""
        };
        let _ = write!(text, "\n  {name}: {shown}{more}");
    }
    text
}
