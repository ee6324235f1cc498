//! A model that the tests can use without knowing its type.

use clerk_api::Error;
use clerk_api::decode::{Shaped, decode_text};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// A response model.
#[derive(Clone, Copy, Debug)]
pub struct Model {
    name: &'static str,
    decode: fn(&str) -> Result<Decoded, Error>,
}

/// The result of decoding a text.
#[derive(Clone, Debug)]
pub struct Decoded {
    /// The model printed as JSON.
    pub json: Value,
    /// The model printed with `{:?}`.
    pub debug: String,
}

impl Model {
    pub(crate) const fn of<T>(name: &'static str) -> Self
    where
        T: Shaped + DeserializeOwned + Serialize + std::fmt::Debug,
    {
        Self {
            name,
            decode: decode::<T>,
        }
    }

    /// The Rust name, which is the name of its schema in the normalised description.
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// Decodes a text as the client decodes the body of a response.
    pub fn decode(&self, text: &str) -> Result<Decoded, Error> {
        (self.decode)(text)
    }
}

fn decode<T>(text: &str) -> Result<Decoded, Error>
where
    T: Shaped + DeserializeOwned + Serialize + std::fmt::Debug,
{
    let model: T = decode_text(text)?;
    Ok(Decoded {
        json: serde_json::to_value(&model).expect("the model can be serialised as JSON"),
        debug: format!("{model:?}"),
    })
}
