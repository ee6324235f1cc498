//! The semantics of filters and orders of lists.

use std::cmp::Ordering;

use serde_json::Value;

use super::facts::each;
use super::rows::folded;

/// Whether a parameter is a filter, and not an order or a page.
pub(super) fn is_filter(name: &str) -> bool {
    !matches!(
        name,
        "limit" | "offset" | "order_by" | "paginated" | "starting_after"
    )
}

/// The values of a filter, if it has any. Ids with a minus are excluded.
pub(super) fn included(name: &str, wanted: &Value) -> Option<Vec<String>> {
    let texts = each(wanted).into_iter().filter_map(Value::as_str);
    let included: Vec<String> = match name.ends_with("_id") {
        true => texts
            .filter(|text| !text.starts_with('-'))
            .map(|text| text.strip_prefix(['+', ' ']).unwrap_or(text).to_owned())
            .collect(),
        false => texts.map(str::to_owned).collect(),
    };
    (!included.is_empty()).then_some(included)
}

/// Whether a fact matches the values of a filter. For ids and modes, a minus excludes a value and a plus has
/// no meaning; elsewhere both are ordinary characters.
pub(super) fn has_value(name: &str, fact: &Value, wanted: &Value) -> bool {
    let can_exclude = name.ends_with("_id") || name == "enrollment_mode";
    let facts = each(fact);
    let wanted = each(wanted);
    if !can_exclude {
        return wanted.iter().any(|wanted| {
            facts.iter().any(|fact| match (fact, wanted) {
                (Value::String(fact), Value::String(wanted)) => {
                    folded(name, fact) == folded(name, wanted)
                }
                (fact, wanted) => fact == wanted,
            })
        });
    }
    let is_there = |value: &str| facts.iter().any(|fact| fact.as_str() == Some(value));
    let texts = || wanted.iter().filter_map(|value| value.as_str());
    let mut excluded = texts().filter_map(|text| text.strip_prefix('-'));
    let mut included = texts().filter(|text| !text.starts_with('-')).peekable();
    !excluded.any(is_there)
        && (included.peek().is_none()
            || included.any(|text| is_there(text.strip_prefix(['+', ' ']).unwrap_or(text))))
}

/// Null first, then numbers, then text, ignoring case.
pub(super) fn compare(one: Option<&Value>, other: Option<&Value>) -> Ordering {
    let key = |value: Option<&Value>| {
        // A list is ordered by its first item.
        let value = value.and_then(|value| each(value).first().copied());
        match value.map(|value| (value.as_f64(), value)) {
            Some((Some(number), _)) => (1, number, String::new()),
            Some((None, Value::String(text))) => (2, 0.0, text.to_lowercase()),
            Some((None, Value::Bool(value))) => (1, f64::from(u8::from(*value)), String::new()),
            _ => (0, 0.0, String::new()),
        }
    };
    let ((one_rank, one_number, one_text), (rank, number, text)) = (key(one), key(other));
    one_rank
        .cmp(&rank)
        .then(one_number.total_cmp(&number))
        .then_with(|| one_text.cmp(&text))
}
