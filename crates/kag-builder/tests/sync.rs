//! Keeping a base up to date: what is gone goes, what would happen is told, and nothing is paid twice.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, missing_docs, reason = "tests")]

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use futures::executor::block_on;
use kag_builder::{
    BuildPipeline, BuildReport, Extraction, Extractor, Intent, LengthSplitter, OpenExtractor, Outcome, Passage,
    TextReader,
};
use kag_core::{BoxError, KnowledgeBase, Scope, Source, async_trait, dump, memory::MemoryKnowledgeBase};
use kag_llm::{Price, Scripted};

/// Reads nothing, and counts how often it is asked.
#[derive(Debug, Default)]
struct Counting(Arc<AtomicUsize>);

#[async_trait]
impl Extractor for Counting {
    fn version(&self) -> &str {
        "counting 1"
    }

    async fn extract(&self, _: &Passage<'_>) -> Result<Extraction, BoxError> {
        self.0.fetch_add(1, Ordering::Relaxed);
        Ok(Extraction::default())
    }
}

fn pipeline(extractor: impl Extractor) -> BuildPipeline {
    BuildPipeline::new(TextReader::new(), LengthSplitter::new(300), extractor).with_commit_every(1)
}

fn sources(files: &[(&str, &[u8])]) -> Vec<Source> {
    files.iter().map(|(uri, bytes)| Source::new(*uri, *bytes)).collect()
}

fn outcomes(report: &BuildReport) -> Vec<(&str, &Outcome)> {
    report.documents.iter().map(|document| (&*document.uri, &document.outcome)).collect()
}

fn dumped(base: &MemoryKnowledgeBase) -> Vec<u8> {
    let mut out = Vec::new();
    block_on(async { dump::write(&base.snapshot(&Scope::All).await.unwrap(), &mut out).await }).unwrap();
    out
}

const BEFORE: [(&str, &[u8]); 4] =
    [("docs/a", b"Paris"), ("docs/b", "柏林".as_bytes()), ("docs/c", b"Rome"), ("other/d", b"Oslo")];

/// `a` is as it was, `b` has changed, `c` has moved.
const AFTER: [(&str, &[u8]); 3] = [("docs/a", b"Paris"), ("docs/b", "柏林是首都".as_bytes()), ("docs/e", b"Rome")];

#[test]
fn what_is_gone_below_the_root_goes_and_nothing_else() {
    let counted = Arc::new(AtomicUsize::new(0));
    let pipeline = pipeline(Counting(Arc::clone(&counted)));
    let base = MemoryKnowledgeBase::new();
    block_on(pipeline.run(&base, sources(&BEFORE))).unwrap();
    counted.store(0, Ordering::Relaxed);

    let dry = block_on(pipeline.dry_run(&base, Some("docs/"), sources(&AFTER))).unwrap();
    let intents: Vec<_> = dry.documents.iter().map(|document| (&*document.uri, &document.intent)).collect();
    assert_eq!(
        intents,
        [
            ("docs/a", &Intent::Keep),
            ("docs/b", &Intent::Replace),
            ("docs/e", &Intent::Add),
            ("docs/c", &Intent::Remove)
        ]
    );
    assert_eq!(counted.load(Ordering::Relaxed), 0);

    let report = block_on(pipeline.sync(&base, "docs/", sources(&AFTER))).unwrap();
    assert_eq!(
        outcomes(&report),
        [
            ("docs/a", &Outcome::Unchanged),
            ("docs/b", &Outcome::Written),
            ("docs/e", &Outcome::Written),
            ("docs/c", &Outcome::Removed)
        ]
    );
    assert_eq!(counted.load(Ordering::Relaxed), 2, "only what is new");

    let fresh = MemoryKnowledgeBase::new();
    block_on(pipeline.run(&fresh, sources(&AFTER).into_iter().chain(sources(&BEFORE[3..])))).unwrap();
    assert_eq!(dumped(&base), dumped(&fresh));

    let again = block_on(pipeline.sync(&base, "docs/", sources(&AFTER))).unwrap();
    assert_eq!((again.commits, again.documents.len()), (0, 3));
}

