//! The wording of every prompt, as a model sees it. `UPDATE_EXPECT=1` writes it anew.
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

use std::sync::Arc;

use expect_test::{ExpectFile, expect_file};
use football::football;
use kag_builder::{
    ExtractBySchema, ExtractEntities, ExtractOpen, ExtractQuestions, ExtractTriples, ExtractUnits, FindKinds,
    FindTopics, SameThing, Summarise,
};
use kag_llm::{Format, Prompt, Request, Role};

const ZH: (&str, &str) = ("C罗于2009年加盟皇马。", "C罗\n职业生涯");
const EN: (&str, &str) = ("Zidane coached Real Madrid.", "");

fn check(request: &Request, expect: &ExpectFile) {
    let mut shown = format!("prompt {} {}\n", request.prompt.name, request.prompt.version);
    for message in &request.messages {
        let role = match message.role {
            Role::System => "system",
            Role::User => "user",
            Role::Assistant => "assistant",
        };
        shown.push_str(&format!("\n=== {role}\n{}\n", message.text));
    }
    // The form is tested where it is made; its keys stand in an order that features of
    // other crates decide.
    assert!(matches!(&request.format, Format::Json { name, .. } if *name == request.prompt.name));
    expect.assert_eq(&shown);
}

#[test]
fn extract_entities_says_this() {
    let types: [Arc<str>; 2] = ["Person".into(), "Club".into()];
    let wording = ExtractEntities::WORDING;
    let ask = |(text, context), types| ExtractEntities { text, context, types, wording: &wording }.render().unwrap();
    check(&ask(ZH, &types), &expect_file!["golden/extract_entities.zh.txt"]);
    check(&ask(EN, &[]), &expect_file!["golden/extract_entities.en.txt"]);
}

#[test]
fn extract_open_says_this() {
    let types: [Arc<str>; 2] = ["Person".into(), "Club".into()];
    let wording = ExtractOpen::WORDING;
    let ask = |(text, context), types| ExtractOpen { text, context, types, wording: &wording }.render().unwrap();
    check(&ask(ZH, &types), &expect_file!["golden/extract_open.zh.txt"]);
    check(&ask(EN, &[]), &expect_file!["golden/extract_open.en.txt"]);
}

#[test]
fn statements_and_summaries_are_asked_for_like_this() {
    let wording = ExtractUnits::WORDING;
    let units = |(text, context)| ExtractUnits { text, context, wording: &wording }.render().unwrap();
    check(&units(ZH), &expect_file!["golden/extract_units.zh.txt"]);
    check(&units(EN), &expect_file!["golden/extract_units.en.txt"]);
    let wording = ExtractQuestions::WORDING;
    let questions = |(text, context)| ExtractQuestions { text, context, wording: &wording }.render().unwrap();
    check(&questions(ZH), &expect_file!["golden/extract_questions.zh.txt"]);
    check(&questions(EN), &expect_file!["golden/extract_questions.en.txt"]);
    let wording = Summarise::WORDING;
    let summary =
        |(text, context), parts| Summarise { text, context, sentences: 3, parts, wording: &wording }.render().unwrap();
    check(&summary(ZH, true), &expect_file!["golden/summarise.zh.txt"]);
    check(&summary(EN, false), &expect_file!["golden/summarise.en.txt"]);
}

#[test]
fn find_kinds_says_this() {
    let wording = FindKinds::WORDING;
    let ask = |things: &[&str], known: &[&str]| {
        let things: Vec<String> = things.iter().map(|thing| (*thing).to_owned()).collect();
        let known: Vec<Arc<str>> = known.iter().map(|kind| (*kind).into()).collect();
        FindKinds { things: &things, known: &known, wording: &wording }.render().unwrap()
    };
    let clubs = ["机构: 皇家马德里\n成立: 1902\n", "地点: 马德里\n"];
    check(&ask(&clubs, &["足球俱乐部", "城市"]), &expect_file!["golden/find_kinds.zh.txt"]);
    check(&ask(&["Organisation: Real Madrid\n"], &[]), &expect_file!["golden/find_kinds.en.txt"]);
}

#[test]
fn find_topics_says_this() {
    let wording = FindTopics::WORDING;
    let ask = |sentences| FindTopics { sentences, wording: &wording }.render().unwrap();
    check(&ask(&["猫在睡觉。", "星星\n很远。"]), &expect_file!["golden/find_topics.zh.txt"]);
    check(&ask(&["A cat sleeps.", "Stars are far."]), &expect_file!["golden/find_topics.en.txt"]);
}

#[test]
fn extract_triples_says_this() {
    let wording = ExtractTriples::WORDING;
    let ask = |(text, context), names| ExtractTriples { text, context, names, wording: &wording }.render().unwrap();
    check(&ask(ZH, &["C罗", "皇马"]), &expect_file!["golden/extract_triples.zh.txt"]);
    check(&ask(EN, &["Zidane", "Real Madrid"]), &expect_file!["golden/extract_triples.en.txt"]);
}

#[test]
fn extract_by_schema_says_this() {
    let (schema, wording) = (football(), ExtractBySchema::WORDING);
    let ask = |(text, context)| {
        let (schema, wording) = (&schema, &wording);
        ExtractBySchema { text, context, schema, types: None, budget: 4_000, wording }.render().unwrap()
    };
    check(&ask(ZH), &expect_file!["golden/extract_by_schema.zh.txt"]);
    check(&ask(EN), &expect_file!["golden/extract_by_schema.en.txt"]);
}

#[test]
fn same_thing_says_this() {
    let wording = SameThing::WORDING;
    let ask = |type_name, one, other| SameThing { type_name, one, other, wording: &wording }.render().unwrap();
    let zh = ask("俱乐部", "皇家马德里\n成立: 1902", "皇马");
    check(&zh, &expect_file!["golden/same_thing.zh.txt"]);
    check(&ask("Club", "Barcelona", "FC Barcelona\nfounded: 1899"), &expect_file!["golden/same_thing.en.txt"]);
}
