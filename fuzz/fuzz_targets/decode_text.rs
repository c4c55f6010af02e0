//! Any bytes are text or refused; UTF-8 stays what it is.
#![no_main]

use kag_builder::decode_any;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    for declared in [None, Some("gb18030"), Some("shift_jis")] {
        if let Ok(decoded) = decode_any(bytes, declared) {
            assert!(!decoded.text.contains('\0'));
        }
    }
});