#[test]
fn what_cannot_be_read_now_is_not_gone() {
    let pipeline = pipeline(Counting::default());
    let base = MemoryKnowledgeBase::new();
    block_on(pipeline.run(&base, sources(&BEFORE))).unwrap();
    let before = dumped(&base);

    let broken: [(&str, &[u8]); 3] = [("docs/a", b"Paris"), ("docs/b", b"\xff\xfe\x00\xd8\x00"), ("docs/c", b"Rome")];
    let dry = block_on(pipeline.dry_run(&base, Some("docs/"), sources(&broken))).unwrap();
    assert_eq!((dry.unread.len(), dry.count(&Intent::Remove)), (1, 0));
    let report = block_on(pipeline.sync(&base, "docs/", sources(&broken))).unwrap();
    assert_eq!((report.unread.len(), report.commits), (1, 0));
    assert_eq!(dumped(&base), before);
}

#[test]
fn a_dry_run_counts_the_calls_that_a_run_makes() {
    let entities = r#"{"entities": [{"name": "Paris", "type": "City"}]}"#;
    let model = Arc::new(
        Scripted::new()
            .on("extract_entities", [entities, entities, entities])
            .on("extract_triples", [r#"{"triples": []}"#, r#"{"triples": []}"#, r#"{"triples": []}"#]),
    );
    let pipeline = pipeline(OpenExtractor::new(model.clone()));
    let base = MemoryKnowledgeBase::new();
    let dry = block_on(pipeline.dry_run(&base, None, sources(&BEFORE[..3]))).unwrap();
    let estimate = dry.estimate();
    assert_eq!(estimate.calls, 6);
    assert!(estimate.usage.input_tokens > 6 * 50, "prompts are counted: {estimate:?}");
    assert!(estimate.money(Price::new(1.0, 0.0)) > 0.0);
    assert!(dry.to_string().contains("3 to add") && dry.to_string().contains("6 calls"), "{dry}");

    block_on(pipeline.run(&base, sources(&BEFORE[..3]))).unwrap();
    assert_eq!(model.requests().len() as u64, estimate.calls);
    let again = block_on(pipeline.dry_run(&base, None, sources(&BEFORE[..3]))).unwrap();
    assert_eq!((again.estimate().calls, again.count(&Intent::Keep)), (0, 3));
}

/// Never comes back from its third chunk: there the program is stopped.
#[derive(Debug)]
struct Stopped(Arc<AtomicUsize>);

#[async_trait]
impl Extractor for Stopped {
    fn version(&self) -> &str {
        "counting 1"
    }

    async fn extract(&self, _: &Passage<'_>) -> Result<Extraction, BoxError> {
        if self.0.fetch_add(1, Ordering::Relaxed) == 2 {
            futures::future::pending::<()>().await;
        }
        Ok(Extraction::default())
    }
}

#[tokio::test]
async fn a_run_that_died_is_resumed_without_paying_twice() {
    let (paid, base) = (Arc::new(AtomicUsize::new(0)), MemoryKnowledgeBase::new());
    let dying = pipeline(Stopped(Arc::clone(&paid))).with_concurrency(1);
    // Two are committed, and the third is under way.
    let committed = async || {
        let snapshot = base.snapshot(&Scope::All).await.unwrap();
        snapshot.chunks().documents(None, 10).await.unwrap().len()
    };
    let reached = async {
        while paid.load(Ordering::Relaxed) < 3 || committed().await < 2 {
            tokio::task::yield_now().await;
        }
    };
    let ended = tokio::select! {
        _ = dying.run(&base, sources(&BEFORE)) => true,
        () = reached => false,
    };
    assert!(!ended, "it hangs until it is dropped");
    assert_eq!(paid.load(Ordering::Relaxed), 3);

    let rest = Arc::new(AtomicUsize::new(0));
    let report = pipeline(Counting(Arc::clone(&rest))).run(&base, sources(&BEFORE)).await.unwrap();
    assert_eq!(rest.load(Ordering::Relaxed), 2, "the one that was under way, and the one behind it");
    assert!(report.is_complete());
}
