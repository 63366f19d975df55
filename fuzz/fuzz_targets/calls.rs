#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| libwasmer_fuzz::targets::calls::run(data));
