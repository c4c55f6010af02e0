//! Extraction by patterns.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    reason = "tests"
)]

use std::error::Error as _;

use kag_builder::{
    Cast, Extraction, Object, OfficialNames, Passage, Pattern, PatternFileError, PatternProblem, Patterns, SubjectOf,
};
use kag_core::{Chunk, ContentHash, Document};

fn names() -> OfficialNames {
    OfficialNames::new()
        .with("Club", "皇家马德里", ["皇马", "Real Madrid"])
        .and_then(|names| names.with("Club", "曼联", ["Man", "Manchester United"]))
        .unwrap()
}

fn run(patterns: Patterns, title: &str, text: &str) -> Extraction {
    let document = Document::new("note:1", ContentHash::of(text)).with_title(title);
    let chunk = Chunk::new(document.id, 0, 0, text);
    patterns.compile().unwrap().read(&Passage::new(&document, &chunk))
}

/// `subject predicate object {qualifiers} "match"`, a line a fact.
fn shown(extraction: &Extraction, text: &str) -> Vec<String> {
    let object = |object: &Object| match object {
        Object::Entity(entity) => entity.name.to_string(),
        Object::Literal(value) => value.to_string(),
    };
    let fact = |fact: &kag_builder::ExtractedFact| {
        let qualifiers: Vec<String> =
            fact.qualifiers.iter().map(|(name, value)| format!(" {name}={}", object(value))).collect();
        let span = fact.span.unwrap().of(text).unwrap();
        format!("{} {} {}{} {span:?}", fact.subject.name, fact.predicate, object(&fact.object), qualifiers.concat())
    };
    extraction.facts.iter().map(fact).collect()
}

#[test]
fn relations_carry_the_nearest_subject_and_time() {
    let text = "球员C罗2003年加盟曼联，2009年加盟皇马。球员贝克汉姆2003年加盟皇马。";
    let patterns =
        Patterns::new("transfers").with_names(names()).with_subject("Person", r"球员(?<subject>.{2,5}?)\d").with(
            Pattern::relation("playsFor", "Person", "Club", r"(?<from>\d{4})年加盟(?<object>{{Club}})")
                .with_subject(SubjectOf::Nearest),
        );
    let found = run(patterns, "", text);
    assert_eq!(
        shown(&found, text),
        [
            "C罗 playsFor 曼联 from=2003 \"2003年加盟曼联\"",
            "C罗 playsFor 皇家马德里 from=2009 \"2009年加盟皇马\"",
            "贝克汉姆 playsFor 皇家马德里 from=2003 \"2003年加盟皇马\"",
        ]
    );
    let club = found.entities.iter().find(|entity| &*entity.entity.name == "皇家马德里").unwrap();
    assert_eq!(&*club.aliases[0], "皇马");
}

#[test]
fn a_title_or_a_constant_is_a_subject_and_lists_are_split() {
    let text = "Founded in 1902. Colours: white, gold and navy.\n主要奖项：欧冠、西甲和国王杯。";
    let patterns = Patterns::new("club page")
        .with(
            Pattern::property("founded", "Club", r"(?i)founded in (?<object>\d{4})")
                .with_subject(SubjectOf::Title)
                .with_cast(Cast::Date),
        )
        .with(
            Pattern::property("colour", "Club", r"Colours: (?<object>[^.]+)")
                .with_subject(SubjectOf::NearestOrTitle)
                .with_list(),
        )
        .with(
            Pattern::relation("won", "Club", "Trophy", r"奖项：(?<object>[^。]+)")
                .with_subject(SubjectOf::Constant("皇家马德里".into()))
                .with_list()
                .with_qualifier("source", "club page"),
        );
    let found = run(patterns, "Real Madrid", text);
    assert_eq!(
        shown(&found, text),
        [
            "Real Madrid founded 1902 \"Founded in 1902\"",
            "Real Madrid colour white \"Colours: white, gold and navy\"",
            "Real Madrid colour gold \"Colours: white, gold and navy\"",
            "Real Madrid colour navy \"Colours: white, gold and navy\"",
            "皇家马德里 won 欧冠 source=club page \"奖项：欧冠、西甲和国王杯\"",
            "皇家马德里 won 西甲 source=club page \"奖项：欧冠、西甲和国王杯\"",
            "皇家马德里 won 国王杯 source=club page \"奖项：欧冠、西甲和国王杯\"",
        ]
    );
}

#[test]
fn latin_names_match_as_words_and_the_longest_first() {
    let text = "Manchester United beat Mandy. Man won. 效力于Real Madrid俱乐部。";
    let pattern = Pattern::property("named", "Club", r"(?<subject>{{Club}})").with_constant(true);
    let found = run(Patterns::new("names").with_names(names()).with(pattern), "", text);
    let spans: Vec<_> = found.facts.iter().map(|fact| fact.span.unwrap().of(text).unwrap()).collect();
    assert_eq!(spans, ["Manchester United", "Man", "Real Madrid"]);
}

