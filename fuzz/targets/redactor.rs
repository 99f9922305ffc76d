//! Fuzzes the property `redactor`.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| bongsu_tests::properties::redactor(data));
