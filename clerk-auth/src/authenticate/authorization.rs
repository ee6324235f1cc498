//! The token of the `Authorization` header.

use std::borrow::Cow;

use http::HeaderMap;
use http::header::AUTHORIZATION;

/// The token of the header: what follows `Bearer`, or the whole value if it is a single word.
pub(super) fn token(headers: &HeaderMap) -> Option<Cow<'_, str>> {
    let value = headers.get(AUTHORIZATION)?.as_bytes();
    let text = match std::str::from_utf8(value) {
        Ok(text) => Cow::Borrowed(text),
        // Tokens never have such bytes; the value is rejected like any other malformed token.
        Err(_) => Cow::Owned(value.iter().map(|byte| char::from(*byte)).collect()),
    };
    let range = range(&text)?;
    Some(match text {
        Cow::Borrowed(text) => Cow::Borrowed(&text[range]),
        Cow::Owned(text) => Cow::Owned(text[range].to_owned()),
    })
}

fn range(text: &str) -> Option<std::ops::Range<usize>> {
    let Some(space) = text.find(' ') else {
        return Some(0..text.len()).filter(|range| !range.is_empty());
    };
    let start = space + 1;
    let end = text[start..]
        .find(' ')
        .map_or(text.len(), |length| start + length);
    if start == end {
        return Some(0..space).filter(|range| !range.is_empty());
    }
    (&text[..space] == "Bearer").then_some(start..end)
}
