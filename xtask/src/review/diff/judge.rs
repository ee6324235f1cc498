//! Judges a difference: its rule, its class and a sentence, by the kind of node, the keyword and
//! whether requests or responses contain it.
//!
//! A difference that no rule knows is an `unclassified-change`, which counts as breaking.

use serde_json::Value;

use super::change::{Class, Role};
use super::description::component;
use super::effects::Effect;
use super::rules::rule;
use super::walk::{Difference, What};

/// The rule for what no other rule knows.
pub const UNCLASSIFIED: &str = "unclassified-change";

/// The kinds of nodes whose rules are named after the direction.
const DIRECTED: [&str; 5] = [
    "a parameter",
    "a request body",
    "a response",
    "a schema",
    "a discriminator",
];

/// The longest value that is written out, in characters.
const LONGEST: usize = 120;

/// Whether values go to the server or come from it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Direction {
    Request,
    Response,
}

/// The judgement of a difference.
pub(super) struct Judgement {
    pub(super) rule: String,
    pub(super) class: Class,
    pub(super) what: String,
    pub(super) note: Option<&'static str>,
}

impl Direction {
    pub(super) fn of(role: Role) -> Self {
        match role {
            Role::Request => Self::Request,
            Role::Response | Role::Failure | Role::Webhook => Self::Response,
        }
    }
}

/// Judges a difference where values go in a direction; operations and the whole have none.
pub(super) fn judge(difference: &Difference, direction: Option<Direction>) -> Judgement {
    let (rule, effect) = verdict(difference);
    let is_directed = DIRECTED.contains(&difference.kind.name) && rule != UNCLASSIFIED;
    Judgement {
        rule: match (direction, difference.role) {
            (Some(Direction::Request), _) if is_directed => format!("request-{rule}"),
            (Some(Direction::Response), _) if is_directed => format!("response-{rule}"),
            (_, Some(Role::Webhook)) => rule.replace("operation-", "event-"),
            _ => rule,
        },
        class: match (effect, direction) {
            (Effect::Nothing, _) => Class::Compatible,
            (Effect::Narrower, Some(Direction::Response)) => Class::Compatible,
            (Effect::Wider, None | Some(Direction::Request)) => Class::Compatible,
            (_, Some(Direction::Response)) => Class::BreakingForResponses,
            (_, None | Some(Direction::Request)) => Class::BreakingForRequests,
        },
        what: sentence(difference),
        note: note(difference, direction),
    }
}

/// Judges a difference in a component that no operation uses.
pub(super) fn unused(difference: &Difference) -> Judgement {
    Judgement {
        rule: "unused-component-changed".to_owned(),
        class: Class::Compatible,
        what: sentence(difference),
        note: Some("no operation uses the component"),
    }
}

fn verdict(difference: &Difference) -> (String, Effect) {
    let (kind, keyword) = (difference.kind.name, difference.keyword.as_str());
    let known = match &difference.what {
        What::Form { .. } if kind == "a path item" => "placeholder-renamed",
        What::Form { .. } => "reference-changed",
        What::Order => "order-changed",
        What::Value { old, new } if keyword != "explode" && is_default(old, new) => {
            "default-stated"
        }
        _ => {
            let known = rule(kind, keyword).and_then(|rule| rule.apply(difference));
            return known.unwrap_or((UNCLASSIFIED.to_owned(), Effect::Other));
        }
    };
    (known.to_owned(), Effect::Nothing)
}

/// Whether one side states that a flag is off, and the other nothing.
fn is_default(old: &Option<Value>, new: &Option<Value>) -> bool {
    let off = Some(Value::Bool(false));
    matches!((old, new), (None, stated) | (stated, None) if *stated == off)
}

/// What changed, with the parameter or property that it belongs to.
fn sentence(difference: &Difference) -> String {
    let keyword = format!("`{}`", difference.keyword);
    let (kind, is_required) = (difference.kind.name, difference.is_required);
    let noun = rule(kind, &difference.keyword).and_then(|rule| rule.noun());
    let need = if is_required { "required" } else { "optional" };
    let noun = match (noun, difference.role) {
        (Some("operation"), Some(Role::Webhook)) => "event".to_owned(),
        // Its name states what it is.
        (Some("request parameter"), _) => need.to_owned(),
        (Some(noun @ ("property" | "request body")), _) => format!("{need} {noun}"),
        (Some(noun), _) => noun.to_owned(),
        (None, _) => format!("member of {keyword}"),
    };
    let what = match &difference.what {
        What::Value { old, new } | What::Malformed { old, new } => {
            format!("{keyword} is now {} (was {})", shown(new), shown(old))
        }
        What::Added(name) => format!("new {noun} {}", named(name)),
        What::Removed(name) => format!("the {noun} {} was removed", named(name)),
        What::Order => format!("the members of {keyword} have another order"),
        What::Form { old, new } if old == new => {
            "this is written in another way, with the same contents".to_owned()
        }
        What::Form { old, new } => {
            format!("{} is used here now (was {})", named(new), named(old))
        }
    };
    let property = match difference
        .pointer
        .rsplit('/')
        .collect::<Vec<_>>()
        .as_slice()
    {
        [name, "properties", ..] => Some(name.replace("~1", "/").replace("~0", "~")),
        _ => None,
    };
    match (&difference.parameter, property, &difference.what) {
        (Some(parameter), ..) => format!("{parameter}: {what}"),
        (None, Some(name), What::Value { .. }) => format!("property `{name}`: {what}"),
        _ => what,
    }
}

/// A component by its name; what has its own quotes as it is.
fn named(name: &str) -> String {
    match component(name) {
        Some((_, name)) => format!("`{name}`"),
        None if name.contains('`') => name.to_owned(),
        None => format!("`{name}`"),
    }
}

/// As JSON, unless it is long.
fn shown(value: &Option<Value>) -> String {
    let text = match value {
        None => return "not stated".to_owned(),
        Some(Value::String(text)) => text.clone(),
        Some(value) => value.to_string(),
    };
    if text.chars().count() > LONGEST {
        return "a long value".to_owned();
    }
    format!("`{text}`")
}

/// How a maintainer can keep what was removed.
fn note(difference: &Difference, direction: Option<Direction>) -> Option<&'static str> {
    let What::Removed(_) = &difference.what else {
        return None;
    };
    match (difference.kind.name, difference.keyword.as_str(), direction) {
        ("a path item", _, Some(Direction::Response)) => {
            Some("an overlay can keep it for as long as it is delivered")
        }
        ("a path item", ..) => {
            Some("an overlay can keep it, deprecated, for as long as the server accepts it")
        }
        ("an operation", "parameters", _)
        | ("a schema", "properties", Some(Direction::Request)) => {
            Some("an overlay can keep it, deprecated, for one release")
        }
        _ => None,
    }
}
