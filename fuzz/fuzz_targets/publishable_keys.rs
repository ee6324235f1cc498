//! `fuzz_targets::authentication::publishable_keys` under libFuzzer.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| fuzz_targets::authentication::publishable_keys(bytes));
