//! The fuzz targets on the saved corpus, and on mutations of it from a seed.
//!
//! `CLERK_FUZZ_SEED` and `CLERK_FUZZ_RUNS` change which mutations are made and how many. A failure
//! tells the seed and the number of the run; the input stands in `target/fuzz-targets/`, also when
//! the process was aborted.

mod real;
mod runner;

use fuzz_targets::{ERROR_BODIES, IMPORT, NORMALISE, OVERLAY, RESPONSE_DECODING};

#[test]
fn import_survives_its_corpus() {
    runner::corpus(IMPORT);
}

#[test]
fn import_survives_mutations() {
    runner::mutations(IMPORT);
}

#[test]
fn overlay_survives_its_corpus() {
    runner::corpus(OVERLAY);
}

#[test]
fn overlay_survives_mutations() {
    runner::mutations(OVERLAY);
}

#[test]
fn normalise_survives_its_corpus() {
    runner::corpus(NORMALISE);
}

#[test]
fn normalise_survives_mutations() {
    runner::mutations(NORMALISE);
}

#[test]
fn response_decoding_survives_its_corpus() {
    runner::corpus(RESPONSE_DECODING);
}

#[test]
fn response_decoding_survives_mutations() {
    runner::mutations(RESPONSE_DECODING);
}

#[test]
fn error_bodies_survive_their_corpus() {
    runner::corpus(ERROR_BODIES);
}

#[test]
fn error_bodies_survive_mutations() {
    runner::mutations(ERROR_BODIES);
}
