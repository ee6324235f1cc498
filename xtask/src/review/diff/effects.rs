//! What differences do to the messages that are valid.

use serde_json::{Value, json};

use super::walk::{Difference, What};

/// What happens to the set of valid messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Effect {
    /// Nothing that breaks either direction.
    Nothing,
    /// What was valid may not be any more: requests break.
    Narrower,
    /// What was invalid may be valid now: readers of responses break.
    Wider,
    /// Both.
    Other,
}

use Effect::{Narrower, Nothing, Other, Wider};

pub(super) fn nothing(_: &Difference) -> Effect {
    Nothing
}

pub(super) fn narrower(_: &Difference) -> Effect {
    Narrower
}

pub(super) fn wider(_: &Difference) -> Effect {
    Wider
}

pub(super) fn other(_: &Difference) -> Effect {
    Other
}

pub(super) fn narrower_if_required(difference: &Difference) -> Effect {
    if difference.is_required {
        Narrower
    } else {
        Nothing
    }
}

/// A property that was removed; responses may always have lacked an optional one.
pub(super) fn other_if_required(difference: &Difference) -> Effect {
    if difference.is_required {
        Other
    } else {
        Narrower
    }
}

/// A status that was removed.
pub(super) fn other_if_success(difference: &Difference) -> Effect {
    match &difference.what {
        What::Removed(status) if status.starts_with('2') => Other,
        _ => Nothing,
    }
}

/// A flag that allows something.
pub(super) fn allowed(difference: &Difference) -> Effect {
    if is_set(difference) { Wider } else { Narrower }
}

/// A flag that requires something.
pub(super) fn required(difference: &Difference) -> Effect {
    if is_set(difference) { Narrower } else { Wider }
}

/// A property that is only returned is removed from requests; one that no longer is, is added.
pub(super) fn read_only(difference: &Difference) -> Effect {
    if is_set(difference) {
        Narrower
    } else {
        narrower_if_required(difference)
    }
}

/// A property that is only sent is removed from responses.
pub(super) fn write_only(difference: &Difference) -> Effect {
    if is_set(difference) && difference.is_required {
        Wider
    } else {
        Nothing
    }
}

/// A list of what is allowed that only one side has.
pub(super) fn listed(difference: &Difference) -> Effect {
    match sides(difference) {
        (None, _) => Narrower,
        _ => Wider,
    }
}

pub(super) fn converted(difference: &Difference) -> Effect {
    match words(difference) {
        (Some("integer"), Some("number")) | (_, Some("anything")) => Wider,
        (Some("number"), Some("integer")) | (Some("anything"), _) => Narrower,
        _ => Other,
    }
}

/// Formats that constrain values; others only affect how a client represents them.
pub(super) fn format(difference: &Difference) -> Effect {
    let is_wire = |format: &&str| {
        !matches!(
            *format,
            "unix-milliseconds" | "password" | "int64" | "double"
        )
    };
    let (old, new) = words(difference);
    match (old.filter(is_wire), new.filter(is_wire)) {
        (old, new) if old == new => Nothing,
        (Some(_), None) => Wider,
        (None, Some(_)) => Narrower,
        _ => Other,
    }
}

/// What other properties an object may have. A client ignores or keeps any.
pub(super) fn additional(difference: &Difference) -> Effect {
    match words(difference) {
        (_, Some("rejected")) => Narrower,
        (Some("rejected"), _) => Nothing,
        (_, Some("of one type")) => Narrower,
        (Some("of one type"), _) => Wider,
        _ => Nothing,
    }
}

/// Any of the old alternatives must still be enough.
pub(super) fn security(difference: &Difference) -> Effect {
    let (old, new) = sides(difference);
    match (old.and_then(Value::as_array), new.and_then(Value::as_array)) {
        (_, Some(new)) if new.is_empty() || new.contains(&json!({})) => Nothing,
        (Some(old), Some(new)) if !old.is_empty() && old.iter().all(|it| new.contains(it)) => {
            Nothing
        }
        _ => Narrower,
    }
}

/// How lists are written: by default as repeated parameters in a query, separated in a path.
pub(super) fn style(difference: &Difference) -> Effect {
    let parameter = difference.parameter.as_deref().unwrap_or_default();
    let in_query = parameter.starts_with("query ");
    let default = match (difference.keyword.as_str(), in_query) {
        ("style", true) => json!("form"),
        ("style", false) => json!("simple"),
        _ => Value::Bool(in_query),
    };
    let (old, new) = sides(difference);
    match old.unwrap_or(&default) == new.unwrap_or(&default) {
        true => Nothing,
        false => Narrower,
    }
}

/// Whether values that were valid may no longer be. No client checks them in responses.
pub(super) fn limit(difference: &Difference) -> Effect {
    let (old, new) = sides(difference);
    let numbers = (old.and_then(Value::as_f64), new.and_then(Value::as_f64));
    let is_tighter = match (difference.keyword.as_str(), numbers, new) {
        (_, _, None | Some(Value::Bool(false))) => false,
        (keyword, (Some(old), Some(new)), _) if keyword.starts_with("max") => new < old,
        (keyword, (Some(old), Some(new)), _) if keyword.starts_with("min") => new > old,
        ("minItems" | "minLength" | "minProperties", (None, Some(new)), _) => new > 0.0,
        _ => true,
    };
    if is_tighter { Narrower } else { Nothing }
}

fn is_set(difference: &Difference) -> bool {
    sides(difference).1 == Some(&Value::Bool(true))
}

fn sides(difference: &Difference) -> (Option<&Value>, Option<&Value>) {
    match &difference.what {
        What::Value { old, new } => (old.as_ref(), new.as_ref()),
        _ => (None, None),
    }
}

fn words(difference: &Difference) -> (Option<&str>, Option<&str>) {
    let (old, new) = sides(difference);
    (old.and_then(Value::as_str), new.and_then(Value::as_str))
}
