#![no_main]

use libfuzzer_sys::fuzz_target;

#[path = "../../tests/it/fuzz/attachment.rs"]
mod target;

fuzz_target!(|data: &[u8]| {
    target::look(data);
});
