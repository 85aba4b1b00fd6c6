#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| rolo_fuzz::read(bytes));
