//! Generates valid requests of operations.

use http::Method;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Map, Value};

use super::{Generator, Mode};
use crate::description::{BodyKind, Description, Operation};
use crate::rules;
use crate::samples::random::Random;

/// Everything but the unreserved characters of RFC 3986.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// A valid request of an operation, from [`Instances::request`](crate::Instances::request).
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct GeneratedRequest {
    /// The HTTP method.
    pub method: Method,
    /// The path parameters.
    pub path_parameters: Vec<(String, String)>,
    /// The path, filled in and encoded, without `/v1`.
    pub path: String,
    /// The query as pairs, not encoded. A list that is joined by commas is one pair.
    pub query: Vec<(String, String)>,
    /// The JSON body, if there is one.
    pub json: Option<Value>,
    /// The parts of the form, including files, if the body is one.
    pub parts: Option<Vec<(String, String)>>,
}

impl GeneratedRequest {
    pub(super) fn new(
        description: &Description,
        operation: &Operation,
        mode: Mode,
        seed: u64,
    ) -> Self {
        let random = Random::new(seed);
        let generator = Generator::new(description, mode);
        let path_parameters: Vec<(String, String)> = operation
            .path_parameters
            .iter()
            .map(|parameter| {
                let random = random.branch("path").branch(&parameter.name);
                let value = generator.named(&parameter.name, &parameter.schema, random);
                (parameter.name.clone(), text(&value))
            })
            .collect();
        let path = operation.route.filled(|name| {
            let value = path_parameters.iter().find(|(present, _)| present == name);
            let value = value.map_or("", |(_, value)| value);
            utf8_percent_encode(value, ENCODED).to_string()
        });
        let body = operation.body.as_ref().filter(|body| {
            body.required || mode == Mode::Full || requires_members(description, &body.schema)
        });
        let mut value = match body {
            Some(body) => generator.value(&body.schema, random.branch("body")),
            None => Value::Null,
        };
        let is_json = body.is_some_and(|body| body.kind == BodyKind::Json);
        let mut query = query(operation, &generator, mode, random.branch("query"));
        rules::settle(&operation.id, &mut query, &mut value);
        Self {
            method: operation.method.clone(),
            path_parameters,
            path,
            query: pairs(operation, &query),
            parts: (body.is_some() && !is_json).then(|| parts(&value)),
            json: is_json.then_some(value),
        }
    }

    /// The path and query, encoded, without `/v1`.
    pub fn path_and_query(&self) -> String {
        let encode = |text| utf8_percent_encode(text, ENCODED).to_string();
        let pairs: Vec<String> = self
            .query
            .iter()
            .map(|(name, value)| {
                // Commas separate the items of a list and are not encoded. No item contains one.
                format!("{}={}", encode(name), encode(value).replace("%2C", ","))
            })
            .collect();
        let query = if pairs.is_empty() {
            String::new()
        } else {
            format!("?{}", pairs.join("&"))
        };
        format!("{}{query}", self.path)
    }
}

/// Whether an optional body has required members.
fn requires_members(description: &Description, schema: &Value) -> bool {
    let view = description.view(schema);
    view.required().next().is_some() || view.count("minItems").is_some_and(|least| least > 0)
}

fn query(
    operation: &Operation,
    generator: &Generator<'_>,
    mode: Mode,
    random: Random,
) -> Map<String, Value> {
    let mut query = Map::new();
    for parameter in &operation.query_parameters {
        let random = random.branch(&parameter.name);
        let wanted = match mode {
            Mode::Full => true,
            Mode::Varied => random.branch("there").percent(40),
            Mode::Minimal => false,
        };
        if parameter.required || wanted {
            let value = generator.named(&parameter.name, &parameter.schema, random);
            query.insert(parameter.name.clone(), value);
        }
    }
    query
}

fn pairs(operation: &Operation, query: &Map<String, Value>) -> Vec<(String, String)> {
    let mut pairs = Vec::new();
    for parameter in &operation.query_parameters {
        let name = &parameter.name;
        match query.get(name) {
            None | Some(Value::Null) => {}
            Some(Value::Array(items)) if parameter.explode => {
                pairs.extend(items.iter().map(|item| (name.clone(), text(item))));
            }
            // An empty list joined by commas would be one empty item.
            Some(Value::Array(items)) if items.is_empty() => {}
            Some(Value::Array(items)) => {
                let items: Vec<String> = items.iter().map(text).collect();
                pairs.push((name.clone(), items.join(",")));
            }
            Some(value) => pairs.push((name.clone(), text(value))),
        }
    }
    pairs
}

fn parts(value: &Value) -> Vec<(String, String)> {
    let members = value.as_object().into_iter().flatten();
    members
        .map(|(name, value)| (name.clone(), text(value)))
        .collect()
}

fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}
