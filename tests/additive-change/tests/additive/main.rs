//! A call does not fail when the API adds, omits or reformats something, for every response model.
//!
//! Responses are created from the normalised description, mutated in one way or in several, decoded
//! as the client decodes them, and printed again. The expected result is computed twice, both times
//! without the crate's knowledge of its models: by editing the result of the original response, and
//! by reading the mutated response according to the description.
//!
//! Everything is derived from a seed, which a failure prints. These variables control a run:
//!
//! - `ADDITIVE_CHANGE_SEED`: the seed of the first round. Default: 1;
//! - `ADDITIVE_CHANGE_ROUNDS`: the number of rounds, each with the next seed. Default: 1;
//! - `ADDITIVE_CHANGE_MODEL`: the only model to test, by its Rust name. Default: all.

mod coverage;
mod document;
mod instances;
mod mutants;
mod mutations;
mod pages;
mod places;
mod random;
mod reading;
mod responses;
mod run;
mod text;
mod tolerance;
