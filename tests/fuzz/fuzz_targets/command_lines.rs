#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| keelmark_fuzz::command_lines(data));
