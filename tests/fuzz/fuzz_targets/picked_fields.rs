#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| keelmark_fuzz::picked_fields(data));
