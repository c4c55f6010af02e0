//! The schema language: laws over generated schemas, real files, and garbage.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    reason = "tests"
)]

mod cases;
mod football;
mod generate;

use std::{fs, path::PathBuf};

use football::football;
use generate::schema;
use kag_core::Span;
use kag_schema::{Diagnostic, Schema, SchemaDocument};
use proptest::prelude::*;

fn messages(diagnostics: &[Diagnostic]) -> Vec<String> {
    diagnostics.iter().map(ToString::to_string).collect()
}

#[track_caller]
fn assert_round_trip(schema: &Schema) {
    let printed = schema.to_string();
    let (read, diagnostics) = Schema::parse(&printed);
    let errors: Vec<&Diagnostic> = diagnostics.iter().filter(|diagnostic| diagnostic.is_error()).collect();
    assert!(errors.is_empty(), "{errors:?}\n{printed}");
    assert_eq!(&read, schema, "{printed}");
    assert_eq!(read.to_string(), printed);
}

#[test]
fn a_schema_made_by_the_builder_is_printed_and_read_back() {
    assert_round_trip(&football());
}

proptest! {
    #![proptest_config(cases::cases(96))]

    #[test]
    fn what_is_printed_is_read_back(schema in schema()) {
        assert_round_trip(&schema);
    }

    #[test]
    fn no_text_makes_the_reader_panic(text in "(\\PC|[\n\t ():#`\"\\[\\]]|rule: |\\[\\[|\\]\\]|properties:|constraint: |EntityType|-> ){0,60}") {
        check_places(&text);
    }
}

/// Every diagnostic is in the text, and printing what was read is stable.
#[track_caller]
fn check_places(text: &str) -> SchemaDocument {
    let reading = SchemaDocument::parse(text);
    for diagnostic in &reading.diagnostics {
        assert!(diagnostic.span.of(text).is_some(), "{diagnostic} in {text:?}");
    }
    let printed = reading.document.to_string();
    let again = SchemaDocument::parse(&printed);
    assert_eq!(again.document.schema, reading.document.schema, "{text:?}\n{printed}");
    assert_eq!(again.document.to_string(), printed, "{text:?}");
    reading.document
}

const VALID: &str = include_str!("golden/market.schema");

#[test]
fn the_fixture_is_valid_and_its_comments_survive() {
    let reading = SchemaDocument::parse(VALID);
    assert_eq!(messages(&reading.diagnostics), [""; 0]);
    let printed = reading.document.to_string();
    let again = SchemaDocument::parse(&printed);
    assert_eq!(again.document, reading.document);
    assert_eq!(again.document.to_string(), printed);
    let comments = |text: &str| text.lines().filter(|line| line.trim_start().starts_with('#')).count();
    assert_eq!(comments(&printed), comments(VALID));
}

/// A text with some of its bytes changed.
fn garbled() -> impl Strategy<Value = String> {
    let edit = (
        any::<prop::sample::Index>(),
        0usize..4,
        prop::sample::select("(:)（#`\"[]->\n\t ,，=甲x0：".chars().collect::<Vec<char>>()),
    );
    prop::collection::vec(edit, 1..6).prop_map(|edits| {
        let mut chars: Vec<char> = VALID.chars().collect();
        for (at, kind, with) in edits {
            let at = at.index(chars.len());
            match kind {
                0 => chars[at] = with,
                1 => chars.insert(at, with),
                2 => drop(chars.remove(at)),
                _ => drop(chars.drain(at..(at + 12).min(chars.len()))),
            }
        }
        chars.into_iter().collect()
    })
}

proptest! {
    #![proptest_config(cases::cases(12))]

    /// Whatever is not understood is under a diagnostic: a line without one means something,
    /// so that leaving it out makes a difference.
    #[test]
    fn no_line_is_lost_silently(text in garbled()) {
        check_places(&text);
        let (schema, diagnostics) = Schema::parse(&text);
        let mut start = 0;
        for line in text.split_inclusive('\n') {
            let span = Span::new(start, start + line.len());
            start += line.len();
            let content = line.trim();
            let touched = diagnostics.iter().any(|diagnostic| diagnostic.span.start < span.end && diagnostic.span.end >= span.start);
            let says_nothing = content.is_empty()
                || content.starts_with('#')
                || content.starts_with("properties")
                || content.starts_with("relations")
                || content == "desc:"
                || content.ends_with("None")
                || content.ends_with("False");
            if touched || says_nothing {
                continue;
            }
            let without = format!("{}{}", &text[..span.start], &text[span.end..]);
            let (less, fewer) = Schema::parse(&without);
            prop_assert!(less != schema || messages(&fewer).len() != diagnostics.len(), "{content:?} is lost in\n{text}");
        }
    }
}

fn data() -> Option<PathBuf> {
    let data = std::env::var_os("KAG_DATA")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data"), PathBuf::from);
    data.join("openspg_schemas").is_dir().then_some(data)
}

/// Every file below `directory` whose name ends so.
fn files(directory: PathBuf, extension: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut open = vec![directory];
    while let Some(directory) = open.pop() {
        for entry in fs::read_dir(directory).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|found| found == extension) {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

#[test]
fn every_real_file_is_read_without_a_mistake_and_printed() {
    let Some(data) = data() else {
        println!("skipped: KAG_DATA names no directory with openspg_schemas");
        return;
    };
    let files = [files(data.join("openspg_schemas"), "schema"), files(data.join("kag_examples"), "schema")].concat();
    assert!(files.len() >= 10, "{files:?}");
    for file in files {
        let text = fs::read_to_string(&file).unwrap();
        let reading = SchemaDocument::parse(&text);
        assert_eq!(messages(&reading.diagnostics), [""; 0], "{}", file.display());
        let printed = reading.document.to_string();
        let again = SchemaDocument::parse(&printed);
        assert_eq!(again.document, reading.document, "{}", file.display());
        assert_eq!(again.document.to_string(), printed);
        for rule in reading.document.schema.types().flat_map(|t| &t.properties).filter_map(|p| p.rule.as_ref()) {
            assert_eq!(rule.span.of(&text), Some(&*rule.text), "a rule is where it says");
        }
    }
}
