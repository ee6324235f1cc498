//! Generates a value from a schema.

use serde_json::{Map, Value, json};

use super::{Mode, text};
use crate::description::{Additional, Description, Kind, View};
use crate::random::Random;

/// Generates values in one mode.
pub(crate) struct Generator<'a> {
    description: &'a Description,
    habits: Habits,
}

/// How full the values are.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Habits {
    Of(Mode),
    /// Something new: everything that can be empty is empty.
    Blank,
}

/// The context of a value.
#[derive(Clone, Copy, Default)]
struct Place<'a> {
    /// The name of the member.
    name: &'a str,
    /// The name of the object around it, if its schema has one.
    object: Option<&'a str>,
    /// The number of lists around it.
    depth: u32,
}

impl<'a> Generator<'a> {
    pub(crate) fn new(description: &'a Description, mode: Mode) -> Self {
        Self {
            description,
            habits: Habits::Of(mode),
        }
    }

    pub(crate) fn blank(description: &'a Description) -> Self {
        Self {
            description,
            habits: Habits::Blank,
        }
    }

    pub(crate) fn value(&self, schema: &Value, random: Random) -> Value {
        self.at(schema, Place::default(), random)
    }

    /// The value of a parameter or a part of a form, from its name.
    pub(crate) fn named(&self, name: &str, schema: &Value, random: Random) -> Value {
        let place = Place {
            name,
            ..Place::default()
        };
        self.at(schema, place, random)
    }

    fn at(&self, schema: &Value, place: Place<'_>, random: Random) -> Value {
        let view = self.description.view(schema);
        if view.nullable && self.is_null(random) {
            return Value::Null;
        }
        match view.kind() {
            Kind::Any => json!({ "role": "tester" }),
            Kind::String => self.string(&view, place, random),
            Kind::Boolean => self.boolean(&view, random),
            Kind::Integer => self.integer(&view, place, random),
            Kind::Number => number(&view, random),
            Kind::Array => self.array(&view, place, random),
            Kind::Object => Value::Object(self.object(&view, place, random)),
            Kind::Union => self.union(&view, place, random),
        }
    }

    fn is_null(&self, random: Random) -> bool {
        match self.habits {
            Habits::Of(Mode::Full) => false,
            Habits::Of(Mode::Varied) => random.branch("null").percent(25),
            Habits::Of(Mode::Minimal) | Habits::Blank => true,
        }
    }

    fn is_there(&self, schema: &Value, random: Random) -> bool {
        match self.habits {
            Habits::Of(Mode::Full) => true,
            Habits::Of(Mode::Varied) => random.branch("there").percent(60),
            Habits::Of(Mode::Minimal) => false,
            Habits::Blank => {
                let view = self.description.view(schema);
                view.nullable
                    || matches!(view.kind(), Kind::Boolean | Kind::Array | Kind::Integer)
                    || (view.kind() == Kind::Object && view.properties().next().is_none())
            }
        }
    }

    fn string(&self, view: &View<'_>, place: Place<'_>, mut random: Random) -> Value {
        if let Some(values) = view.values() {
            let chosen = match self.habits {
                Habits::Blank => values.first(),
                Habits::Of(_) => random.pick(values),
            };
            return chosen.cloned().unwrap_or_default();
        }
        let minimum = view.count("minLength").unwrap_or(0);
        let maximum = view.count("maxLength").unwrap_or(usize::MAX);
        if let Some(pattern) = view
            .text("pattern")
            .and_then(|text| self.description.pattern(text))
        {
            let fits = |text: &str| (minimum..=maximum).contains(&text.len());
            return pattern.make(random, fits).unwrap_or_default().into();
        }
        // URLs can be secret too.
        let format = view
            .text("format")
            .filter(|format| *format != "password" || !place.name.ends_with("url"));
        let text = match format.and_then(|format| text::formatted(format, random)) {
            Some(text) => text,
            None => text::plausible(place.name, place.object, random),
        };
        let mut text: String = text.chars().take(maximum).collect();
        while text.chars().count() < minimum {
            text.push('x');
        }
        text.into()
    }

    fn boolean(&self, view: &View<'_>, mut random: Random) -> Value {
        if let Some(only) = view.values().and_then(|values| values.first()) {
            return only.clone();
        }
        (self.habits != Habits::Blank && random.percent(50)).into()
    }

