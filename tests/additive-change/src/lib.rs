//! Every model that responses of Clerk's Backend API are decoded into, as a table: its name, and
//! how to decode a text into it and print it again.
//!
//! The table is machine-written from the API description. The inputs of the models and the expected
//! results are in `tests/`.

#[allow(deprecated, reason = "deprecated models are returned all the same")]
#[rustfmt::skip]
mod generated;
mod model;

pub use model::{Decoded, Model};

/// All response models, by name.
pub fn models() -> &'static [Model] {
    generated::MODELS
}