#[test]
fn a_sentence_bounds_a_match_where_asked() {
    let text = "张三任职于甲公司。李四住在北京。";
    let pattern = Pattern::relation("livesIn", "Person", "City", r"(?<subject>张三|李四).*?住在(?<object>\p{Han}+)");
    let whole = run(Patterns::new("p").with(pattern.clone()), "", text);
    let within = run(Patterns::new("p").with(pattern.within_sentence()), "", text);
    assert_eq!(&*whole.facts[0].subject.name, "张三");
    assert_eq!(&*within.facts[0].subject.name, "李四");
}

#[test]
fn what_cannot_be_read_is_a_problem_and_no_fact() {
    let text = "成立于很久以前。2009年13月加盟皇马。";
    let patterns = Patterns::new("p")
        .with_names(names())
        .with(
            Pattern::property("founded", "Club", "成立于(?<object>[^。]+)")
                .with_subject(SubjectOf::Title)
                .with_cast(Cast::Date),
        )
        .with(
            Pattern::relation("playsFor", "Person", "Club", r"(?<from>\d+年\d+月)加盟(?<object>{{Club}})")
                .with_subject(SubjectOf::Title),
        )
        .with(Pattern::property("x", "Club", "(?<object>皇马)").with_subject(SubjectOf::Nearest));
    let found = run(patterns, "题", text);
    assert!(found.facts.is_empty());
    assert_eq!(found.problems.len(), 3, "{:?}", found.problems);
    assert!(found.problems[0].contains("很久以前"));
}

#[test]
fn a_pattern_that_cannot_work_is_named_when_compiled() {
    let bad = |pattern: Pattern| Patterns::new("p").with(pattern).compile().unwrap_err();
    let error = bad(Pattern::property("founded", "Club", "(?<subject>x"));
    assert!(matches!(error.problem, PatternProblem::Expression(_)));
    assert_eq!(error.to_string(), "pattern 1 (founded)");
    assert!(matches!(bad(Pattern::property("p", "T", "(?<object>x)")).problem, PatternProblem::NoSubject));
    assert!(matches!(bad(Pattern::property("p", "T", "(?<subject>x)")).problem, PatternProblem::NoObject));
    let problem = bad(Pattern::property("p", "T", "(?<subject>{{Club}})(?<object>x)")).problem;
    assert!(problem.to_string().contains("{{Club}}"), "{problem}");
}

#[test]
fn what_the_patterns_say_is_in_the_version() {
    let patterns = || Patterns::new("p").with(Pattern::property("a", "T", "(?<subject>x)(?<object>y)"));
    let version = |patterns: Patterns| kag_builder::Extractor::version(&patterns.compile().unwrap()).to_owned();
    assert_eq!(version(patterns()), version(patterns()));
    assert_ne!(version(patterns()), version(patterns().with_names(names())));
    assert_ne!(version(patterns()), version(patterns().with_subject("T", "z")));
}

#[test]
fn patterns_are_read_from_a_file() {
    let json = r#"{
        "name": "clubs",
        "names": {"Club": {"皇家马德里": ["皇马"]}},
        "subjects": [{"type": "Person", "expression": "球员(?<subject>.{2})"}],
        "patterns": [
            {"predicate": "founded", "subject_type": "Club", "object": {"value": "date"},
             "expression": "(?<subject>{{Club}})成立于(?<object>\\d{4}年)", "constants": {"source": {"text": "page"}}},
            {"predicate": "playsFor", "subject_type": "Person", "subject": "nearest", "object": {"entity": "Club"},
             "expression": "(?<from>\\d{4})年加盟(?<object>{{Club}})", "within": "sentence"}
        ]}"#;
    let text = "皇马成立于1902年。球员C罗2009年加盟皇马。";
    let found = run(Patterns::from_json(json).unwrap(), "", text);
    assert_eq!(
        shown(&found, text),
        [
            "皇家马德里 founded 1902 source=page \"皇马成立于1902年\"",
            "C罗 playsFor 皇家马德里 from=2009 \"2009年加盟皇马\"",
        ]
    );
    let wrong = [
        r#"{"name": "x", "patterns": [{"predicate": "p", "subject_type": "T", "expression": "x", "colour": 1}]}"#,
        r#"{"name": "x", "patterns": [], "names": {"Club": {"a": ["c"], "b": ["c"]}}}"#,
        "[]",
    ];
    let errors = wrong.map(|json| Patterns::from_json(json).unwrap_err());
    assert!(matches!(&errors[1], PatternFileError::Names(name) if &*name.spelling == "c"), "{errors:?}");
    assert!(errors[0].source().unwrap().to_string().contains("colour"), "{errors:?}");
}
