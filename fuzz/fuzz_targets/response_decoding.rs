//! `fuzz_targets::responses::response_decoding` under libFuzzer.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| fuzz_targets::responses::response_decoding(bytes));
