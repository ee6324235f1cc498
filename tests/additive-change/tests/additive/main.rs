//! What the API adds, leaves out or writes otherwise does not fail a call, for every response model.
//!
//! Answers are made from the normalised description, changed in one way or in several, decoded as
//! the client decodes them, and printed again. What must come out is worked out twice, and both
//! times without what the crate knows of its models: by editing what the unchanged answer became,
//! and by reading the changed answer along the description.
//!
//! All of it follows from a seed, which a failure prints. These variables steer a run:
//!
//! - `ADDITIVE_CHANGE_SEED`: the seed of the first round, 1 if not set;
//! - `ADDITIVE_CHANGE_ROUNDS`: how many rounds there are, each with the next seed, 1 if not set;
//! - `ADDITIVE_CHANGE_MODEL`: the only model to test, by its Rust name.

mod answers;
mod coverage;
mod document;
mod instances;
mod mutants;
mod mutations;
mod pages;
mod places;
mod random;
mod reading;
mod run;
mod text;
mod tolerance;
