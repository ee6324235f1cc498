//! The pipeline on every dated version of the description, and whether the same input always gives
//! the same bytes.

mod determinism;
mod versions;
