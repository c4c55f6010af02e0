//! What becomes of replies that models garble. `UPDATE_EXPECT=1` writes the outcomes anew.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    reason = "tests"
)]

#[path = "stages/football.rs"]
mod football;

use std::{fmt::Write as _, sync::Arc};

use expect_test::expect_file;
use football::football;
use futures::executor::block_on;
use kag_builder::{
    Extraction, Extractor, Object, OpenExtractor, Passage, QuestionExtractor, SchemaExtractor, Splitter as _,
    SummaryExtractor, TopicSplitter, UnitExtractor,
};
use kag_core::{Chunk, ContentHash, Document, ReadDocument};
use kag_llm::{LanguageModel, Scripted};

const TEXT: &str = "皇马成立于1902年。Zidane coached Real Madrid. 曼联成立于1878年。";

/// What `reply` to the prompt is read as, a line each.
fn outcome(prompt: &str, reply: &str) -> String {
    let names = r#"["皇马", "Zidane"]"#;
    let model = Scripted::new().on(prompt, [reply]);
    let model = if prompt == "extract_triples" { model.on("extract_entities", [names]) } else { model };
    let model = if prompt == "extract_entities" { model.on("extract_triples", ["[]"]) } else { model };
    let model: Arc<dyn LanguageModel> = Arc::new(model);
    let extractor: Arc<dyn Extractor> = match prompt {
        "extract_entities" | "extract_triples" => Arc::new(OpenExtractor::new(model).with_types(["Person", "Club"])),
        "extract_open" => Arc::new(OpenExtractor::new(model).with_types(["Person", "Club"]).in_one_call()),
        "extract_by_schema" => Arc::new(SchemaExtractor::new(model, football())),
        "extract_units" => Arc::new(UnitExtractor::new(model)),
        "extract_questions" => Arc::new(QuestionExtractor::new(model)),
        "summarise" => Arc::new(SummaryExtractor::new(model)),
        "find_topics" => return topics(model),
        other => panic!("{other}?"),
    };
    let document = Document::new("note:1", ContentHash::of(TEXT)).with_title("题");
    let chunk = Chunk::new(document.id, 0, 0, TEXT);
    match block_on(extractor.extract(&Passage::new(&document, &chunk))) {
        Ok(found) => shown(&found),
        Err(error) => format!("error: {error}"),
    }
}

fn topics(model: Arc<dyn LanguageModel>) -> String {
    let document = ReadDocument::new(Document::new("note:1", ContentHash::of(TEXT)), TEXT);
    match block_on(TopicSplitter::new(model, 100).split(&document)) {
        Ok(chunks) => chunks.iter().map(|chunk| format!("chunk {:?}", &*chunk.text)).collect::<Vec<_>>().join("\n"),
        Err(error) => format!("error: {error}"),
    }
}

fn shown(found: &Extraction) -> String {
    let mut out = String::new();
    for entity in &found.entities {
        write!(out, "{} {:?}", entity.entity.type_name, entity.entity.name).unwrap();
        entity.aliases.iter().for_each(|alias| write!(out, " = {alias:?}").unwrap());
        entity.description.iter().for_each(|text| write!(out, ": {text}").unwrap());
        out.push('\n');
    }
    let object = |object: &Object| match object {
        Object::Entity(entity) => format!("<{}>", entity.name),
        Object::Literal(value) => value.to_string(),
    };
    let mut facts: Vec<String> = found
        .facts
        .iter()
        .map(|fact| {
            let qualifiers: String =
                fact.qualifiers.iter().map(|(name, value)| format!(" {name}={}", object(value))).collect();
            let quote = fact.quote.iter().map(|quote| format!(" {quote:?}")).collect::<String>();
            format!("<{}> {} {}{qualifiers}{quote}\n", fact.subject.name, fact.predicate, object(&fact.object))
        })
        .collect();
    // The order of keys in a JSON object is nobody's promise.
    facts.sort();
    out.extend(facts);
    let mut problems: Vec<_> = found.problems.iter().map(|problem| format!("problem: {problem}\n")).collect();
    problems.sort();
    out.extend(problems);
    if out.is_empty() { "nothing".to_owned() } else { out.trim_end().to_owned() }
}

#[test]
fn garbled_replies_are_read_as_far_as_they_go_or_refused() {
    let golden = include_str!("golden/garbled_extraction.txt");
    let mut cases = golden.split("\n#### ");
    let mut out = cases.next().unwrap().to_owned();
    let mut count = 0;
    for case in cases {
        let (head, rest) = case.split_once('\n').unwrap();
        let (prompt, _) = head.split_once(':').unwrap();
        let (reply, _) = rest.split_once("\n----\n").unwrap();
        write!(out, "\n#### {head}\n{reply}\n----\n{}\n", outcome(prompt, reply)).unwrap();
        count += 1;
    }
    assert!(count >= 30, "{count} cases");
    expect_file!["golden/garbled_extraction.txt"].assert_eq(&out);
}
