//! Lists: filters, order and pages, as the parameters of an operation ask for them.

use std::cmp::Ordering;

use serde_json::{Map, Value, json};

use crate::description::{Kind, Operation, description};
use crate::refusal::Refusal;

/// Something in a list.
pub(crate) struct Row {
    /// What is shown of it.
    pub(crate) shown: Value,
    /// What it can be found and ordered by: values, or lists of values.
    pub(crate) facts: Map<String, Value>,
}

/// Part of a list, and how long the whole is.
pub(crate) struct Slice {
    pub(crate) items: Vec<Value>,
    pub(crate) total: usize,
}

/// What the server lists when `limit` is not given.
const DEFAULT_LIMIT: u64 = 10;
const DEFAULT_ORDER: &str = "-created_at";

/// The rows that the query is about, in the order that it wants. They come oldest first.
pub(crate) fn select(
    operation: &Operation,
    query: &Map<String, Value>,
    rows: Vec<Row>,
) -> Result<Vec<Value>, Refusal> {
    let order = query.get("order_by").and_then(Value::as_str);
    let described = operation
        .query_parameters
        .iter()
        .find(|parameter| parameter.name == "order_by")
        .and_then(|parameter| parameter.schema.get("default")?.as_str());
    let order = order.or(described).unwrap_or(DEFAULT_ORDER);
    let (descending, key) = match order.strip_prefix('-') {
        Some(key) => (true, key),
        None => (false, order.strip_prefix(['+', ' ']).unwrap_or(order)),
    };
    if let Some(row) = rows.first().filter(|row| !row.facts.contains_key(key)) {
        let known: Vec<&str> = row.facts.keys().map(String::as_str).collect();
        return Err(Refusal::parameter(
            "form_param_value_invalid",
            "order_by",
            format!(
                "In the query, order_by must name one of {}.",
                known.join(", ")
            ),
        ));
    }
    let mut rows: Vec<Row> = rows.into_iter().filter(|row| matches(row, query)).collect();
    if descending {
        // The sort keeps the order of equals, and what was made later counts as greater.
        rows.reverse();
    }
    rows.sort_by(|one, other| {
        let ordering = compare(one.facts.get(key), other.facts.get(key));
        if descending {
            ordering.reverse()
        } else {
            ordering
        }
    });
    let mut items: Vec<Value> = rows.into_iter().map(|row| row.shown).collect();
    if let Some(last) = query.get("starting_after") {
        let at = items.iter().position(|item| item.get("id") == Some(last));
        items.drain(..at.map_or(0, |at| at + 1));
    }
    Ok(items)
}

/// The part of a list that `limit` and `offset` name.
pub(crate) fn slice(query: &Map<String, Value>, items: Vec<Value>) -> Slice {
    let number = |name| query.get(name).and_then(Value::as_u64);
    let limit = usize::try_from(number("limit").unwrap_or(DEFAULT_LIMIT)).unwrap_or(usize::MAX);
    let offset = usize::try_from(number("offset").unwrap_or(0)).unwrap_or(usize::MAX);
    let total = items.len();
    Slice {
        items: items.into_iter().skip(offset).take(limit).collect(),
        total,
    }
}

/// A list in the form that its operation has: bare, or with its total.
pub(crate) fn page(operation: &Operation, query: &Map<String, Value>, slice: Slice) -> Value {
    let schema = operation.response_schema().cloned().unwrap_or_default();
    let view = description().view(&schema);
    let switched = operation
        .pagination_switch()
        .and_then(|switch| query.get(switch)?.as_bool())
        .unwrap_or(false);
    if view.property("m2m_tokens").is_some() {
        json!({ "m2m_tokens": slice.items, "total_count": slice.total })
    } else if switched || view.property("data").is_some() {
        json!({ "data": slice.items, "total_count": slice.total })
    } else {
        slice.items.into()
    }
}

/// Where the part of an answer is that the schema describes. A list with its total is not
/// described where it is a matter of asking.
pub(crate) fn described_part(schema: &Value, body: &Value) -> &'static str {
    let is_list = description().view(schema).kind() == Kind::Array;
    if is_list && body.is_object() {
        "/data"
    } else {
        ""
    }
}

fn matches(row: &Row, query: &Map<String, Value>) -> bool {
    query.iter().all(|(name, wanted)| {
        if let Some(fact) = row.facts.get(name) {
            // Ids can be excluded; elsewhere a minus is just a character.
            return has(fact, wanted, name.ends_with("_id"));
        }
        for (suffix, ordering) in [
            ("_before", Ordering::Less),
            ("_after", Ordering::Greater),
            ("_since", Ordering::Greater),
        ] {
            if let Some(fact) = name
                .strip_suffix(suffix)
                .and_then(|name| row.facts.get(name))
            {
                return !fact.is_null() && compare(Some(fact), Some(wanted)) == ordering;
            }
        }
        let wanted = wanted.as_str().unwrap_or_default();
        if name == "query" {
            return row.facts.values().any(|fact| contains(fact, wanted));
        }
        match name
            .strip_suffix("_query")
            .and_then(|name| row.facts.get(name))
        {
            Some(fact) => contains(fact, wanted),
            None => true,
        }
    })
}

