// A golden file.
//! The data of requests and responses.
//!
//! A type exists if a resource that uses it is enabled: each resource is a feature of the crate.
#![allow(
    missing_docs,
    unreachable_pub,
    unused_imports,
    clippy::large_enum_variant,
    clippy::should_implement_trait,
    clippy::too_many_arguments,
    clippy::wrong_self_convention
)]

#[cfg(feature = "authors")]
mod authors;
#[cfg(feature = "books")]
mod books;
mod shared;
#[cfg(feature = "shops")]
mod shops;

#[cfg(feature = "authors")]
pub use authors::*;
#[cfg(feature = "books")]
pub use books::*;
pub use shared::*;
#[cfg(feature = "shops")]
pub use shops::*;
