//! Rules of Clerk that its schemas do not express: which parameters exclude or require each other, how many
//! items there can be, and what texts look like.
//!
//! They are data. In `requests.json`, a rule has its operations and parameters, the check, the status and
//! code of the rejection, and two requests: one that breaks only this rule, and a similar one that breaks
//! none. A code that Clerk's documents do not state is marked as `assumed`. Rules that depend on the state are
//! implemented in the modules of `state`; `states.json` lists them for tests.

mod checks;
mod fragment;

use std::collections::HashMap;
use std::sync::LazyLock;

use http::StatusCode;
use serde_json::{Map, Value};

use checks::Check;

use crate::rejection::Rejection;

/// A rule about requests of some operations.
struct Rule {
    /// Whether the rule is about the query. Otherwise it is about the body.
    in_query: bool,
    /// The objects in the body that the rule is about: `mappings[]` for each item of a list, empty for the
    /// body itself.
    place: String,
    parameters: Vec<String>,
    /// Restricts the rule to objects whose member with this name has one of these values.
    when: Option<(String, Vec<Value>)>,
    check: Check,
    status: StatusCode,
    code: &'static str,
    /// The change that makes a request comply with the rule.
    accepted: Value,
}

static RULES: LazyLock<HashMap<&'static str, Vec<Rule>>> = LazyLock::new(|| {
    // The text is a constant, so every test would fail if it were invalid.
    let table: Value = serde_json::from_str(include_str!("requests.json")).expect("JSON");
    // Codes and operations live as long as the process, like the rules.
    let table: &'static Value = Box::leak(Box::new(table));
    let mut rules: HashMap<&str, Vec<Rule>> = HashMap::new();
    for entry in table.as_array().into_iter().flatten() {
        for operation in texts(&entry["operations"]) {
            rules.entry(operation).or_default().push(Rule::read(entry));
        }
    }
    rules
});

/// The rejection of a request that breaks rules of its operation.
pub(crate) fn check(
    operation_id: &str,
    query: &Map<String, Value>,
    body: &Value,
) -> Result<(), Rejection> {
    let mut rejection: Option<Rejection> = None;
    for rule in of(operation_id) {
        for broken in rule.broken(query, body) {
            let rejection = rejection.get_or_insert_with(|| Rejection::empty(rule.status));
            if rejection.status == rule.status {
                rejection.add_all(rule.code, broken.parameters, "is invalid", broken.must);
            }
        }
    }
    rejection.map_or(Ok(()), Err)
}

/// Changes a request until it complies with the rules of its operation.
pub(crate) fn settle(operation_id: &str, query: &mut Map<String, Value>, body: &mut Value) {
    // A change for one rule can break another one further down.
    for rule in of(operation_id).iter().chain(of(operation_id)) {
        let broken = rule.broken(query, body);
        if let Some(broken) = broken.first() {
            fragment::apply(&rule.accepted, &broken.parameter, query, body);
        }
    }
}

fn of(operation_id: &str) -> &'static [Rule] {
    RULES.get(operation_id).map_or(&[], Vec::as_slice)
}

/// How a request breaks a rule.
struct Broken {
    parameter: String,
    /// As the error names them.
    parameters: Vec<String>,
    must: String,
}

impl Rule {
    fn read(entry: &'static Value) -> Self {
        let status = entry["status"]
            .as_u64()
            .and_then(|status| u16::try_from(status).ok());
        let status = status.and_then(|status| StatusCode::from_u16(status).ok());
        Self {
            in_query: entry["in"] == "query",
            place: entry["place"].as_str().unwrap_or_default().to_owned(),
            parameters: texts(&entry["parameters"]).map(str::to_owned).collect(),
            when: entry.get("when").map(|when| {
                let values = when["is"].as_array().cloned().unwrap_or_default();
                (
                    when["parameter"].as_str().unwrap_or_default().to_owned(),
                    values,
                )
            }),
            check: Check::read(&entry["check"]),
            status: status.unwrap_or(StatusCode::UNPROCESSABLE_ENTITY),
            code: entry["code"].as_str().unwrap_or_default(),
            accepted: entry["accepted"].clone(),
        }
    }

    fn broken(&self, query: &Map<String, Value>, body: &Value) -> Vec<Broken> {
        let mut broken = Vec::new();
        let subject = if self.in_query { "query" } else { "body" };
        for parameter in &self.parameters {
            if parameter.is_empty() {
                if let Some(must) = self.check.whole(body) {
                    broken.push(Broken {
                        parameter: parameter.clone(),
                        parameters: Vec::new(),
                        must: format!("The list in the {subject} must {must}."),
                    });
                }
                continue;
            }
            let mut look = |prefix: &str, object: &Map<String, Value>| {
                if !self.is_about(object) {
                    return;
                }
                let Some(must) = self.check.member(object, parameter) else {
                    return;
                };
                let named = |name: &String| format!("{prefix}{name}");
                let names = self.check.names(parameter);
                broken.push(Broken {
                    parameter: parameter.clone(),
                    must: format!("In the {subject}, {prefix}{parameter} must {must}."),
                    parameters: names.iter().map(named).collect(),
                });
            };
            if self.in_query {
                look("", query);
            } else {
                each_object(body, &self.place, "", &mut look);
            }
        }
        broken
    }

    fn is_about(&self, object: &Map<String, Value>) -> bool {
        let when = self.when.as_ref();
        when.is_none_or(|(name, values)| {
            object.get(name).is_some_and(|value| values.contains(value))
        })
    }
}

/// The objects at a location, each with the prefix of the names of its members.
fn each_object(
    value: &Value,
    place: &str,
    prefix: &str,
    look: &mut impl FnMut(&str, &Map<String, Value>),
) {
    if let Some(rest) = place.strip_prefix("[]") {
        for (index, item) in value.as_array().into_iter().flatten().enumerate() {
            let prefix = format!("{}[{index}].", prefix.trim_end_matches('.'));
            each_object(item, rest, &prefix, look);
        }
    } else if place.is_empty() {
        if let Some(object) = value.as_object() {
            look(prefix, object);
        }
    } else {
        let end = place.find(['[', '.']).unwrap_or(place.len());
        let (name, rest) = place.split_at(end);
        let rest = rest.strip_prefix('.').unwrap_or(rest);
        each_object(&value[name], rest, &format!("{prefix}{name}."), look);
    }
}

fn texts(value: &Value) -> impl Iterator<Item = &str> {
    let values = value.as_array().into_iter().flatten();
    values.filter_map(Value::as_str)
}
