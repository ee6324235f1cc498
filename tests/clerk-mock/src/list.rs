//! Pages of lists, and the two forms of lists: an array, or an object with a total.

use serde_json::{Map, Value, json};

use crate::description::{Kind, Operation, description};

/// A part of a list, and the length of the whole list.
pub(crate) struct Slice {
    pub(crate) items: Vec<Value>,
    pub(crate) total: usize,
}

/// The default of `limit`.
const DEFAULT_LIMIT: u64 = 10;

/// The limit and offset of a page.
pub(crate) fn bounds(query: &Map<String, Value>) -> (usize, usize) {
    let number = |name: &str, default| {
        let number = query.get(name).and_then(Value::as_u64).unwrap_or(default);
        usize::try_from(number).unwrap_or(usize::MAX)
    };
    (number("limit", DEFAULT_LIMIT), number("offset", 0))
}

/// The part of a list that `limit` and `offset` select.
pub(crate) fn slice(query: &Map<String, Value>, items: Vec<Value>) -> Slice {
    let (limit, offset) = bounds(query);
    let total = items.len();
    Slice {
        items: items.into_iter().skip(offset).take(limit).collect(),
        total,
    }
}

/// The form of the lists of an operation.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    Bare,
    WithTotal(&'static str),
}

/// Whether the response has the total of the list.
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

/// A list in the form of its operation: an array, or an object with a total.
pub(crate) fn page(operation: &Operation, query: &Map<String, Value>, slice: Slice) -> Value {
    match form(operation, query) {
        Form::Bare => slice.items.into(),
        Form::WithTotal(name) => json!({ name: slice.items, "total_count": slice.total }),
    }
}

/// The location of the part of a response that the schema describes. The object with a total is not
/// described where a parameter requests it.
pub(crate) fn described_part(schema: &Value, body: &Value) -> &'static str {
    let is_list = description().view(schema).kind() == Kind::Array;
    if is_list && body.is_object() {
        "/data"
    } else {
        ""
    }
}
