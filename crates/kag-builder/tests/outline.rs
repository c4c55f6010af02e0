//! Outlines and summaries of whole documents.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    reason = "tests"
)]

use std::sync::Arc;

use kag_builder::{
    BuildPipeline, LengthSplitter, MarkdownReader, OutlineExtractor, QuestionExtractor, SummaryExtractor, UnitExtractor,
};
use kag_core::{DocumentId, KnowledgeBase, Scope, Source, Value, memory::MemoryKnowledgeBase};
use kag_llm::{Answer, ErrorKind, Scripted};

const TEXT: &str = "# 报告\n\n前言。\n\n## 风险\n\n利率上升。汇率下跌。\n\n## Outlook\n\nGrowth.\n";

async fn build(
    base: &MemoryKnowledgeBase,
    extractor: impl kag_builder::Extractor,
) -> (kag_builder::BuildReport, Arc<kag_core::Contribution>) {
    let pipeline = BuildPipeline::new(MarkdownReader::new(), LengthSplitter::new(10), extractor).with_concurrency(1);
    let report = pipeline.run(base, [Source::new("file:a.md", TEXT.as_bytes())]).await.unwrap();
    let snapshot = base.snapshot(&Scope::All).await.unwrap();
    let found = snapshot.chunks().contributions(&[DocumentId::of("file:a.md")]).await.unwrap().remove(0).unwrap();
    (report, found)
}

/// `subject: object`, sorted, of the facts of `predicate`.
fn facts(contribution: &kag_core::Contribution, predicate: &str) -> Vec<String> {
    let name = |id| contribution.nodes().iter().find(|node| node.id == id).map(|node| node.name().to_string()).unwrap();
    let of = contribution.facts().iter().filter(|entry| entry.fact.predicate.as_str() == predicate);
    let mut lines: Vec<String> = of
        .map(|entry| match &entry.fact.object {
            Value::Node(node) => format!("{}: {}", name(entry.fact.subject), name(*node)),
            other => format!("{}: {other}", name(entry.fact.subject)),
        })
        .collect();
    lines.sort();
    lines
}

#[tokio::test]
async fn sections_are_nodes_in_each_other() {
    let (report, found) = build(&MemoryKnowledgeBase::new(), OutlineExtractor::new()).await;
    assert_eq!(facts(&found, "isPartOf"), ["报告 › Outlook: 报告", "报告 › 风险: 报告"]);
    assert_eq!(report.total(|document| document.unlocated_mentions + document.unlocated_facts), 0);
}

#[tokio::test]
async fn summaries_go_up_from_chunks_to_the_document_and_are_paid_for_once() {
    let replies = ["S0", "S1", "S2", "S12", "S3", "all"].map(|summary| format!(r#"{{"summary": "{summary}"}}"#));
    let model = Arc::new(Scripted::new().on("summarise", replies));
    let base = MemoryKnowledgeBase::new();
    let (report, found) = build(&base, SummaryExtractor::new(model.clone())).await;
    assert!(report.is_complete(), "{report}");
    assert_eq!(
        facts(&found, "summary"),
        [
            "报告 (1): S0",
            "报告 › Outlook: S3",
            "报告 › 风险 (2): S1",
            "报告 › 风险 (3): S2",
            "报告 › 风险: S12",
            "报告: all"
        ]
    );
    let requests = model.requests();
    assert_eq!(requests.len(), 6);
    assert!(requests[5].messages[1].text.contains("S0\n\nS12\n\nS3"), "{}", requests[5].messages[1].text);
    build(&base, SummaryExtractor::new(model.clone())).await;
    assert_eq!(model.requests().len(), 6);
}

#[tokio::test]
async fn a_summary_that_failed_is_made_by_the_next_run() {
    let say = |summary: &str| Answer::text(format!(r#"{{"摘要": "{summary}"}}"#));
    let first = [say("S0"), say("S1"), Answer::error(ErrorKind::Timeout)];
    let rest = ["S3", "S2", "S12", "all", "S2", "S1", "S12"].map(say);
    let model = Arc::new(Scripted::new().on("summarise", first.into_iter().chain(rest)));
    let base = MemoryKnowledgeBase::new();
    let (report, _) = build(&base, SummaryExtractor::new(model.clone())).await;
    assert_eq!(report.documents[0].failures.len(), 1, "{report}");
    let (report, found) = build(&base, SummaryExtractor::new(model.clone())).await;
    assert!(report.is_complete(), "{report}");
    assert_eq!(facts(&found, "summary").len(), 6);
}

#[tokio::test]
async fn units_and_questions_are_nodes_that_are_about_things() {
    let reply = r#"{"units": [{"title": "利率", "content": "利率在上升。", "quote": "利率上升", "names": "利率"}, "汇率下跌。", {"title": "x"}]}"#;
    let model = Scripted::new().on("extract_units", [r#"{"units": []}"#, reply, "[]", "[]"]);
    let (report, found) = build(&MemoryKnowledgeBase::new(), UnitExtractor::new(Arc::new(model))).await;
    assert_eq!(facts(&found, "about"), ["利率在上升。: 利率"]);
    let units: Vec<&str> = found
        .nodes()
        .iter()
        .filter(|node| node.type_name.as_str() == "KnowledgeUnit")
        .map(|node| node.name())
        .collect();
    assert_eq!(units.len(), 2);
    assert_eq!((report.documents[0].unlocated_mentions, report.documents[0].problems.len()), (1, 1), "{report}");

    let reply = r#"{"问题": [{"问题": "什么在上升？", "答案": "利率", "原文": "利率上升", "名称": ["利率"]}, {"answer": "x"}, null]}"#;
    let model = Scripted::new().on("extract_questions", ["[]", reply, "[]", "[]"]);
    let (report, found) = build(&MemoryKnowledgeBase::new(), QuestionExtractor::new(Arc::new(model))).await;
    assert_eq!(facts(&found, "answer"), ["什么在上升？: 利率"]);
    assert_eq!(facts(&found, "about"), ["什么在上升？: 利率"]);
    assert_eq!((report.documents[0].unlocated_mentions, report.documents[0].problems.len()), (0, 2), "{report}");
}
