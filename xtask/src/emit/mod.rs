//! Rust and its samples, from the normal form and the intermediate representation.

pub mod calls;
pub mod documentation;
pub mod imports;
pub mod models;
pub mod operations;
pub mod print;
pub mod response_models;
pub mod samples;
pub mod types;
pub mod webhooks;
