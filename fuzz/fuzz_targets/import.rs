//! `fuzz_targets::toolchain::import` under libFuzzer.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| fuzz_targets::toolchain::import(bytes));
