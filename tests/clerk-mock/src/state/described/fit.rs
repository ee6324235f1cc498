//! Fits records to the schemas of responses.

use serde_json::{Map, Value};

use crate::description::{Additional, Description};
use crate::instances::Generator;
use crate::samples::random::Random;
use crate::validate::validate;

/// The members that the schema has. Those that it requires and the record lacks are made up, the same for the
/// same source of random numbers.
pub(super) fn fit(
    description: &Description,
    generator: &Generator<'_>,
    schema: &Value,
    mut members: Map<String, Value>,
    random: Random,
) -> Value {
    let view = description.view(schema);
    let mut shown = Map::new();
    for (name, schema) in view.properties() {
        match members.remove(name) {
            Some(value) if validate(schema, &value).is_ok() => {
                shown.insert(name.to_owned(), value);
            }
            _ if view.is_required(name) => {
                let value = generator.named(name, schema, random.branch(name));
                shown.insert(name.to_owned(), value);
            }
            _ => {}
        }
    }
    if matches!(view.additional(), Additional::Anything) && view.properties().next().is_none() {
        shown.extend(members);
    }
    Value::Object(shown)
}

/// The defaults in the schema of a body for what a request omits.
pub(super) fn defaults(description: &Description, schema: &Value) -> Map<String, Value> {
    let view = description.view(schema);
    let defaults = view.properties().filter_map(|(name, schema)| {
        let default = description.view(schema).keyword("default")?.clone();
        Some((name.to_owned(), default))
    });
    defaults.collect()
}
