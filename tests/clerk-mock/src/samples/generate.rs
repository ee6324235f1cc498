//! Generates a value from a schema: follows each keyword, from the outside in.

use std::cell::Cell;

use serde_json::{Map, Value, json};

use super::place::Place;
use super::random::Random;
use super::schema::{Additional, Kind, View};
use super::table::Table;

/// The limit on values in one sample; schemas that contain each other twice would exceed memory.
const MAXIMUM_VALUES: usize = 100_000;
/// The name of an object in its members.
const OBJECT: &str = "object";

/// How full values are, and how one of several possible values is chosen.
#[derive(Clone, Copy)]
pub(crate) struct Habits {
    /// How many percent of the optional members are present.
    pub(crate) optional: u64,
    /// How many percent of the values that can be null are.
    pub(crate) null: u64,
    /// The least and the greatest length of lists without bounds.
    pub(crate) items: (u64, u64),
    /// Values of the table, in its order, and others that depend on their name alone. Otherwise values are
    /// random, and differ from each other where they must.
    pub(crate) in_example: bool,
    /// Something new: everything that can be empty is there and empty.
    pub(crate) is_blank: bool,
}

/// A fault of a schema.
#[derive(Debug)]
pub(crate) struct Fault {
    /// The path to the value: `.pages[].title`; empty if it is the whole.
    pub(crate) path: String,
    pub(crate) message: String,
    pub(crate) help: &'static str,
}

impl Fault {
    pub(super) fn new(message: impl Into<String>, help: &'static str) -> Self {
        Self {
            path: String::new(),
            message: message.into(),
            help,
        }
    }

    fn within(mut self, step: &str) -> Self {
        self.path.insert_str(0, step);
        self
    }
}

/// What generating a value has shown about the table.
pub(crate) enum Note {
    /// A field of the table whose value was taken.
    Used,
    /// A name for which neither the table nor a rule has a value.
    Missing,
}

/// Generates values for the schemas of one document.
pub(crate) struct Generator<'a> {
    pub(crate) document: &'a Value,
    pub(crate) habits: Habits,
    /// The resource whose values of the table are taken.
    pub(crate) resource: &'a str,
    /// What an `id` identifies if nothing around it has a name.
    pub(crate) object: &'a str,
    pub(crate) notice: &'a dyn Fn(Note, &str),
}

impl Generator<'_> {
    /// A value for a schema, as the member `name` of an object, in the element `index` of a list if there is
    /// one.
    pub(crate) fn value(
        &self,
        name: &str,
        index: Option<u64>,
        schema: &Value,
        random: Random,
    ) -> Result<Value, Fault> {
        let place = Place {
            name,
            object: self.object,
            index,
            random,
            in_example: self.habits.in_example,
            depth: 0,
        };
        let generation = Generation {
            of: self,
            table: Table::of(self.document),
            values: Cell::new(0),
        };
        generation.value(schema, place.settled())
    }
}

/// The generation of one value.
pub(super) struct Generation<'a> {
    pub(super) of: &'a Generator<'a>,
    pub(super) table: Table<'a>,
    /// The number of values so far.
    values: Cell<usize>,
}

