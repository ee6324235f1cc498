//! The locations of values of enums.

use serde_json::Value;

use crate::description::{Additional, Description, Kind};

pub(crate) fn enums(description: &Description, schema: &Value, value: &Value) -> Vec<String> {
    let mut positions = Vec::new();
    walk(
        description,
        schema,
        value,
        String::new(),
        None,
        &mut positions,
    );
    positions
}

fn walk(
    description: &Description,
    schema: &Value,
    value: &Value,
    pointer: String,
    tag: Option<&str>,
    positions: &mut Vec<String>,
) {
    let view = description.view(schema);
    match (view.kind(), value) {
        (Kind::String, Value::String(_))
            if view.values().is_some_and(|values| values.len() > 1) =>
        {
            positions.push(pointer);
        }
        (Kind::Array, Value::Array(items)) => {
            let Some(schema) = view.keyword("items") else {
                return;
            };
            for (index, item) in items.iter().enumerate() {
                walk(
                    description,
                    schema,
                    item,
                    format!("{pointer}/{index}"),
                    None,
                    positions,
                );
            }
        }
        (Kind::Object, Value::Object(members)) => {
            for (name, member) in members
                .iter()
                .filter(|(name, _)| tag != Some(name.as_str()))
            {
                let schema = match (view.property(name), view.additional()) {
                    (Some(schema), _) | (None, Additional::Schema(schema)) => schema,
                    _ => continue,
                };
                let name = name.replace('~', "~0").replace('/', "~1");
                walk(
                    description,
                    schema,
                    member,
                    format!("{pointer}/{name}"),
                    None,
                    positions,
                );
            }
        }
        (Kind::Union, Value::Object(_)) => {
            let kind = view.tag().and_then(|tag| value.get(tag)?.as_str());
            let member = view
                .members()
                .find(|member| kind.is_none() || view.tag_value(member) == kind);
            if let Some(member) = member {
                walk(description, member, value, pointer, view.tag(), positions);
            }
        }
        _ => {}
    }
}
