//! `fuzz_targets::responses::error_bodies` under libFuzzer.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| fuzz_targets::responses::error_bodies(bytes));
