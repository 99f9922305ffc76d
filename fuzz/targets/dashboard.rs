//! Fuzzes the property `dashboard`.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| bongsu_tests::properties::dashboard(data));
