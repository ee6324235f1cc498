//! From the body of a response to a value.
//!
//! The body is first decoded strictly. Only if that fails is it read as JSON, repaired against the static
//! description of the model ([`Shape`]) and decoded again. So the common case costs nothing extra, and
//! each model has one reader. `repair` defines the repairs.

mod decodable;
mod depth;
mod elements;
mod fault;
mod list;
mod reader;
mod repair;
mod repairs;
mod shape;
mod surrogates;

#[doc(hidden)]
pub use decodable::{Decodable, Key, deserialize, member, written};
pub(crate) use elements::Elements;
pub(crate) use fault::Fault;
pub use reader::{ModelError, from_json, from_value};
pub use shape::{FieldShape, ObjectShape, Shape, Shaped, UnionShape};

use std::borrow::Cow;

use http::{HeaderMap, StatusCode};
use serde::de::DeserializeOwned;

use crate::error::{Error, Scrubber};

/// Decodes a whole response.
pub(crate) fn decode<T: Shaped + DeserializeOwned>(body: &[u8]) -> Result<T, Fault> {
    let shape = T::SHAPE;
    let text = text(body, &shape)?;
    match serde_json::from_str(text) {
        Ok(value) => Ok(value),
        Err(error) => {
            let repaired = repair::repair_text(text, &shape, &error)?;
            serde_json::from_str(&repaired).map_err(|error| Fault::of(&error))
        }
    }
}

/// Decodes a body without any repair.
pub(crate) fn strictly<T: DeserializeOwned>(body: &[u8]) -> Option<T> {
    serde_json::from_str(utf8(body).ok()?).ok()
}

/// Decodes a text like the body of a response, for tests of models without an operation.
#[doc(hidden)]
pub fn decode_text<T: Shaped + DeserializeOwned>(text: &str) -> Result<T, Error> {
    let body = text.as_bytes();
    decode(body).map_err(|fault| {
        Error::decode(
            StatusCode::OK,
            &HeaderMap::new(),
            body,
            fault,
            &Scrubber::default(),
        )
    })
}

/// Decodes a type without a known shape, for [`RawRequest`](crate::RawRequest).
pub(crate) fn decode_plain<T: DeserializeOwned>(body: &[u8]) -> Result<T, Fault> {
    // An empty body becomes null, which `()`, `Option` and `Value` can represent.
    let text = match utf8(body)? {
        text if is_blank(text.as_bytes()) => "null",
        text => text,
    };
    plain_text(text).or_else(|fault| match surrogates::replaced(text) {
        Cow::Borrowed(_) => Err(fault),
        Cow::Owned(text) => plain_text(&text),
    })
}

fn plain_text<T: DeserializeOwned>(text: &str) -> Result<T, Fault> {
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let value = serde_path_to_error::deserialize(&mut deserializer)
        .map_err(|error| Fault::of(error.inner()).at_serde_path(error.path()))?;
    deserializer.end().map_err(|error| Fault::of(&error))?;
    Ok(value)
}

/// Reads JSON that may begin with a byte order mark and may contain lone surrogates.
pub(crate) fn lenient_json(text: &str) -> Option<serde_json::Value> {
    serde_json::from_str(&surrogates::replaced(without_mark(text))).ok()
}

fn text<'a>(body: &'a [u8], shape: &Shape) -> Result<&'a str, Fault> {
    match shape {
        // No content is described, so any body is accepted.
        Shape::Nothing => Ok("null"),
        // A success without the described content is `None`.
        Shape::Nullable(_) if is_blank(body) => Ok("null"),
        _ => utf8(body),
    }
}

/// Whether a body is empty or blank.
pub(crate) fn is_blank(body: &[u8]) -> bool {
    let body = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body);
    body.trim_ascii().is_empty()
}

fn utf8(body: &[u8]) -> Result<&str, Fault> {
    // `from_str` on valid text takes 0.83 of the time of `from_slice`, which checks each string.
    std::str::from_utf8(body)
        .map(without_mark)
        .map_err(|error| {
            Fault::new(format!(
                "the body is not valid UTF-8 at byte {}",
                error.valid_up_to()
            ))
        })
}

/// JSON parsers may ignore a byte order mark (RFC 8259, section 8.1).
fn without_mark(text: &str) -> &str {
    text.strip_prefix('\u{feff}').unwrap_or(text)
}
