//! What a build tells while it runs.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    reason = "tests"
)]

#[path = "stages/mod.rs"]
#[allow(dead_code, reason = "some stages are for other tests")]
mod stages;

use std::sync::Arc;

use futures::{StreamExt as _, channel::mpsc};
use kag_builder::{BuildEvent, BuildPipeline, BuildReport, LengthSplitter, Outcome, TextReader};
use kag_core::{Source, memory::MemoryKnowledgeBase};
use stages::Loves;

/// A line an event.
fn line(event: &BuildEvent) -> String {
    match event {
        BuildEvent::Unread(unread) => format!("unread {}", unread.uri),
        BuildEvent::Started { uri } => format!("started {uri}"),
        BuildEvent::Split { uri, chunks, extract } => format!("split {uri} {chunks} {extract}"),
        BuildEvent::Extracted { uri, chunk, entities, facts } => format!("extracted {uri} {chunk} {entities} {facts}"),
        BuildEvent::ChunkFailed { uri, chunk, reason } => format!("failed {uri} {chunk} {reason}"),
        BuildEvent::Finished(report) => format!("finished {} {:?}", report.uri, report.outcome),
        BuildEvent::Committed { documents } => format!("committed {documents}"),
        other => panic!("{other:?}"),
    }
}

async fn run(base: &MemoryKnowledgeBase, loves: Loves, sources: &[(&str, &[u8])]) -> (BuildReport, Vec<String>) {
    let (sender, events) = mpsc::unbounded();
    let pipeline = BuildPipeline::new(TextReader::new(), LengthSplitter::new(3), loves).with_concurrency(1);
    let pipeline = pipeline.with_observer(Arc::new(sender));
    let sources = sources.iter().map(|(uri, bytes)| Source::new(*uri, *bytes));
    let report = pipeline.sync(base, "", sources).await.unwrap();
    drop(pipeline);
    (report, events.map(|event| line(&event)).collect().await)
}

#[tokio::test]
async fn each_step_is_told_as_it_happens() {
    let base = MemoryKnowledgeBase::new();
    let sources: [(&str, &[u8]); 3] =
        [("a", "A loves B. C loves D.".as_bytes()), ("b", b"\xff\xff\x00"), ("c", "E loves F.".as_bytes())];
    let (report, told) = run(&base, Loves::failing_on(&["C"]), &sources).await;
    let of = |uri: &str| -> Vec<&str> {
        told.iter().filter(|line| line.split(' ').nth(1) == Some(uri)).map(String::as_str).collect()
    };
    assert_eq!(
        of("a"),
        ["started a", "split a 2 2", "extracted a 0 0 1", "failed a 1 the model is away", "finished a Written"]
    );
    assert_eq!((of("b"), report.unread.len()), (vec!["unread b"], 1));
    assert_eq!(told.iter().filter(|line| *line == "committed 2").count(), 1);

    let (_, told) = run(&base, Loves::default(), &sources[..1]).await;
    // Only the chunk that had failed is extracted; c is gone, and b, which cannot be read, was never there.
    assert_eq!(
        told,
        [
            "started a",
            "split a 2 1",
            "extracted a 1 0 1",
            "committed 1",
            "finished a Written",
            "committed 1",
            "finished c Removed"
        ]
    );
    let (report, told) = run(&base, Loves::default(), &sources[..1]).await;
    assert_eq!(report.documents[0].outcome, Outcome::Unchanged);
    assert_eq!(told, ["started a", "finished a Unchanged"]);
}