    fn integer(&self, view: &View<'_>, place: Place<'_>, mut random: Random) -> Value {
        // Between 2023-11 and 2025-06, so that expiry times have passed and nothing is in the future.
        let seconds = 1_700_000_000 + random.below(50_000_000);
        match view.text("format") {
            Some("unix-milliseconds") => return (seconds * 1000 + random.below(1000)).into(),
            Some("unix" | "unix-seconds") => return seconds.into(),
            _ if self.habits == Habits::Blank => {
                return view.keyword("minimum").cloned().unwrap_or_else(|| 0.into());
            }
            _ => {}
        }
        let bound = |keyword| view.keyword(keyword).and_then(Value::as_u64);
        let least = bound("minimum").unwrap_or(0) + u64::from(view.is_set("exclusiveMinimum"));
        let most = bound("maximum").unwrap_or(least + 1000).min(least + 1000);
        let most = if place.name.ends_with("_percent") {
            most.min(100)
        } else {
            most
        };
        (least + random.below(most.saturating_sub(least) + 1)).into()
    }

    fn array(&self, view: &View<'_>, place: Place<'_>, random: Random) -> Value {
        let least = view.count("minItems").unwrap_or(0);
        let wanted = match self.habits {
            Habits::Of(Mode::Minimal) | Habits::Blank => 0,
            // Nested lists are short, or a full subscription would be a megabyte.
            Habits::Of(Mode::Full) => {
                if place.depth < 2 {
                    2
                } else {
                    1
                }
            }
            Habits::Of(Mode::Varied) => random.branch("length").below(4) as usize,
        };
        let length = wanted
            .max(least)
            .min(view.count("maxItems").unwrap_or(usize::MAX));
        let Some(schema) = view.keyword("items") else {
            return json!([]);
        };
        let place = Place {
            depth: place.depth + 1,
            ..place
        };
        let mut items: Vec<Value> = Vec::new();
        for index in 0..length {
            let item = self.at(schema, place, random.branch(&index.to_string()));
            if !view.is_set("uniqueItems") || !items.contains(&item) {
                items.push(item);
            }
        }
        items.into()
    }

    fn object(&self, view: &View<'_>, place: Place<'_>, random: Random) -> Map<String, Value> {
        let mut members = Map::new();
        let object = self.object_name(view);
        for (name, schema) in view.properties() {
            let random = random.branch(name);
            if view.is_required(name) || self.is_there(schema, random) {
                let place = Place {
                    name,
                    object: object.as_deref(),
                    depth: place.depth,
                };
                members.insert(name.to_owned(), self.at(schema, place, random));
            }
        }
        if view.properties().next().is_none() && self.has_free_members(random) {
            match view.additional() {
                Additional::Anything => {
                    members.insert("plan".to_owned(), "pro".into());
                }
                Additional::Schema(schema) => {
                    let random = random.branch("additional");
                    members.insert("key".to_owned(), self.at(schema, place, random));
                }
                Additional::Nothing => {}
            }
        }
        members
    }

    fn has_free_members(&self, random: Random) -> bool {
        match self.habits {
            Habits::Of(Mode::Full) => true,
            Habits::Of(Mode::Varied) => random.branch("free").percent(50),
            Habits::Of(Mode::Minimal) | Habits::Blank => false,
        }
    }

    /// The only value of the property `object`.
    fn object_name(&self, view: &View<'_>) -> Option<String> {
        let object = self.description.view(view.property("object")?);
        match object.values()?.as_slice() {
            [Value::String(name)] => Some(name.clone()),
            _ => None,
        }
    }

    fn union(&self, view: &View<'_>, place: Place<'_>, random: Random) -> Value {
        let members: Vec<&Value> = view.members().collect();
        let Some(member) = random.branch("member").pick(&members).copied() else {
            return Value::Null;
        };
        let value = match self.at(member, place, random) {
            // The union itself decides whether it is null.
            Value::Null => Generator::new(self.description, Mode::Full).at(member, place, random),
            value => value,
        };
        match (view.tag(), view.tag_value(member), value) {
            (Some(tag), Some(kind), Value::Object(mut members)) => {
                members.insert(tag.to_owned(), kind.into());
                Value::Object(members)
            }
            (_, _, value) => value,
        }
    }
}

/// A multiple of a quarter, which is exact in every representation.
fn number(view: &View<'_>, mut random: Random) -> Value {
    let bound = |keyword| view.keyword(keyword).and_then(Value::as_f64);
    let least = bound("minimum").unwrap_or(0.0);
    let most = bound("maximum").unwrap_or(least + 100.0);
    let steps = ((most - least) * 4.0).max(0.0) as u64;
    let skipped = u64::from(view.is_set("exclusiveMinimum"));
    let step = skipped + random.below(steps.saturating_sub(skipped) + 1);
    (least + step as f64 / 4.0).into()
}
