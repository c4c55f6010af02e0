//! No text makes the reader of rules panic or run away, every place it reports is in the
//! text, and rules without a mistake print as text that reads back the same.

#![no_main]

use kag_schema::{Diagnostic, Functions, RuleProgram, Schema, check_rules};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let (program, diagnostics) = RuleProgram::parse(text);
    for diagnostic in &diagnostics {
        assert!(diagnostic.span.of(text).is_some(), "{diagnostic}");
    }
    let printed = program.to_string();
    let (again, wrong) = RuleProgram::parse(&printed);
    if !diagnostics.iter().any(Diagnostic::is_error) {
        assert!(wrong.is_empty(), "{printed}\n{wrong:?}");
        assert_eq!(again, program, "{printed}");
        assert_eq!(again.to_string(), printed);
    }
    if let Ok(schema) = Schema::builder("Fuzz").build() {
        for diagnostic in check_rules(&[&program], &schema, &Functions::standard()).iter().flatten() {
            let _ = diagnostic.render("fuzz", text);
        }
    }
});
