#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| keelmark_fuzz::engine_answers(data));
