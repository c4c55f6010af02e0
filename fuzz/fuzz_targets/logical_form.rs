//! No text makes the reader of logical forms panic or run away, every place it reports is in
//! the text, and what it reads prints as text that reads back the same.

#![no_main]

use kag_solver::logical::{Parser, check};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let reading = Parser::default().parse(text);
    for diagnostic in reading.diagnostics.iter().chain(&check(&reading.plan, None)) {
        assert!(diagnostic.span.of(text).is_some(), "{diagnostic}");
    }
    let printed = reading.plan.to_string();
    let bound = reading.plan.steps.iter().flat_map(|step| step.needed());
    let again = Parser::default().with_bound(bound).parse(&printed);
    assert_eq!(again.plan, reading.plan, "{printed}");
    // What an error left of an operation may be wrong by itself: an output of nothing.
    if !reading.has_errors() {
        assert!(again.diagnostics.is_empty(), "{printed}\n{:?}", again.diagnostics);
    }
    let _ = Parser::default().term(text);
});
