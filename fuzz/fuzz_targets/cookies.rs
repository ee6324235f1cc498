//! `fuzz_targets::authentication::cookies` under libFuzzer.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| fuzz_targets::authentication::cookies(bytes));
