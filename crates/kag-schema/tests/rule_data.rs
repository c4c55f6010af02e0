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

use kag_schema::{ConceptRules, Diagnostic, Functions, LineColumn, RuleProgram, SchemaDocument, check_rules};

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
    let shown = |d: &Diagnostic| format!("{}:{d}", LineColumn::of(text, d.span.start));
    diagnostics.iter().map(shown).collect()
}

#[test]
fn every_snippet_is_read_or_refused_with_a_reason() {
    let Some(data) = data() else { return };
    let text = fs::read_to_string(data.join("kgdsl/snippets.txt")).unwrap();
    let records = records(&text);
    let refused: Vec<&str> = records
        .iter()
        .filter(|(_, record)| errors(record).iter().any(|wrong| wrong.contains("error")))
        .map(|(number, _)| number.as_str())
        .collect();
    // 1 and 67 close a block that is not open; 10, 53 and 76 create something without what it
    // needs; 15 and 60 begin in the middle of a rule; 115 shows the result of a call.
    assert_eq!(refused, ["1", "10", "15", "53", "60", "67", "76", "115"]);
    assert_eq!(records.len(), 115);
}

#[test]
fn the_examples_fit_their_schemas() {
    let Some(data) = data() else { return };
    for (name, schema, rules) in [
        ("supplychain", "SupplyChain.schema", 13 + 5),
        ("riskmining", "RiskMining.schema", 2 + 3),
        ("medicine", "Medicine.schema", 0),
    ] {
        let folder = data.join("kag_examples").join(name);
        let text = fs::read_to_string(folder.join("schema").join(schema)).unwrap();
        let schema = SchemaDocument::parse(&text).document.schema;
        let (own, wrong) = RuleProgram::of_schema(&schema);
        assert!(wrong.is_empty(), "{name}: {wrong:?}");
        let mut programs = vec![own];
        if let Ok(text) = fs::read_to_string(folder.join("schema/concept.rule")) {
            let (program, wrong) = RuleProgram::of_concept_rules(&ConceptRules::parse(&text).rules, Some(&schema));
            assert!(wrong.is_empty(), "{name}: {wrong:?}");
            programs.push(program);
        }
        assert_eq!(programs.iter().map(|program| program.statements.len()).sum::<usize>(), rules);
        for file in fs::read_dir(folder.join("reasoner")).unwrap() {
            let text = fs::read_to_string(file.unwrap().path()).unwrap();
            assert!(errors(&text).is_empty(), "{text}");
            programs.push(RuleProgram::parse(&text).0);
        }
        let all: Vec<&RuleProgram> = programs.iter().collect();
        let found = check_rules(&all, &schema, &Functions::standard());
        assert!(found.iter().all(Vec::is_empty), "{name}: {found:?}");
    }
}
