//! `fuzz_targets::signed::signed_tokens` under libFuzzer.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| fuzz_targets::signed::signed_tokens(bytes));
