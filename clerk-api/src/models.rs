//! The models of the API: the structs, enums and unions of requests and responses.
//!
//! [`from_json`] reads a model from JSON that is not a response, such as a test fixture or a database row.

pub use crate::decode::{ModelError, Shaped, from_json, from_value};
#[allow(
    unreachable_pub,
    unused_imports,
    reason = "a build without resources has no models"
)]
pub use crate::generated::models::*;
