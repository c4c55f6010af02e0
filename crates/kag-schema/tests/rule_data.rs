//! Rules of the public suites and examples, where they are at hand.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    reason = "tests"
)]

use std::{fs, path::PathBuf};

use kag_schema::{Diagnostic, LineColumn, RuleProgram};

fn data() -> Option<PathBuf> {
    let named = std::env::var_os("KAG_DATA").map(PathBuf::from);
    let path = named.unwrap_or_else(|| PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data")));
    if path.is_dir() {
        return Some(path);
    }
    println!("skipped: no data at {}", path.display());
    None
}

/// The records of a file of snippets: number and text.
fn records(text: &str) -> Vec<(String, String)> {
    let mut records: Vec<(String, String)> = Vec::new();
    for line in text.split_inclusive('\n') {
        match (line.strip_prefix("#### "), records.last_mut()) {
            (Some(number), _) => records.push((number.trim().to_owned(), String::new())),
            (None, Some((_, record))) => record.push_str(line),
            (None, None) => {}
        }
    }
    records
}

fn errors(text: &str) -> Vec<String> {
    let (program, diagnostics) = RuleProgram::parse(text);
    let printed = program.to_string();
    let (again, wrong) = RuleProgram::parse(&printed);
    if diagnostics.iter().all(|d| !d.is_error()) {
        assert!(wrong.is_empty(), "{printed}\n{wrong:?}");
        assert_eq!(again, program, "{printed}");
    }
    assert_eq!(again.to_string(), printed);
    let shown = |d: &Diagnostic| format!("{}:{d}", LineColumn::of(text, d.span.start));
    diagnostics.iter().map(shown).collect()
}

#[test]
fn every_snippet_is_read_or_refused_with_a_reason() {
    let Some(data) = data() else { return };
    let text = fs::read_to_string(data.join("kgdsl/snippets.txt")).unwrap();
    for (number, record) in records(&text) {
        for e in errors(&record) {
            println!("{number}: {e}");
        }
    }
}
