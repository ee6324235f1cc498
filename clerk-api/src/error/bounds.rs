//! Limits how much of a response an error keeps.

use std::borrow::Cow;

use serde_json::{Map, Value};

use super::{ApiError, Scrubber};

/// How many bytes of a body an error keeps.
const BODY: usize = 8 * 1024;
/// How far beyond that a secret that begins in it is searched for: the longest one, with escapes.
const BEHIND_BODY: usize = 64 * 1024;
/// How many entries an error keeps, and how many bytes of them in total.
const ENTRIES: usize = 50;
const ALL_ENTRIES: usize = 32 * 1024;
/// The cost of a value besides its text.
const COST_OF_A_VALUE: usize = 64;
const TRACE_ID: usize = 256;

/// The beginning of a body as text, without secrets.
pub(super) fn body(body: &[u8], scrubber: &Scrubber) -> String {
    let beginning = body.get(..BODY + BEHIND_BODY).unwrap_or(body);
    let text = String::from_utf8_lossy(beginning);
    let mut kept = scrubber.scrub_beginning(&text, BODY);
    truncate(&mut kept, BODY);
    kept
}

pub(super) fn trace_id(id: &str, scrubber: &Scrubber) -> String {
    let mut kept = scrubber.scrub(Cow::Borrowed(id)).into_owned();
    truncate(&mut kept, TRACE_ID);
    kept
}

/// The entries that are kept, and how many are omitted.
pub(super) fn entries(mut errors: Vec<ApiError>) -> (Vec<ApiError>, usize) {
    let count = errors.len();
    let mut room = ALL_ENTRIES;
    let mut kept = 0;
    for error in errors.iter_mut().take(ENTRIES) {
        if room < COST_OF_A_VALUE {
            break;
        }
        shorten(error, &mut room);
        kept += 1;
    }
    errors.truncate(kept);
    errors.shrink_to_fit();
    (errors, count - kept)
}

fn shorten(error: &mut ApiError, room: &mut usize) {
    let texts = [Some(&mut error.code), Some(&mut error.message)];
    for text in texts
        .into_iter()
        .chain([error.long_message.as_mut()])
        .flatten()
    {
        truncate(text, *room);
        text.shrink_to_fit();
        *room -= text.len();
    }
    *room = room.saturating_sub(COST_OF_A_VALUE);
    let mut meta = Map::new();
    for (name, value) in std::mem::take(&mut error.meta) {
        let cost = name.len().saturating_add(cost(&value));
        if let Some(left) = room.checked_sub(cost) {
            *room = left;
            meta.insert(name, value);
        }
    }
    error.meta = meta;
}

fn cost(value: &Value) -> usize {
    let inside = match value {
        Value::Null | Value::Bool(_) | Value::Number(_) => 0,
        Value::String(text) => text.len(),
        Value::Array(values) => values.iter().map(cost).sum(),
        Value::Object(members) => members
            .iter()
            .map(|(name, value)| name.len() + cost(value))
            .sum(),
    };
    COST_OF_A_VALUE + inside
}

fn truncate(text: &mut String, length: usize) {
    let mut end = length.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.truncate(end);
}
