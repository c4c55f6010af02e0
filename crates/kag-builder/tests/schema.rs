//! Building under a schema, without a model.
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

use football::football;
use kag_builder::{
    BuildPipeline, Column, EntityRef, ExtractedFact, Extraction, Extractor, LengthSplitter, MapError, Object,
    OnViolation, Passage, Pattern, PatternProblem, Patterns, SubjectOf, TableMapping, TextReader, VocabularyError,
};
use kag_core::{BoxError, DocumentId, KnowledgeBase, Scope, Source, Value, async_trait, memory::MemoryKnowledgeBase};

/// States facts that are right, can be cast, and break the schema.
#[derive(Debug)]
struct Mixed;

#[async_trait]
impl Extractor for Mixed {
    fn version(&self) -> &str {
        "mixed 1"
    }

    async fn extract(&self, _: &Passage<'_>) -> Result<Extraction, BoxError> {
        let club = || EntityRef::new("Club", "皇马");
        let fact = |predicate: &str, object| ExtractedFact::new(club(), predicate, object);
        let literal = |value: &str| Object::Literal(value.into());
        Ok(Extraction {
            facts: vec![
                fact("founded", literal("1902年3月6日")),
                fact("members", literal("many")),
                fact("colour", literal("blue")),
                fact("colour", literal("white")),
                fact("playsFor", Object::Entity(club())),
                ExtractedFact::new(EntityRef::new("Person", "C罗"), "playsFor", Object::Entity(club()))
                    .with_qualifier("shirt", Object::Literal(7.into())),
                ExtractedFact::new(EntityRef::new("Stadium", "伯纳乌"), "home", Object::Entity(club())),
            ],
            ..Extraction::default()
        })
    }
}

async fn build(on_violation: OnViolation) -> (kag_builder::DocumentReport, Vec<(String, Value)>) {
    let base = MemoryKnowledgeBase::new();
    let pipeline = BuildPipeline::new(TextReader::new(), LengthSplitter::new(50), Mixed);
    let pipeline = pipeline.with_schema(football(), on_violation);
    let source = Source::new("note:1", "皇马。".as_bytes());
    let report = pipeline.run(&base, [source]).await.unwrap();
    let snapshot = base.snapshot(&Scope::All).await.unwrap();
    let found = snapshot.chunks().contributions(&[DocumentId::of("note:1")]).await.unwrap();
    let contribution = found.into_iter().next().flatten().unwrap();
    let mut facts: Vec<(String, Value)> = contribution
        .facts()
        .iter()
        .map(|entry| (entry.fact.predicate.to_string(), entry.fact.object.clone()))
        .filter(|(_, object)| !matches!(object, Value::Node(_)))
        .collect();
    facts.sort_by(|left, right| left.0.cmp(&right.0).then(left.1.total_cmp(&right.1)));
    (report.documents[0].clone(), facts)
}

#[tokio::test]
async fn what_can_be_cast_is_cast_and_what_breaks_the_schema_is_reported() {
    let (report, facts) = build(OnViolation::Report).await;
    assert_eq!(report.facts, 7);
    assert_eq!(report.dropped, 0);
    // members, colour, Club has no playsFor, shirt, Stadium.
    assert_eq!(report.violations.len(), 5, "{:#?}", report.violations);
    assert!(
        report
            .violations
            .iter()
            .any(|violation| violation.starts_with("\"皇马\": Club") && violation.contains("members"))
    );
    let founded = facts.iter().find(|(predicate, _)| predicate == "founded").unwrap();
    assert_eq!(founded.1, Value::Date("1902-03-06".parse().unwrap()));
}

#[tokio::test]
async fn what_breaks_the_schema_is_left_out_where_the_host_wants() {
    let (report, facts) = build(OnViolation::Drop).await;
    assert_eq!(report.violations.len(), 5);
    assert_eq!(report.dropped, 4, "{:#?}", report.violations);
    let left: Vec<&str> = facts.iter().map(|(predicate, _)| predicate.as_str()).collect();
    assert_eq!(left, ["colour", "founded"]);
}

#[test]
fn patterns_are_checked_against_the_schema_and_read_by_it() {
    let compile = |pattern: Pattern| Patterns::new("p").with_schema(football()).with(pattern).compile();
    let error = compile(Pattern::property("foundde", "Club", "(?<subject>x)(?<object>y)")).unwrap_err();
    let PatternProblem::Vocabulary(VocabularyError::UnknownPredicate { nearest, .. }) = &error.problem else {
        panic!("{error:?}")
    };
    assert_eq!(nearest.as_deref(), Some("founded"));
    let error = compile(Pattern::property("founded", "俱乐部", "(?<subject>x)(?<object>y)")).unwrap_err();
    let PatternProblem::Vocabulary(VocabularyError::UnknownType { nearest, .. }) = &error.problem else {
        panic!("{error:?}")
    };
    assert_eq!(nearest.as_deref(), Some("Club"), "the label is known, the name is to be used");
    let shirt = Pattern::relation("playsFor", "Person", "Club", "(?<subject>x)(?<object>y)(?<shirt>z)");
    assert!(matches!(compile(shirt).unwrap_err().problem, PatternProblem::Vocabulary(_)));

    let text = "成立于1902年3月6日。会员93,000人？会员93,000名。";
    let patterns = Patterns::new("p")
        .with_schema(football())
        .with(Pattern::property("founded", "Club", "成立于(?<object>[^。]+)").with_subject(SubjectOf::Title))
        .with(Pattern::property("members", "Club", "会员(?<object>[0-9,]+人?)").with_subject(SubjectOf::Title));
    let document = kag_core::Document::new("note:1", kag_core::ContentHash::of(text)).with_title("皇马");
    let chunk = kag_core::Chunk::new(document.id, 0, 0, text);
    let found = patterns.compile().unwrap().read(&Passage::new(&document, &chunk));
    let objects: Vec<&Object> = found.facts.iter().map(|fact| &fact.object).collect();
    let founded = Object::Literal(Value::Date("1902-03-06".parse().unwrap()));
    assert_eq!(objects, [&founded, &Object::Literal(93_000.into())]);
    assert_eq!(found.problems.len(), 1, "93,000人 is no integer: {:?}", found.problems);
}

#[test]
fn tables_are_checked_against_the_schema_and_read_by_it() {
    let mapping = TableMapping::new("t", "Club", "name").with_schema(football());
    let source = Source::new("file:t.csv", "name,founded,players\n皇马,1902/3/6,x\n".as_bytes());
    let mapped = mapping.clone().with(Column::property("founded", "founded")).map(&source).unwrap();
    assert_eq!(mapped.draft.facts[0].fact.object, Value::Date("1902-03-06".parse().unwrap()));
    let error = mapping.with(Column::relation("playsFor", "players", "Person")).map(&source).unwrap_err();
    assert!(matches!(error, MapError::Vocabulary(VocabularyError::UnknownPredicate { .. })), "{error:?}");
}
