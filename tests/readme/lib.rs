//! The examples of each README are a module's documentation, so that they are compiled as such.

#[doc = include_str!("../../README.md")]
mod workspace {}

#[doc = include_str!("../../clerk-api/README.md")]
mod client {}

#[doc = include_str!("../../clerk-auth/README.md")]
mod authentication {}
