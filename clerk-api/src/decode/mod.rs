//! From an answer's body to a value.
//!
//! The body is decoded strictly, as text. Only when that fails is it read as JSON, repaired against
//! the static description of the model ([`Shape`]) and decoded again. So the common case pays
//! nothing, and there is one reader of each model. What a repair is, is the business of `repair`.

mod decodable;
mod elements;
mod fault;
mod repair;
mod shape;

#[doc(hidden)]
pub use decodable::{Decodable, Key, deserialize, member};
pub(crate) use elements::elements;
pub(crate) use fault::Fault;
pub use shape::{FieldShape, ObjectShape, Shape, Shaped, UnionShape};

use http::{HeaderMap, StatusCode};
use serde::de::DeserializeOwned;

use crate::error::Error;

/// Decodes a whole answer.
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

/// Decodes a text as the body of an answer is: for the events of webhooks, and for tests that have a
/// model and no operation.
#[doc(hidden)]
pub fn decode_text<T: Shaped + DeserializeOwned>(text: &str) -> Result<T, Error> {
    let body = text.as_bytes();
    decode(body).map_err(|fault| Error::decode(StatusCode::OK, &HeaderMap::new(), body, fault))
}

/// Decodes a type that says nothing of its shape, as the escape hatch does.
pub(crate) fn decode_plain<T: DeserializeOwned>(body: &[u8]) -> Result<T, Fault> {
    // An empty body is how an answer says nothing; `()`, `Option` and `Value` can hold that.
    let text = if body.is_empty() { "null" } else { utf8(body)? };
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let value = serde_path_to_error::deserialize(&mut deserializer).map_err(|error| {
        let path = fault::json_path(error.path());
        Fault::of(error.inner()).at(path)
    })?;
    deserializer.end().map_err(|error| Fault::of(&error))?;
    Ok(value)
}

fn text<'a>(body: &'a [u8], shape: &Shape) -> Result<&'a str, Fault> {
    match shape {
        // Any success is a success where no content is described, whatever came with it.
        Shape::Nothing => Ok("null"),
        _ => utf8(body),
    }
}

fn utf8(body: &[u8]) -> Result<&str, Fault> {
    // `from_str` over checked text takes 0.83 of the time of `from_slice`, which checks each string.
    std::str::from_utf8(body).map_err(|error| {
        Fault::new(format!(
            "the body is no UTF-8 text: byte {}",
            error.valid_up_to()
        ))
    })
}
