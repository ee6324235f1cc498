//! Values for schemas: valid, plausible for the name of a field, and the same for the same input.
//!
//! The toolchain compiles this folder, too, by its path, so that the examples of the documentation and the
//! calls of tests follow the same rules. The folder therefore uses nothing else of this crate.

pub(crate) mod generate;
mod number;
pub(crate) mod pattern;
mod place;
pub(crate) mod random;
mod scalars;
pub(crate) mod schema;
pub(crate) mod table;
#[cfg(test)]
mod tests;
pub(crate) mod text;
