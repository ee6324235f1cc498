//! What the API answers with and is sent, as structs and enums. [`from_json`] reads one from JSON
//! that is no response.

pub use crate::decode::{ModelError, from_json, from_value};
#[allow(unused_imports, reason = "a build without resources has no models")]
pub use crate::generated::models::*;
