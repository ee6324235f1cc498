//! The checks of rules. Each returns the end of the sentence "it must …" if it fails.

use std::collections::HashSet;

use regex::bytes::{Regex, RegexBuilder};
use serde_json::{Map, Value};

use super::texts;

pub(super) enum Check {
    /// A list has at most this many items.
    AtMost(usize),
    AtLeast(usize),
    /// A text has at most this many characters.
    Longest(usize),
    /// A text has at least this many characters, unless a member is true.
    Shortest(usize, String),
    /// A text, or each in a list, matches a pattern, or does not.
    Matches(Regex),
    MatchesNot(Regex),
    /// A text, or each in a list, is one of these.
    OneOf(Vec<String>),
    /// An order is by one of these, with or without a direction.
    Order(Vec<String>),
    MustBe(Value),
    /// A number is zero, or at least this.
    Amount(i64),
    Positive,
    /// If it is present, so are these.
    Needs(Vec<String>),
    /// If it is present, the other is not.
    Excludes(String),
    /// If it is present, the other has one of these values or is absent.
    OnlyWith(String, Vec<String>),
    /// One of these is present, unless a member is true.
    AnyOf(Vec<String>, String),
    /// If both are present, they are equal.
    SameAs(String),
    /// A list is empty or as long as the other.
    AsManyAs(String),
    /// It is in the list that the other parameter is.
    Among(String),
    /// An object has none of these members.
    MembersNot(Vec<String>),
    /// The items of a list differ in this member, ignoring case.
    DistinctBy(String),
    /// A text is none of these, ignoring case, unless a member is true.
    NoneOf(Vec<String>, String),
    /// A text has the format that belongs to the value of the other. Values without a format allow any text.
    FormatOf(String, Vec<(String, Regex)>),
    /// It has at most this many bytes as JSON.
    Largest(usize),
    /// If it is present, so is one of these.
    NeedsOne(Vec<String>),
    /// If it is present, the other is an object with one of these members.
    NeedsWithin(String, Vec<String>),
}

impl Check {
    pub(super) fn read(check: &Value) -> Self {
        let (name, value) = check
            .as_object()
            .and_then(|check| check.iter().next())
            .expect("a check has a name");
        let count = || usize::try_from(value.as_u64().unwrap_or(0)).unwrap_or(usize::MAX);
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let list = |value: &Value| texts(value).map(str::to_owned).collect();
        let regex = |value: &Value| {
            let regex = RegexBuilder::new(&text(value)).unicode(false).build();
            regex.expect("a pattern of the table")
        };
        let pattern = || regex(value);
        match &**name {
            "at_most" => Self::AtMost(count()),
            "at_least" => Self::AtLeast(count()),
            "longest" => Self::Longest(count()),
            "shortest" => {
                let least = value["least"].as_u64().unwrap_or(0);
                let least = usize::try_from(least).unwrap_or(0);
                Self::Shortest(least, text(&value["unless"]))
            }
            "matches" => Self::Matches(pattern()),
            "matches_not" => Self::MatchesNot(pattern()),
            "one_of" => Self::OneOf(list(value)),
            "order" => Self::Order(list(value)),
            "must_be" => Self::MustBe(value.clone()),
            "amount" => Self::Amount(value.as_i64().unwrap_or(0)),
            "positive" => Self::Positive,
            "needs" => Self::Needs(list(value)),
            "excludes" => Self::Excludes(text(value)),
            "only_with" => Self::OnlyWith(text(&value["parameter"]), list(&value["values"])),
            "any_of" => Self::AnyOf(list(&value["parameters"]), text(&value["unless"])),
            "same_as" => Self::SameAs(text(value)),
            "as_many_as" => Self::AsManyAs(text(value)),
            "among" => Self::Among(text(value)),
            "members_not" => Self::MembersNot(list(value)),
            "distinct_by" => Self::DistinctBy(text(value)),
            "none_of" => Self::NoneOf(list(&value["values"]), text(&value["unless"])),
            "format_of" => {
                let formats = value["formats"].as_object().into_iter().flatten();
                let formats = formats.map(|(name, format)| (name.clone(), regex(format)));
                Self::FormatOf(text(&value["parameter"]), formats.collect())
            }
            "largest" => Self::Largest(count()),
            "needs_one" => Self::NeedsOne(list(value)),
            "needs_within" => Self::NeedsWithin(text(&value["parameter"]), list(&value["any_of"])),
            other => panic!("the rules have an unknown check {other}"),
        }
    }

    /// The parameters that the error names.
    pub(super) fn names(&self, parameter: &str) -> Vec<String> {
        match self {
            Self::AnyOf(parameters, _) => parameters.clone(),
            Self::Needs(others) => others.clone(),
            _ => vec![parameter.to_owned()],
        }
    }

    /// What a body as a whole must do, if it does not.
    pub(super) fn whole(&self, body: &Value) -> Option<String> {
        let items = body.as_array()?;
        self.list(items)
    }