/// Whether a fact is one of the wanted values. Of ids, those with a minus are excluded, and those
/// with a plus are wanted like those without.
fn has(fact: &Value, wanted: &Value, is_id: bool) -> bool {
    let facts = each(fact);
    let wanted = each(wanted);
    if !is_id {
        return wanted.iter().any(|value| facts.contains(value));
    }
    let is_there = |value: &str| facts.iter().any(|fact| fact.as_str() == Some(value));
    let texts = || wanted.iter().filter_map(|value| value.as_str());
    let mut excluded = texts().filter_map(|text| text.strip_prefix('-'));
    let mut included = texts().filter(|text| !text.starts_with('-')).peekable();
    !excluded.any(is_there)
        && (included.peek().is_none()
            || included.any(|text| is_there(text.strip_prefix('+').unwrap_or(text))))
}

fn contains(fact: &Value, wanted: &str) -> bool {
    let wanted = wanted.to_lowercase();
    each(fact)
        .into_iter()
        .filter_map(Value::as_str)
        .any(|text| text.to_lowercase().contains(&wanted))
}

fn each(value: &Value) -> Vec<&Value> {
    match value {
        Value::Array(items) => items.iter().collect(),
        other => vec![other],
    }
}

/// Null first, then numbers, then text without regard to case.
fn compare(one: Option<&Value>, other: Option<&Value>) -> Ordering {
    // Of a list, its first item counts.
    let first = |value: Option<&Value>| {
        value
            .and_then(|value| each(value).first().copied())
            .cloned()
    };
    let (one, other) = (first(one), first(other));
    let key = |value: &Option<Value>| match value.as_ref().map(|value| (value.as_f64(), value)) {
        Some((Some(number), _)) => (1, number, String::new()),
        Some((None, Value::String(text))) => (2, 0.0, text.to_lowercase()),
        Some((None, Value::Bool(value))) => (1, f64::from(u8::from(*value)), String::new()),
        _ => (0, 0.0, String::new()),
    };
    let ((one_rank, one_number, one_text), (rank, number, text)) = (key(&one), key(&other));
    one_rank
        .cmp(&rank)
        .then(one_number.total_cmp(&number))
        .then_with(|| one_text.cmp(&text))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows() -> Vec<Row> {
        let row = |id: &str, created_at: u64, name: &str, seen: Option<u64>| Row {
            shown: json!({ "id": id }),
            facts: json!({
                "user_id": [id], "created_at": created_at, "username": name, "last_active_at": seen,
            })
            .as_object()
            .cloned()
            .unwrap_or_default(),
        };
        vec![
            row("a", 10, "Zoe", None),
            row("b", 20, "ada", Some(5)),
            row("c", 20, "Bob", Some(9)),
        ]
    }

    #[track_caller]
    fn selected(query: Value, ids: &[&str]) {
        let operation = description().operation("GetUserList").unwrap();
        let query = query.as_object().unwrap();
        let found: Vec<String> = select(operation, query, rows())
            .unwrap()
            .iter()
            .map(|item| item["id"].as_str().unwrap().to_owned())
            .collect();
        assert_eq!(found, ids, "{query:?}");
    }

    #[test]
    fn the_newest_come_first_and_of_equals_the_later() {
        selected(json!({}), &["c", "b", "a"]);
        selected(json!({ "order_by": "+created_at" }), &["a", "b", "c"]);
        selected(json!({ "order_by": "username" }), &["b", "c", "a"]);
    }

    #[test]
    fn filters_are_all_obeyed() {
        selected(json!({ "user_id": ["a", "c"] }), &["c", "a"]);
        selected(json!({ "user_id": ["-b"] }), &["c", "a"]);
        selected(json!({ "user_id": ["+b"] }), &["b"]);
        selected(json!({ "username": ["Zoe", "Bob"] }), &["c", "a"]);
        selected(json!({ "username_query": "B" }), &["c"]);
        selected(json!({ "query": "zo" }), &["a"]);
        selected(json!({ "created_at_before": 20 }), &["a"]);
        selected(json!({ "last_active_at_after": 5 }), &["c"]);
        selected(
            json!({ "last_active_at_since": 4, "username": ["ada"] }),
            &["b"],
        );
        selected(json!({ "starting_after": "c" }), &["b", "a"]);
    }

    #[test]
    fn an_order_that_does_not_exist_is_refused() {
        let operation = description().operation("GetUserList").unwrap();
        let query = json!({ "order_by": "-height" });
        assert!(select(operation, query.as_object().unwrap(), rows()).is_err());
    }
}
