//! The fuzz targets on the saved corpus, and on mutations of it from a seed.
//!
//! `CLERK_FUZZ_SEED` and `CLERK_FUZZ_RUNS` set the seed and the number of mutations. A failure
//! prints the seed and the number of the run; the input is kept in `target/fuzz-targets/`, even if
//! the process was aborted.

mod real;
mod runner;

use fuzz_targets::signed::is_verified;
use fuzz_targets::{
    COOKIES, ERROR_BODIES, IMPORT, NORMALISE, OVERLAY, PUBLISHABLE_KEYS, REQUESTS,
    RESPONSE_DECODING, SIGNED_TOKENS, TOKENS, WEBHOOKS,
};

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

#[test]
fn tokens_survive_their_corpus() {
    runner::corpus(TOKENS);
}

#[test]
fn tokens_survive_mutations() {
    runner::mutations(TOKENS);
}

#[test]
fn signed_tokens_survive_their_corpus() {
    runner::corpus(SIGNED_TOKENS);
}

#[test]
fn signed_tokens_survive_mutations() {
    runner::mutations(SIGNED_TOKENS);
}

#[test]
fn some_signed_tokens_are_verified() {
    let verified = runner::entries(SIGNED_TOKENS)
        .iter()
        .filter(|entry| is_verified(&entry.bytes))
        .count();
    assert!(verified >= 10, "only {verified} are verified");
}

#[test]
fn webhooks_survive_their_corpus() {
    runner::corpus(WEBHOOKS);
}

#[test]
fn webhooks_survive_mutations() {
    runner::mutations(WEBHOOKS);
}

#[test]
fn publishable_keys_survive_their_corpus() {
    runner::corpus(PUBLISHABLE_KEYS);
}

#[test]
fn publishable_keys_survive_mutations() {
    runner::mutations(PUBLISHABLE_KEYS);
}

#[test]
fn cookies_survive_their_corpus() {
    runner::corpus(COOKIES);
}

#[test]
fn cookies_survive_mutations() {
    runner::mutations(COOKIES);
}

#[test]
fn requests_survive_their_corpus() {
    runner::corpus(REQUESTS);
}

#[test]
fn requests_survive_mutations() {
    runner::mutations(REQUESTS);
}