impl Generation<'_> {
    pub(super) fn habits(&self) -> Habits {
        self.of.habits
    }

    fn value(&self, schema: &Value, place: Place<'_>) -> Result<Value, Fault> {
        let view = View::of(self.of.document, schema);
        if view.nullable && place.random.branch("null").percent(self.habits().null) {
            return Ok(Value::Null);
        }
        self.present(&view, place)
    }

    /// A value that is not null.
    fn present(&self, view: &View<'_>, place: Place<'_>) -> Result<Value, Fault> {
        self.values.set(self.values.get() + 1);
        if self.values.get() > MAXIMUM_VALUES {
            return Err(Fault::new(
                format!("the sample would have more than {MAXIMUM_VALUES} values"),
                "correct `minItems`, or the contents of the schema, in an overlay",
            ));
        }
        if let Some(values) = view.values() {
            return Ok(self.one_of(values, place));
        }
        match view.kind() {
            Kind::Any => self.any(view, place),
            Kind::String => self.string(view, place),
            Kind::Boolean => Ok(self.boolean(view, place)),
            Kind::Integer | Kind::Number => self.number(view, place),
            Kind::Array => self.array(view, place),
            Kind::Object => self.object(view, place),
            Kind::Union => self.union(view, place),
        }
    }

    fn array(&self, view: &View<'_>, place: Place<'_>) -> Result<Value, Fault> {
        let Some(items) = view.keyword("items") else {
            return Ok(json!([]));
        };
        let (fewest, most) = self.habits().items;
        // Nested lists that are never empty are short, or a full subscription would be a megabyte.
        let most = match fewest > 0 && place.depth >= 2 {
            true => 1,
            false => most,
        };
        let wanted = fewest.min(most)
            + place
                .random
                .branch("length")
                .below(most.saturating_sub(fewest) + 1);
        let values = View::of(self.of.document, items).values().map(Vec::len);
        let bound = |keyword| view.count(keyword).map(|count| count as u64);
        let minimum = bound("minItems").unwrap_or(0);
        let length = wanted
            .min(values.unwrap_or(usize::MAX) as u64)
            .max(minimum)
            .min(bound("maxItems").unwrap_or(u64::MAX));
        let mut elements = Vec::new();
        for index in 0..length {
            let element = self.value(items, place.element(index));
            let element = element.map_err(|fault| fault.within("[]"))?;
            if !view.is_set("uniqueItems") || !elements.contains(&element) {
                elements.push(element);
            }
        }
        if (elements.len() as u64) < minimum {
            return Err(Fault::new(
                "there are too few distinct samples",
                "correct `minItems`, `maxItems` or `uniqueItems` in an overlay",
            ));
        }
        Ok(elements.into())
    }

    fn object(&self, view: &View<'_>, place: Place<'_>) -> Result<Value, Fault> {
        if view.properties().next().is_none() {
            return self.map(view, place);
        }
        let named = self.object_name(view);
        // What has no name of its own is named as the member with it.
        let object = named.as_deref().unwrap_or(match place.name {
            "" | "body" | "data" => place.object,
            name => name,
        });
        let mut members = Map::new();
        for (name, schema) in view.properties() {
            let place = place.member(name, object);
            if view.is_required(name) || self.is_there(schema, place) {
                let value = self.value(schema, place);
                let value = value.map_err(|fault| fault.within(&format!(".{name}")))?;
                members.insert(name.to_owned(), value);
            }
        }
        Ok(members.into())
    }

    fn is_there(&self, schema: &Value, place: Place<'_>) -> bool {
        if !self.habits().is_blank {
            return place.random.branch("there").percent(self.habits().optional);
        }
        let view = View::of(self.of.document, schema);
        match view.kind() {
            _ if view.nullable => true,
            Kind::Boolean | Kind::Array | Kind::Integer => true,
            Kind::Object => view.properties().next().is_none(),
            _ => false,
        }
    }

    /// The only value of the property `object`.
    fn object_name(&self, view: &View<'_>) -> Option<String> {
        let object = View::of(self.of.document, view.property(OBJECT)?);
        match object.values()?.as_slice() {
            [Value::String(name)] => Some(name.clone()),
            _ => None,
        }
    }

    /// An object whose members are free.
    fn map(&self, view: &View<'_>, place: Place<'_>) -> Result<Value, Fault> {
        let is_filled = place.random.branch("free").percent(self.habits().optional);
        if !place.in_example && !is_filled {
            return Ok(json!({}));
        }
        let schema = match view.additional() {
            Additional::Nothing => return Ok(json!({})),
            Additional::Anything => None,
            Additional::Schema(schema) => Some(schema),
        };
        let kind = schema.map_or(Kind::Any, |schema| {
            View::of(self.of.document, schema).kind()
        });
        let fits = |value: &Value| match kind {
            Kind::Any => true,
            Kind::String => value.is_string(),
            Kind::Object => value.is_object(),
            _ => false,
        };
        let fits = |value: &Value| {
            let members = value.as_object();
            members.is_some_and(|members| members.values().all(fits))
        };
        if let Some(value) = self.of_table(place, fits) {
            return Ok(value);
        }
        let key = format!("{}_key", place.name);
        let value = match schema {
            Some(schema) => self.value(schema, place)?,
            None => self.plain(place).into(),
        };
        Ok(json!({ key: value }))
    }

    /// A kind of a union, with its tag.
    fn union(&self, view: &View<'_>, place: Place<'_>) -> Result<Value, Fault> {
        let members: Vec<&Value> = view.members().collect();
        let Some(member) = place.of(&members).copied() else {
            return Ok(Value::Null);
        };
        // The union itself decides whether it is null.
        let mut value = self.present(&View::of(self.of.document, member), place)?;
        if let (Some(tag), Some(kind), Value::Object(members)) =
            (view.tag(), view.tag_value(member), &mut value)
        {
            members.insert(tag.to_owned(), kind.into());
        }
        Ok(value)
    }
}
