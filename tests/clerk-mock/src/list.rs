//! The form of lists: pages, bare or with their total.

use serde_json::{Map, Value, json};

use crate::description::{Kind, Operation, description};

/// Part of a list, and how long the whole is.
pub(crate) struct Slice {
    pub(crate) items: Vec<Value>,
    pub(crate) total: usize,
}

/// What the server lists when `limit` is not given.
const DEFAULT_LIMIT: u64 = 10;

/// How many items a page has, and how many are skipped before it.
pub(crate) fn bounds(query: &Map<String, Value>) -> (usize, usize) {
    let number = |name: &str, default| {
        let number = query.get(name).and_then(Value::as_u64).unwrap_or(default);
        usize::try_from(number).unwrap_or(usize::MAX)
    };
    (number("limit", DEFAULT_LIMIT), number("offset", 0))
}

/// The part of a list that `limit` and `offset` name.
pub(crate) fn slice(query: &Map<String, Value>, items: Vec<Value>) -> Slice {
    let (limit, offset) = bounds(query);
    let total = items.len();
    Slice {
        items: items.into_iter().skip(offset).take(limit).collect(),
        total,
    }
}

/// How the lists of an operation look.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    Bare,
    WithTotal(&'static str),
}

/// Whether the answer has the total of the list.
pub(crate) fn has_total(operation: &Operation, query: &Map<String, Value>) -> bool {
    form(operation, query) != Form::Bare
}

fn form(operation: &Operation, query: &Map<String, Value>) -> Form {
    let Some(schema) = operation.response_schema() else {
        return Form::Bare;
    };
    let view = description().view(schema);
    let switched = operation
        .pagination_switch()
        .and_then(|switch| query.get(switch)?.as_bool())
        .unwrap_or(false);
    if view.property("m2m_tokens").is_some() {
        Form::WithTotal("m2m_tokens")
    } else if switched || view.property("data").is_some() {
        Form::WithTotal("data")
    } else {
        Form::Bare
    }
}

/// A list in the form that its operation has: bare, or with its total.
pub(crate) fn page(operation: &Operation, query: &Map<String, Value>, slice: Slice) -> Value {
    match form(operation, query) {
        Form::Bare => slice.items.into(),
        Form::WithTotal(name) => json!({ name: slice.items, "total_count": slice.total }),
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
