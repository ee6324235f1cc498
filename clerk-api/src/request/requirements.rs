//! Rules about the optional fields of a call: one of several is required, or one requires another. They
//! are checked before anything is sent; the server validates the values.

use serde_json::{Map, Value};

use super::query::Query;
use super::{Payload, Request};

/// A rule about the fields of a call.
#[doc(hidden)]
#[derive(Clone, Copy, Debug)]
pub struct Requirement {
    /// Where the fields are.
    pub place: Place,
    /// The rule applies only if this field is set; `None` if it always applies.
    pub when: Option<&'static str>,
    /// How many of the fields are required.
    pub need: Need,
    /// The fields.
    pub of: &'static [&'static str],
}

/// Where the fields of a rule are.
#[doc(hidden)]
#[derive(Clone, Copy, Debug)]
pub enum Place {
    /// The query parameters.
    Query,
    /// The objects at this path of the body, such as `on_behalf_of` or `mappings[]`. An empty path is the
    /// body itself.
    Body(&'static str),
}

/// How many of the fields are required.
#[doc(hidden)]
#[derive(Clone, Copy, Debug)]
pub enum Need {
    /// One or more.
    AnyOf,
    /// Exactly one.
    OneOf,
    /// All of them.
    AllOf,
}

impl Request {
    /// Describes the first rule that is not met.
    pub(super) fn unmet(&self) -> Option<String> {
        self.requirements.iter().find_map(|rule| match rule.place {
            Place::Query => rule.unmet("", |name| self.has_query(name)),
            Place::Body(path) => match &self.payload {
                Payload::Parts(_) => None,
                Payload::Whole(whole) => rule.unmet_at(path, "", whole),
                Payload::Fields(fields) => rule.unmet_in(path, fields),
                Payload::Nothing => rule.unmet_in(path, &Map::new()),
            },
        })
    }

    fn has_query(&self, name: &str) -> bool {
        self.query.iter().any(|(present, value)| {
            let is_sent = match value {
                Query::One(value) => value != "false",
                Query::Repeated(values) | Query::Joined(values) => !values.is_empty(),
            };
            present == name && is_sent
        })
    }
}

impl Requirement {
    fn unmet_in(&self, path: &str, fields: &Map<String, Value>) -> Option<String> {
        if path.is_empty() {
            return self.unmet("", |name| is_set(fields, name));
        }
        let (name, rest) = split(path);
        self.unmet_at(rest, name, fields.get(name)?)
    }

    /// Checks the objects at a path. `location` is the location of the value.
    fn unmet_at(&self, path: &str, location: &str, value: &Value) -> Option<String> {
        if let Some(rest) = path.strip_prefix("[]") {
            let rest = rest.trim_start_matches('.');
            let mut items = value.as_array()?.iter().enumerate();
            return items.find_map(|(index, item)| {
                self.unmet_at(rest, &format!("{location}[{index}]"), item)
            });
        }
        let fields = value.as_object()?;
        let path = path.trim_start_matches('.');
        if path.is_empty() {
            return self.unmet(location, |name| is_set(fields, name));
        }
        let (name, rest) = split(path);
        self.unmet_at(rest, &format!("{location}.{name}"), fields.get(name)?)
    }

    fn unmet(&self, location: &str, is_set: impl Fn(&str) -> bool) -> Option<String> {
        if self.when.is_some_and(|when| !is_set(when)) {
            return None;
        }
        let set: Vec<&str> = self
            .of
            .iter()
            .copied()
            .filter(|name| is_set(name))
            .collect();
        let problem = match self.need {
            Need::AnyOf | Need::OneOf if set.is_empty() => {
                let names = listed(self.of.iter().copied(), "or");
                format!("{names} is required; set one of them")
            }
            Need::OneOf if set.len() > 1 => {
                let names = listed(set.into_iter(), "and");
                format!("{names} are mutually exclusive; set only one of them")
            }
            Need::AllOf if set.len() < self.of.len() => {
                let missing = self.of.iter().copied().filter(|name| !set.contains(name));
                let names = listed(missing, "and");
                match self.when {
                    Some(when) => format!("`{when}` needs {names}; set that too"),
                    None => format!("{names} is required; set it"),
                }
            }
            Need::AnyOf | Need::OneOf | Need::AllOf => return None,
        };
        Some(match location {
            "" => problem,
            location => format!("in `{location}`, {problem}"),
        })
    }
}

/// Whether a field has a value. A flag that is false counts as not set.
fn is_set(fields: &Map<String, Value>, name: &str) -> bool {
    !matches!(
        fields.get(name),
        None | Some(Value::Null | Value::Bool(false))
    )
}

/// Splits a path after its first name.
fn split(path: &str) -> (&str, &str) {
    path.split_at(path.find(['.', '[']).unwrap_or(path.len()))
}

fn listed<'a>(names: impl Iterator<Item = &'a str>, word: &str) -> String {
    let names: Vec<String> = names.map(|name| format!("`{name}`")).collect();
    match names.as_slice() {
        [rest @ .., last] if !rest.is_empty() => format!("{} {word} {last}", rest.join(", ")),
        _ => names.concat(),
    }
}
