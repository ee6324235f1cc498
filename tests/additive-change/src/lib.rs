//! Every model that answers of Clerk's Backend API are decoded into, as a table: its name, and how a
//! text is decoded into it and printed back.
//!
//! The table is machine-written from the API description. What the models are given, and what must
//! become of it, is in `tests/`.

#[allow(deprecated, reason = "a model that is deprecated is answered all the same")]
#[rustfmt::skip]
mod generated;
mod model;

pub use model::{Decoded, Model};

/// All response models, by name.
pub fn models() -> &'static [Model] {
    generated::MODELS
}