    /// What a member of an object must do, if it does not. Members of the wrong type are left to the schema.
    pub(super) fn member(&self, object: &Map<String, Value>, name: &str) -> Option<String> {
        let value = object.get(name).unwrap_or(&Value::Null);
        let is_there = |name: &str| object.get(name).is_some_and(says_something);
        match self {
            Self::AnyOf(parameters, unless) => {
                let is_met = is_there(unless) || parameters.iter().any(|name| is_there(name));
                let others: Vec<&str> = parameters
                    .iter()
                    .map(String::as_str)
                    .filter(|other| *other != name)
                    .collect();
                (!is_met).then(|| format!("be present, or one of {}", others.join(", ")))
            }
            _ if value.is_null() => None,
            Self::AtMost(_) | Self::AtLeast(_) | Self::DistinctBy(_) => {
                self.list(value.as_array()?)
            }
            Self::Longest(most) => {
                let is_met = value.as_str()?.chars().count() <= *most;
                (!is_met).then(|| format!("have at most {most} characters"))
            }
            Self::Shortest(least, unless) => {
                let is_met = is_there(unless) || value.as_str()?.chars().count() >= *least;
                (!is_met).then(|| format!("have at least {least} characters"))
            }
            Self::Matches(pattern) => {
                let is_met = each_text(value).all(|text| pattern.is_match(text.as_bytes()));
                (!is_met).then(|| format!("match {pattern}"))
            }
            Self::MatchesNot(pattern) => {
                let is_met = !each_text(value).any(|text| pattern.is_match(text.as_bytes()));
                (!is_met).then(|| format!("not match {pattern}"))
            }
            Self::OneOf(values) => {
                let is_met = each_text(value).all(|text| values.iter().any(|one| one == text));
                (!is_met).then(|| format!("be one of {}", values.join(", ")))
            }
            Self::Order(keys) => {
                let order = value.as_str()?;
                let key = order.strip_prefix(['+', '-', ' ']).unwrap_or(order);
                let is_met = keys.iter().any(|known| known == key);
                (!is_met).then(|| format!("name one of {}", keys.join(", ")))
            }
            Self::MustBe(wanted) => (value != wanted).then(|| format!("be {wanted}")),
            Self::Amount(least) => {
                let amount = value.as_i64()?;
                let is_met = amount == 0 || amount >= *least;
                (!is_met).then(|| format!("be 0 or at least {least}"))
            }
            Self::Positive => {
                let is_met = value.as_i64()? > 0;
                (!is_met).then(|| "be more than 0".to_owned())
            }
            _ if !says_something(value) => None,
            Self::Needs(others) => {
                let is_met = others.iter().all(|name| is_there(name));
                (!is_met).then(|| format!("come with {}", others.join(", ")))
            }
            Self::Excludes(other) => {
                is_there(other).then(|| format!("not be combined with {other}"))
            }
            Self::OnlyWith(other, values) => {
                let chosen = object.get(other).and_then(Value::as_str)?.trim_start();
                let is_met = values.iter().any(|value| value == chosen);
                (!is_met).then(|| format!("come with {other} as one of {}", values.join(", ")))
            }
            Self::SameAs(other) => {
                let other_value = object.get(other).filter(|value| says_something(value))?;
                (value != other_value).then(|| format!("be equal to {other}"))
            }
            Self::AsManyAs(other) => {
                let count = |value: &Value| value.as_array().map_or(0, Vec::len);
                let wanted = object.get(other).map_or(0, count);
                let is_met = count(value) == wanted;
                (!is_met).then(|| format!("have one item for each of {other}"))
            }
            Self::Among(other) => {
                let values = object.get(other).and_then(Value::as_array)?;
                let is_met = values.is_empty() || values.contains(value);
                (!is_met).then(|| format!("be one of {other}"))
            }
            Self::NoneOf(values, unless) => {
                let text = value.as_str()?;
                let is_met = is_there(unless)
                    || !values.iter().any(|known| known.eq_ignore_ascii_case(text));
                (!is_met).then(|| "not be one that was found in a data breach".to_owned())
            }
            Self::FormatOf(other, formats) => {
                let name = object.get(other)?.as_str()?;
                let (_, format) = formats.iter().find(|(known, _)| known == name)?;
                let is_met = format.is_match(value.as_str()?.as_bytes());
                (!is_met).then(|| format!("have the format of {name}: {format}"))
            }
            Self::Largest(most) => {
                let size = value.to_string().len();
                (size > *most).then(|| format!("have at most {most} bytes, not {size}"))
            }
            Self::NeedsOne(others) => {
                let is_met = others.iter().any(|name| is_there(name));
                (!is_met).then(|| format!("come with one of {}", others.join(", ")))
            }
            Self::NeedsWithin(other, names) => {
                let within = |name: &String| object.get(other).and_then(|within| within.get(name));
                let is_met = names.iter().filter_map(within).any(says_something);
                (!is_met).then(|| format!("come with {other} that has one of {}", names.join(", ")))
            }
            Self::MembersNot(names) => {
                let members = value.as_object()?;
                let found = names.iter().find(|name| members.contains_key(*name))?;
                Some(format!("not contain {found}, which every token has"))
            }
        }
    }

    fn list(&self, items: &[Value]) -> Option<String> {
        match self {
            Self::AtMost(most) => {
                (items.len() > *most).then(|| format!("have at most {most} items"))
            }
            Self::AtLeast(least) => {
                (items.len() < *least).then(|| format!("have at least {least} items"))
            }
            Self::DistinctBy(name) => {
                let mut seen = HashSet::new();
                let mut values = items.iter().filter_map(|item| item[name.as_str()].as_str());
                let is_met = values.all(|value| seen.insert(value.to_lowercase()));
                (!is_met).then(|| format!("not contain a {name} twice"))
            }
            _ => None,
        }
    }
}

/// Whether a value is present and not empty.
fn says_something(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(false) => false,
        Value::Number(number) => number.as_f64() != Some(0.0),
        Value::String(text) => !text.is_empty(),
        Value::Array(items) => !items.is_empty(),
        Value::Bool(true) | Value::Object(_) => true,
    }
}

fn each_text(value: &Value) -> impl Iterator<Item = &str> {
    let items = match value {
        Value::Array(items) => items.as_slice(),
        other => std::slice::from_ref(other),
    };
    items.iter().filter_map(Value::as_str)
}
