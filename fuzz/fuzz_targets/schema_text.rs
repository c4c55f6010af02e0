//! No text makes the readers of schemas and concept rules panic or run away, every place
//! they report is in the text, and what they read prints as text that reads back the same.

#![no_main]

use kag_schema::{ConceptRules, SchemaDocument};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let reading = SchemaDocument::parse(text);
    for diagnostic in &reading.diagnostics {
        assert!(diagnostic.span.of(text).is_some(), "{diagnostic}");
        let _ = diagnostic.render("fuzz", text);
    }
    let printed = reading.document.to_string();
    let again = SchemaDocument::parse(&printed);
    assert_eq!(again.document.schema, reading.document.schema, "{printed}");
    assert_eq!(again.document.to_string(), printed);

    let reading = ConceptRules::parse(text);
    for diagnostic in &reading.diagnostics {
        assert!(diagnostic.span.of(text).is_some(), "{diagnostic}");
    }
    let printed = reading.rules.to_string();
    assert_eq!(ConceptRules::parse(&printed).rules.to_string(), printed);
});
