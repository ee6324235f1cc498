//! Mutated responses of a model: at each of its own fields, and at some deeper locations.

use std::collections::BTreeSet;

use serde_json::Value;

use super::document::{Definition, Document, Form};
use super::instances::{Extent, instance};
use super::mutations::Mutation;
use super::places::{Place, places};
use super::random::Random;
use super::text::text;

/// The number of mutated responses per model and mutation.
const ENOUGH: usize = 24;
/// The number of random responses per mutation, even if the fields of the model are enough.
const RANDOM: usize = 8;
/// The number of deeper locations at which a full response is mutated.
const DEEPER: usize = 8;

/// A mutated response.
pub(crate) struct Mutant<'a> {
    pub(crate) original: Value,
    pub(crate) changes: Vec<(Mutation, Place<'a>)>,
    pub(crate) changed: Value,
    /// The mutated response as sent.
    pub(crate) text: String,
}

impl Mutant<'_> {
    pub(crate) fn story(&self) -> String {
        let changes = self.changes.iter();
        let changes: Vec<_> = changes
            .map(|(mutation, place)| format!("{mutation:?} at {}", place.path))
            .collect();
        changes.join(", then ")
    }
}

/// Creates the mutated responses of a model.
pub(crate) struct Mutants<'a> {
    document: &'a Document,
    form: &'a Form,
    random: Random,
    /// Responses that exist already; none is created twice.
    known: BTreeSet<String>,
    made: Vec<Mutant<'a>>,
}

impl<'a> Mutants<'a> {
    /// Mutated in one way, at one location each.
    pub(crate) fn changed_once(
        document: &'a Document,
        form: &'a Form,
        mutation: Mutation,
        random: Random,
    ) -> Vec<Mutant<'a>> {
        let mut this = Self::new(document, form, random.branch(&format!("{mutation:?}")));
        let full = this.answer(Extent::Everything);
        let mut places = this.applicable(mutation, &full);
        this.random.shuffle(&mut places);
        let (own, deeper): (Vec<_>, Vec<_>) = places
            .into_iter()
            .partition(|place| place.path.depth() <= 1);
        for place in own.into_iter().chain(deeper.into_iter().take(DEEPER)) {
            this.change(&full, vec![(mutation, place)]);
        }
        for attempt in 0..2 * ENOUGH {
            if attempt >= RANDOM && this.made.len() >= ENOUGH {
                break;
            }
            let answer = this.any_answer(attempt);
            let mut places = this.applicable(mutation, &answer);
            if !places.is_empty() {
                let place = places.swap_remove(this.random.below(places.len()));
                this.change(&answer, vec![(mutation, place)]);
            }
        }
        this.made
    }

    /// Mutated in several ways at random locations; the last `wrong` mutations use a wrong type.
    pub(crate) fn changed_often(
        document: &'a Document,
        form: &'a Form,
        wrong: usize,
        random: Random,
    ) -> Vec<Mutant<'a>> {
        let mut this = Self::new(
            document,
            form,
            random.branch(&format!("often, {wrong} wrong")),
        );
        for attempt in 0..2 * ENOUGH {
            if this.made.len() == ENOUGH {
                break;
            }
            let original = this.any_answer(attempt);
            let mut changed = original.clone();
            let mut changes = Vec::new();
            let survived = 2 + this.random.below(7);
            for index in 0..survived + wrong {
                let mutation = if index < survived {
                    *this.random.pick(&Mutation::SURVIVED)
                } else {
                    Mutation::WrongType
                };
                let mut places = this.applicable(mutation, &changed);
                if places.is_empty() {
                    continue;
                }
                let place = places.swap_remove(this.random.below(places.len()));
                mutation.apply(document, &place, &mut changed, &mut this.random);
                changes.push((mutation, place));
            }
            this.keep(original, changes, changed);
        }
        this.made
    }

    fn new(document: &'a Document, form: &'a Form, random: Random) -> Self {
        Self {
            document,
            form,
            random,
            known: BTreeSet::new(),
            made: Vec::new(),
        }
    }

    fn answer(&mut self, extent: Extent) -> Value {
        instance(self.document, self.form, extent, &mut self.random)
    }

    fn any_answer(&mut self, attempt: usize) -> Value {
        self.answer(match attempt % 4 {
            0 => Extent::Everything,
            1 => Extent::Required,
            _ => Extent::Some,
        })
    }

    fn applicable(&self, mutation: Mutation, answer: &Value) -> Vec<Place<'a>> {
        let mut places = places(self.document, self.form, answer);
        places.retain(|place| mutation.applies(self.document, place, answer));
        places
    }

    fn change(&mut self, original: &Value, changes: Vec<(Mutation, Place<'a>)>) {
        let mut changed = original.clone();
        for (mutation, place) in &changes {
            mutation.apply(self.document, place, &mut changed, &mut self.random);
        }
        self.keep(original.clone(), changes, changed);
    }

    fn keep(&mut self, original: Value, changes: Vec<(Mutation, Place<'a>)>, changed: Value) {
        if is_foreign(self.document, self.form, &changed) || changed == original {
            return;
        }
        if self.known.insert(changed.to_string()) {
            self.made.push(Mutant {
                text: text(&changed, &mut self.random),
                original,
                changes,
                changed,
            });
        }
    }
}

/// Whether nothing described is left of a whole response, but something else is: such a response is
/// considered to come from something other than the API, and has a test of its own.
fn is_foreign(document: &Document, form: &Form, answer: &Value) -> bool {
    match (document.named(form), answer) {
        (Some(Definition::Struct { fields, .. }), Value::Object(members)) => {
            !members.is_empty() && !fields.iter().any(|field| members.contains_key(&field.name))
        }
        _ => false,
    }
}
