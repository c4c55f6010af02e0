//! No model text makes the JSON finder panic, run away, or touch valid JSON.

#![no_main]

use libfuzzer_sys::fuzz_target;
use serde_json::Value;

fuzz_target!(|text: &str| {
    let found = kag_llm::find_json(text);
    if let Ok(found) = &found {
        assert!(text.get(found.span.clone()).is_some(), "the span is part of the text");
        for repair in &found.repairs {
            assert!(text.is_char_boundary(repair.at), "a repair has a place: {repair}");
        }
    }
    if let Ok(valid) = serde_json::from_str::<Value>(text) {
        let found = found.expect("valid JSON is found");
        assert_eq!(found.value, valid);
        assert!(found.repairs.is_empty(), "valid JSON needs no repair");
    }
    let _ = kag_llm::read::<Vec<String>>(text);
    let _ = kag_llm::read::<std::collections::BTreeMap<String, u8>>(text);
});
