//! Fuzzes the property `repeated_line`.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| bongsu_tests::properties::repeated_line(data));
