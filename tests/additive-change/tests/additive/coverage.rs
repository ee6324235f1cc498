//! Checks that every response model is tested.

use std::collections::{BTreeMap, BTreeSet};

use additive_change::models;

use super::document::DOCUMENT;
use super::mutants::Mutants;
use super::mutations::Mutation;
use super::run::{all_models, is_whole};

/// The minimum of mutated responses per model that must be accepted, not counting those of the
/// wrong type.
const AT_LEAST: usize = 20;

#[test]
fn every_model_of_a_response_is_in_the_table() {
    let models: BTreeSet<_> = models()
        .iter()
        .map(|model| model.name().to_owned())
        .collect();
    assert_eq!(&models, DOCUMENT.answered());
}

/// The responses that the tests of [`super::tolerance`] check: the same seeds give the same ones.
#[test]
fn every_model_has_enough_mutated_responses() {
    let mut answers: BTreeMap<&str, usize> = BTreeMap::new();
    let mut add = |title: &str, counts: BTreeMap<&'static str, usize>| {
        let reached = counts.values().filter(|count| **count > 0).count();
        let sum: usize = counts.values().sum();
        eprintln!("{title}: {sum} mutated responses of {reached} models");
        for (name, count) in counts {
            *answers.entry(name).or_default() += count;
        }
    };
    for mutation in Mutation::SURVIVED {
        let counts = all_models(|model, random| {
            let form = DOCUMENT.form(model.name());
            Ok(Mutants::changed_once(&DOCUMENT, form, mutation, random).len())
        });
        add(&format!("{mutation:?}"), counts);
    }
    let counts = all_models(|model, random| {
        let form = DOCUMENT.form(model.name());
        Ok(Mutants::changed_often(&DOCUMENT, form, 0, random).len())
    });
    add("several at once", counts);

    let all = DOCUMENT.answered().len();
    let enough = answers.values().filter(|count| **count >= AT_LEAST).count();
    let least = answers.iter().min_by_key(|(_, count)| **count);
    eprintln!(
        "response models with at least {AT_LEAST} mutated responses: {enough} of {all}; fewest: \
         {least:?}; total: {}",
        answers.values().sum::<usize>()
    );
    if is_whole() {
        assert_eq!(enough, all, "{answers:#?}");
    }
}
