//! Responses created from the description.

use serde_json::{Map, Value, json};

use super::document::{Definition, Document, Form, Kind};
use super::random::Random;

/// The prefix of every secret, and of nothing else: it must not be printed.
pub(crate) const SECRET: &str = "hush_";

/// How much of the described content is present.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Extent {
    /// Only what is required; null where that is allowed, lists are empty.
    Required,
    /// Everything, without nulls.
    Everything,
    /// Some optional members, and some nulls.
    Some,
}

pub(crate) fn instance(
    document: &Document,
    form: &Form,
    extent: Extent,
    random: &mut Random,
) -> Value {
    Instances { document, extent }.of(form, 0, random)
}

/// JSON without a description.
pub(crate) fn anything(random: &mut Random) -> Value {
    match random.below(8) {
        0 => Value::Null,
        1 => json!(true),
        2 => json!(random.below(1000)),
        3 => json!(-2.5),
        4 => json!([]),
        5 => json!([1, "two", { "three": null }]),
        6 => json!({ "plan": word(random), "seats": [1.5, 7] }),
        _ => json!(word(random)),
    }
}

fn secret(random: &mut Random) -> Value {
    format!("{SECRET}{:x}", random.next()).into()
}

pub(crate) fn word(random: &mut Random) -> String {
    let word = random.pick(&[
        "",
        "ada",
        "Ünïcode ✓",
        "a \"quote\"",
        "line\nbreak",
        "back\\slash",
        "😀",
    ]);
    format!("{word}{:x}", random.below(1 << 20))
}

struct Instances<'a> {
    document: &'a Document,
    extent: Extent,
}

impl Instances<'_> {
    fn of(&self, form: &Form, depth: usize, random: &mut Random) -> Value {
        let null = match self.extent {
            Extent::Required => form.nullable,
            Extent::Everything => false,
            Extent::Some => form.nullable && random.one_in(4),
        };
        if null {
            return Value::Null;
        }
        match &form.kind {
            Kind::Any => match anything(random) {
                Value::Null if self.extent == Extent::Everything => json!("something"),
                value => value,
            },
            Kind::String | Kind::Id => word(random).into(),
            Kind::Secret => secret(random),
            Kind::Boolean => random.one_in(2).into(),
            Kind::Integer | Kind::Timestamp => integer(random).into(),
            // Multiples of a quarter are exact.
            Kind::Number => json!(integer(random) as f64 / 4.0),
            Kind::List(element) => (0..self.length(depth, random))
                .map(|_| self.of(element, depth + 1, random))
                .collect(),
            Kind::Map(element) => (0..self.length(depth, random))
                .map(|index| (format!("key_{index}"), self.of(element, depth + 1, random)))
                .collect::<Map<_, _>>()
                .into(),
            Kind::Named(name) => self.named(name, depth, random),
        }
    }

    fn named(&self, name: &str, depth: usize, random: &mut Random) -> Value {
        match self.document.definition(name) {
            Definition::Enum(values) => random.pick(values).clone().into(),
            Definition::Struct { fields, open } => {
                let mut members = Map::new();
                for field in fields {
                    let is_there = match self.extent {
                        Extent::Required => field.required,
                        Extent::Everything => true,
                        Extent::Some => field.required || !random.one_in(3),
                    };
                    if is_there {
                        let value = self.of(&field.form, depth + 1, random);
                        members.insert(field.name.clone(), value);
                    }
                }
                if *open && self.extent != Extent::Required {
                    members.insert("free".to_owned(), anything(random));
                    // Nothing is known of it, so it may be a token.
                    members.insert("free_token".to_owned(), secret(random));
                }
                members.into()
            }
            Definition::Union { tag, kinds } => {
                let kinds: Vec<_> = kinds.iter().collect();
                let (kind, name) = random.pick(&kinds);
                let mut value = self.named(name, depth, random);
                value[tag] = kind.as_str().into();
                value
            }
        }
    }

    fn length(&self, depth: usize, random: &mut Random) -> usize {
        match self.extent {
            Extent::Required => 0,
            // Nested lists are kept short; otherwise the largest models would be megabytes.
            Extent::Everything if depth > 2 => 1,
            Extent::Everything => 2,
            Extent::Some => random.below(3),
        }
    }
}

fn integer(random: &mut Random) -> i64 {
    match random.below(8) {
        0 => 0,
        1 => -7,
        2 => i64::MAX,
        3 => i64::MIN,
        4 => random.below(1000) as i64 * 1000,
        // Milliseconds.
        5 | 6 => 1_700_000_000_000 + random.below(1 << 30) as i64,
        _ => random.below(1000) as i64,
    }
}
