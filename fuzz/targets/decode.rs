//! `trailhaul_fuzz::decode`, driven by libFuzzer.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| trailhaul_fuzz::decode::check(bytes));
