//! `fuzz_targets::answers::error_bodies` under libFuzzer.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| fuzz_targets::answers::error_bodies(bytes));
