//! Rules in the manner of those that domain experts write: good ones are read, and of faulty ones
//! everything is said that helps.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    reason = "tests"
)]

use std::fmt::Write as _;

use expect_test::expect_file;
use kag_schema::{Diagnostic, Functions, RuleProgram, Schema, check_rules};

/// The records of a text: what stands between lines that begin with `#### `.
fn records(text: &str) -> Vec<(&str, &str)> {
    let records = text.split("#### ").skip(1);
    records.map(|record| record.split_once('\n').unwrap()).collect()
}

#[test]
fn good_snippets_are_read_without_a_word_and_printed() {
    let records = records(include_str!("golden/valid_rules.txt"));
    assert!(records.len() >= 60, "{}", records.len());
    for (name, text) in records {
        for text in [text.to_owned(), text.replace('\n', "\r\n"), text.trim_end().to_owned()] {
            let (program, diagnostics) = RuleProgram::parse(&text);
            assert!(diagnostics.is_empty(), "{name}: {diagnostics:?}");
            assert!(!program.statements.is_empty(), "{name}");
            let printed = program.to_string();
            let (again, wrong) = RuleProgram::parse(&printed);
            assert!(wrong.is_empty(), "{name}:\n{printed}\n{wrong:?}");
            assert_eq!((&again, again.to_string()), (&program, printed), "{name}");
        }
    }
}

/// A domain of shops.
fn shops() -> Schema {
    let text = "namespace Trade

Kind(种类): ConceptType
    hypernymPredicate: isA

Goods(货物): EntityType
    properties:
        weight(重量): Integer
        IND#belongTo(属于): Kind

Shop(店铺): EntityType
    properties:
        city(城市): Text
        rank(等级): Integer
    relations:
        sells(出售): Goods
            properties:
                price(价格): Float
        next(相邻): Shop
            properties:
                km(距离): Float
        near(附近): Shop
";
    let (schema, diagnostics) = Schema::parse(text);
    assert!(diagnostics.is_empty(), "{diagnostics:?}");
    schema
}

#[test]
fn faulty_snippets_are_told_what_is_wrong_where_and_what_would_be_right() {
    let schema = shops();
    let mut said = String::new();
    for (name, text) in records(include_str!("golden/faulty_rules.txt")) {
        let (program, mut diagnostics) = RuleProgram::parse(text);
        if !diagnostics.iter().any(Diagnostic::is_error) {
            diagnostics.extend(check_rules(&[&program], &schema, &Functions::standard()).remove(0));
        }
        assert!(diagnostics.iter().any(Diagnostic::is_error), "{name} is not faulty");
        let _ = writeln!(said, "#### {name}");
        diagnostics.iter().for_each(|diagnostic| said.push_str(&diagnostic.render("rules", text)));
    }
    expect_file!["golden/faulty_rules.said.txt"].assert_eq(&said);
}
