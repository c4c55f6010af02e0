//! The pipeline: what is done again, what is not, and what happens when stages fail.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    reason = "tests"
)]

mod stages;

use std::sync::{Arc, atomic::AtomicUsize};

use kag_builder::{
    BuildPipeline, BuildReport, Cast, Column, DocumentReport, Error, JsonlReader, LengthSplitter, MarkdownReader,
    OfficialNames, Outcome, ReaderSet, RecordFields, SynonymEdges, TableMapping, TextReader,
};
use kag_core::{
    Chunk, Confidence, Contribution, DocumentId, GraphNeed, KnowledgeBase, NameKey, NodeId, SYNONYM, Scope, Source,
    memory::MemoryKnowledgeBase,
};
use stages::{Failing, Lengths, Loves, dump_of};

fn readers() -> ReaderSet {
    ReaderSet::new()
        .with(&["md"], MarkdownReader::new())
        .with(&["jsonl"], JsonlReader::new(RecordFields::default()))
        .with(&["txt"], TextReader::new())
}

fn pipeline(extractor: &Loves) -> BuildPipeline {
    BuildPipeline::new(readers(), LengthSplitter::new(8), extractor.clone())
}

fn text(name: &str, text: &str) -> Source {
    Source::new(format!("file:{name}.txt"), text.as_bytes())
}

/// Two chunks each.
fn sources() -> Vec<Source> {
    vec![
        text("en", "Romeo loves Juliet. Paris loves Juliet. Tybalt fights."),
        text("zh", "罗密欧爱朱丽叶。梁山伯爱祝英台。"),
        text("none", "Nothing is said here."),
    ]
}

async fn contribution(base: &dyn KnowledgeBase, uri: &str) -> Arc<Contribution> {
    let snapshot = base.snapshot(&Scope::All).await.unwrap();
    let found = snapshot.chunks().contributions(&[DocumentId::of(uri)]).await.unwrap();
    found.into_iter().next().flatten().unwrap()
}

fn outcomes(report: &BuildReport) -> Vec<&Outcome> {
    report.documents.iter().map(|document| &document.outcome).collect()
}

#[tokio::test]
async fn what_is_unchanged_costs_nothing() {
    let (extractor, embedder) = (Loves::default(), Arc::new(Lengths::default()));
    let base = MemoryKnowledgeBase::new().with_space(Lengths::space());
    let pipeline = pipeline(&extractor).with_embedder(embedder.clone());
    let first = pipeline.run(&base, sources()).await.unwrap();
    assert!(first.is_complete() && first.commits == 1, "{first}");
    assert_eq!(first.total(|document| document.facts), 4, "{first}");
    assert_eq!(extractor.calls(), first.total(|document| document.chunks));
    assert_eq!(embedder.texts(), first.embedded_texts);
    let commit = base.snapshot(&Scope::All).await.unwrap().commit();

    let again = pipeline.run(&base, sources()).await.unwrap();
    assert_eq!(outcomes(&again), [&Outcome::Unchanged; 3]);
    assert_eq!((extractor.calls(), embedder.texts(), again.commits), (0, 0, 0));
    assert_eq!(base.snapshot(&Scope::All).await.unwrap().commit(), commit);
    assert_eq!(again.total(|document| document.facts), 4);
}

#[tokio::test]
async fn facts_point_at_their_quotes_and_mentions_at_names() {
    let base = MemoryKnowledgeBase::new();
    pipeline(&Loves::default()).run(&base, sources()).await.unwrap();
    let zh = contribution(&base, "file:zh.txt").await;
    let said: Vec<&str> = zh
        .facts()
        .iter()
        .flat_map(|entry| &entry.evidence)
        .map(|evidence| {
            assert_eq!(evidence.confidence, Confidence::CERTAIN);
            let chunk = zh.chunks().iter().find(|chunk| chunk.id == evidence.chunk).unwrap();
            evidence.span.unwrap().of(&chunk.text).unwrap()
        })
        .collect();
    let mut sorted = said.clone();
    sorted.sort_unstable();
    assert_eq!(sorted, ["梁山伯爱祝英台。", "罗密欧爱朱丽叶。"]);
    assert_eq!(zh.mentions().len(), 4);
    assert!(zh.mentions().iter().all(|mention| mention.span.is_some()));
}

#[tokio::test]
async fn only_failed_chunks_are_tried_again() {
    let extractor = Loves::failing_on(&["Paris", "梁山伯"]);
    let base = MemoryKnowledgeBase::new();
    let first = pipeline(&extractor).run(&base, sources()).await.unwrap();
    assert!(!first.is_complete());
    let failures: Vec<(&str, u32, &str)> = first
        .documents
        .iter()
        .flat_map(|document| document.failures.iter().map(|f| (&*document.uri, f.chunk, &*f.reason)))
        .collect();
    assert_eq!(failures, [("file:en.txt", 1, "the model is away"), ("file:zh.txt", 1, "the model is away")]);
    assert!(first.to_string().contains("file:zh.txt, chunk 1: the model is away"), "{first}");
    assert_eq!(contribution(&base, "file:en.txt").await.facts().len(), 1, "what succeeded is kept");

    extractor.calls();
    extractor.failing.lock().unwrap().remove("Paris");
    let second = pipeline(&extractor).run(&base, sources()).await.unwrap();
    assert_eq!(extractor.calls(), 2);
    assert_eq!(outcomes(&second), [&Outcome::Written, &Outcome::Unchanged, &Outcome::Unchanged]);

    extractor.failing.lock().unwrap().clear();
    let third = pipeline(&extractor).run(&base, sources()).await.unwrap();
    assert!(third.is_complete());
    let at_once = MemoryKnowledgeBase::new();
    pipeline(&Loves::default()).run(&at_once, sources()).await.unwrap();
    assert_eq!(dump_of(&base).await, dump_of(&at_once).await);
}

#[tokio::test]
async fn other_labels_and_a_new_embedder_cost_no_extraction() {
    let (extractor, embedder) = (Loves::default(), Arc::new(Lengths::default()));
    let base = MemoryKnowledgeBase::new().with_space(Lengths::space());
    pipeline(&extractor).run(&base, sources()).await.unwrap();
    extractor.calls();

    let labelled = || sources().into_iter().map(|source| source.with_labels(["hr"]));
    let report = pipeline(&extractor).run(&base, labelled()).await.unwrap();
    assert_eq!(outcomes(&report), [&Outcome::Renewed; 3]);
    let hidden = base.snapshot(&Scope::of(["legal"])).await.unwrap();
    assert!(hidden.chunks().documents(None, 10).await.unwrap().is_empty());

    let embedding = pipeline(&extractor).with_embedder(embedder.clone());
    let report = embedding.run(&base, labelled()).await.unwrap();
    assert_eq!(outcomes(&report), [&Outcome::Renewed; 3]);
    assert!(embedder.texts() > 0 && report.embed_calls == 1, "{report}");
    assert_eq!(extractor.calls(), 0);
    let en = contribution(&base, "file:en.txt").await;
    assert!(en.texts().iter().all(|text| en.vector_of(kag_core::ContentHash::of(&**text)).is_some()));
}

#[tokio::test]
async fn a_changed_document_changes_alone() {
    let (extractor, embedder) = (Loves::default(), Arc::new(Lengths::default()));
    let base = MemoryKnowledgeBase::new().with_space(Lengths::space());
    let pipeline = pipeline(&extractor).with_embedder(embedder.clone());
    pipeline.run(&base, sources()).await.unwrap();
    let before = contribution(&base, "file:zh.txt").await;
    extractor.calls();
    embedder.texts();

    let mut changed = sources();
    changed[0] = text("en", "Romeo loves Juliet. Mercutio loves puns.");
    let report = pipeline.run(&base, changed).await.unwrap();
    assert_eq!(outcomes(&report), [&Outcome::Written, &Outcome::Unchanged, &Outcome::Unchanged]);
    assert_eq!(extractor.calls(), 2);
    // One passage, two names, one statement; the rest had vectors.
    assert_eq!(embedder.texts(), 4);
    assert_eq!(contribution(&base, "file:zh.txt").await, before);
    let dump = dump_of(&base).await;
    assert!(dump.contains("Mercutio") && !dump.contains("Tybalt"));
}

#[tokio::test]
async fn another_extractor_or_splitter_builds_anew() {
    let base = MemoryKnowledgeBase::new();
    let first = Loves::default();
    pipeline(&first).run(&base, sources()).await.unwrap();
    let other = Loves { version: "loves 2".to_owned(), ..Loves::default() };
    let report = pipeline(&other).run(&base, sources()).await.unwrap();
    assert_eq!(outcomes(&report), [&Outcome::Written; 3]);
    let wider = BuildPipeline::new(readers(), LengthSplitter::new(99), other.clone());
    let report = wider.run(&base, sources()).await.unwrap();
    assert_eq!(report.total(|document| document.extracted), 3);
}

#[tokio::test]
async fn what_cannot_be_read_is_reported_and_the_rest_is_built() {
    let base = MemoryKnowledgeBase::new();
    let jsonl = "{\"id\":\"a\",\"text\":\"张三爱李四。\"}\n{broken\n{\"id\":\"b\",\"text\":\"\"}\n";
    let sources = [
        Source::new("file:binary.txt", &b"PK\x03\x04\0"[..]),
        Source::new("file:damaged.txt", &b"d\xc3\xa9j\xc3\xa0 \xc3\xa9t\xc3\xa9, \xc3\xa9l\xc3\xa8ve\xc3"[..]),
        Source::new("file:report.docx", &b"x"[..]),
        Source::new("file:rows.jsonl", jsonl.as_bytes()),
        text("empty", ""),
        text("en", "Romeo loves Juliet."),
        text("en", "Romeo loves Rosaline."),
    ];
    let report = pipeline(&Loves::default()).run(&base, sources).await.unwrap();
    let unread: Vec<(&str, &str)> = report.unread.iter().map(|unread| (&*unread.uri, &*unread.place)).collect();
    assert_eq!(
        unread,
        [("file:binary.txt", ""), ("file:damaged.txt", ""), ("file:report.docx", ""), ("file:rows.jsonl", "line 2")]
    );
    assert!(report.unread[1].reason.contains("byte 21 is not UTF-8"), "{report}");
    let built: Vec<(&str, bool, usize)> = report
        .documents
        .iter()
        .map(|document| (&*document.uri, document.outcome == Outcome::Written, document.facts))
        .collect();
    assert_eq!(
        built,
        [
            ("file:rows.jsonl#a", true, 1),
            ("file:rows.jsonl#b", true, 0),
            ("file:empty.txt", true, 0),
            ("file:en.txt", true, 1),
            ("file:en.txt", false, 0),
        ]
    );
    assert!(dump_of(&base).await.contains("Juliet"));
    assert!(contribution(&base, "file:empty.txt").await.chunks().is_empty());
}

#[tokio::test]
async fn order_and_concurrency_do_not_matter() {
    let mut many: Vec<Source> =
        (0..20).map(|n| text(&n.to_string(), &format!("P{n} loves Q. 甲{n}爱乙。 Q loves P{n}."))).collect();
    let mut dumps = Vec::new();
    let mut reports: Vec<Vec<DocumentReport>> = Vec::new();
    for (concurrency, every) in [(1, 1), (7, 3), (16, 100)] {
        let base = MemoryKnowledgeBase::new();
        let pipeline = pipeline(&Loves::failing_on(&["甲7"])).with_concurrency(concurrency).with_commit_every(every);
        let report = pipeline.run(&base, many.clone()).await.unwrap();
        assert_eq!(report.commits, 20_usize.div_ceil(every));
        reports.push(report.documents);
        dumps.push(dump_of(&base).await);
        many.reverse();
    }
    assert!(dumps.windows(2).all(|pair| pair[0] == pair[1]));
    assert_eq!(reports[0], reports[2]);
    reports[1].reverse();
    assert_eq!(reports[0], reports[1]);
}

#[tokio::test]
async fn a_commit_that_fails_keeps_what_was_committed() {
    let base = Failing { inner: MemoryKnowledgeBase::new(), commits_left: AtomicUsize::new(2) };
    let pipeline = pipeline(&Loves::default()).with_commit_every(1);
    let error = pipeline.run(&base, sources()).await.unwrap_err();
    let Error::Commit { documents: 1, first, report, .. } = &error else { panic!("{error:?}") };
    assert_eq!((&**first, report.documents.len(), report.commits), ("file:none.txt", 2, 2));
    assert!(dump_of(&base).await.contains("罗密欧"));

    base.commits_left.store(9, std::sync::atomic::Ordering::SeqCst);
    let report = pipeline.run(&base, sources()).await.unwrap();
    assert_eq!(outcomes(&report), [&Outcome::Unchanged, &Outcome::Unchanged, &Outcome::Written]);
}

#[tokio::test]
async fn an_embedder_of_another_space_or_a_broken_one_stops_the_run() {
    let none = MemoryKnowledgeBase::new();
    let other = MemoryKnowledgeBase::new().with_space(kag_core::EmbeddingSpace::new("lengths", 3));
    let pipeline = pipeline(&Loves::default());
    for base in [none, other] {
        let error =
            pipeline.clone().with_embedder(Arc::new(Lengths::default())).run(&base, sources()).await.unwrap_err();
        assert!(matches!(error, Error::Space { .. }), "{error:?}");
    }
    let base = MemoryKnowledgeBase::new().with_space(Lengths::space());
    let broken = Arc::new(Lengths { broken: true, ..Lengths::default() });
    let error = pipeline.with_embedder(broken).run(&base, sources()).await.unwrap_err();
    let Error::Embed { documents: 3, first, .. } = &error else { panic!("{error:?}") };
    assert_eq!(&**first, "file:en.txt");
}

#[tokio::test]
async fn official_names_make_one_node_of_several_spellings() {
    let names = OfficialNames::new().with("Person", "罗密欧", ["Romeo"]).unwrap();
    let base = MemoryKnowledgeBase::new();
    pipeline(&Loves::default()).with_official_names(names).run(&base, sources()).await.unwrap();
    let graph = base.snapshot(&Scope::All).await.unwrap().graph().view(&GraphNeed::Everything).await.unwrap();
    let romeo = NodeId::named(&"Person".into(), &NameKey::of("罗密欧"));
    assert_eq!(graph.outgoing(romeo).unwrap().len(), 2);
    let node = graph.node(romeo).unwrap().unwrap();
    assert!(node.aliases.iter().any(|alias| &**alias == "Romeo"), "{node:?}");
    assert_eq!(graph.mentions_of(romeo).unwrap().iter().filter(|mention| mention.span.is_some()).count(), 2);
}

#[tokio::test]
async fn a_table_is_imported_once_and_its_bad_rows_reported() {
    let mapping = TableMapping::new("lovers", "Person", "name")
        .with(Column::relation("loves", "loves", "Person").with_separator(";"))
        .with(Column::property("born", "born").with_cast(Cast::Date));
    let source =
        Source::new("file:lovers.csv", "name,loves,born\nRomeo,Juliet;Rosaline,?\n,x,\n祝英台,梁山伯,\n".as_bytes());
    let (base, extractor) = (MemoryKnowledgeBase::new(), Loves::default());
    let report = pipeline(&extractor).import(&base, &mapping, &source).await.unwrap();
    let document = &report.documents[0];
    assert_eq!((document.facts, document.chunks), (3, 4));
    assert_eq!(document.problems.iter().map(|problem| problem.chunk).collect::<Vec<_>>(), [1, 2]);
    pipeline(&extractor).run(&base, sources()).await.unwrap();
    let again = pipeline(&extractor).import(&base, &mapping, &source).await.unwrap();
    assert_eq!(outcomes(&again), [&Outcome::Unchanged]);
    let graph = base.snapshot(&Scope::All).await.unwrap().graph().view(&GraphNeed::Everything).await.unwrap();
    let juliet = NodeId::named(&"Person".into(), &NameKey::of("Juliet"));
    // One fact from Romeo with evidence from text and table, one from Paris.
    let incoming = graph.incoming(juliet).unwrap();
    assert_eq!(incoming.iter().map(|record| record.evidence.len()).sum::<usize>(), 3);
    assert_eq!(incoming.len(), 2);
}

#[tokio::test]
async fn documents_that_the_host_read_are_built_alike() {
    let base = MemoryKnowledgeBase::new();
    let source = text("en", "Romeo loves Juliet.");
    let read = || kag_core::ReadDocument::new(source.document().with_title("A play"), "Romeo loves Juliet.");
    let extractor = Loves::default();
    let report = pipeline(&extractor).run_documents(&base, [read()]).await.unwrap();
    assert_eq!(outcomes(&report), [&Outcome::Written]);
    let again = pipeline(&extractor).run_documents(&base, [read()]).await.unwrap();
    assert_eq!(outcomes(&again), [&Outcome::Unchanged]);
}

#[tokio::test]
async fn runs_can_be_moved_between_threads() {
    fn is_send<T: Send>(value: T) -> T {
        value
    }
    let base = MemoryKnowledgeBase::new();
    let pipeline = pipeline(&Loves::default());
    is_send(pipeline.run(&base, sources())).await.unwrap();
    let mapping = TableMapping::new("t", "T", "name");
    let source = Source::new("file:t.csv", &b"name\nx\n"[..]);
    is_send(pipeline.import(&base, &mapping, &source)).await.unwrap();
}

#[tokio::test]
async fn a_splitter_that_breaks_its_contract_fails_its_document_only() {
    #[derive(Debug)]
    struct Wrong;
    #[kag_core::async_trait]
    impl kag_builder::Splitter for Wrong {
        fn version(&self) -> &str {
            "wrong"
        }
        async fn split(&self, read: &kag_core::ReadDocument) -> Result<Vec<Chunk>, kag_core::BoxError> {
            if read.text.contains("Romeo") {
                return Ok(vec![Chunk::new(DocumentId::of("other"), 0, 0, "x")]);
            }
            if read.text.contains("罗密欧") {
                return Err("too hard".into());
            }
            Ok(vec![Chunk::new(read.document.id, 0, 0, &*read.text)])
        }
    }
    let base = MemoryKnowledgeBase::new();
    let report = BuildPipeline::new(readers(), Wrong, Loves::default()).run(&base, sources()).await.unwrap();
    let stages: Vec<&str> = report
        .failed()
        .map(|document| match &document.outcome {
            Outcome::Failed { stage, .. } => &**stage,
            _ => "",
        })
        .collect();
    assert_eq!(stages, ["seal", "split"]);
    assert_eq!(report.documents[2].outcome, Outcome::Written);
}

#[tokio::test]
async fn synonym_edges_join_names_across_types_and_vectors() {
    let base = MemoryKnowledgeBase::new()
        .with_space(Lengths::space())
        .with_deriver(SynonymEdges::new().with_threshold(0.999_99));
    let pipeline = pipeline(&Loves::default()).with_embedder(Arc::new(Lengths::default()));
    pipeline.run(&base, [text("en", "Romeo loves Juliet. Al loves Bo.")]).await.unwrap();
    let mapping = TableMapping::new("roles", "Role", "name").with_key(["id"]);
    let source = Source::new("file:roles.csv", &b"id,name\n1,ROMEO\n2,Romeo\n3,Verona\n"[..]);
    pipeline.import(&base, &mapping, &source).await.unwrap();
    let graph = base.snapshot(&Scope::All).await.unwrap().graph().view(&GraphNeed::Everything).await.unwrap();
    let name = |id| graph.node(id).unwrap().unwrap().name.to_string();
    let mut pairs: Vec<(String, String, f32)> = graph
        .with_predicate(&SYNONYM.into())
        .unwrap()
        .iter()
        .map(|record| {
            assert!(record.fact.subject < record.fact.object_node().unwrap());
            let mut ends = [name(record.fact.subject), name(record.fact.object_node().unwrap())];
            ends.sort();
            let [one, other] = ends;
            (one, other, record.confidence().get())
        })
        .collect();
    pairs.sort_by(|left, right| left.partial_cmp(right).unwrap());
    let names: Vec<(&str, &str)> = pairs.iter().map(|(one, other, _)| (one.as_str(), other.as_str())).collect();
    // By spelling: Person Romeo with each role; the two roles are two by their keys. By
    // vector (equal length): Juliet and Verona. Al and Bo are too short.
    assert_eq!(names, [("Juliet", "Verona"), ("ROMEO", "Romeo"), ("Romeo", "Romeo")]);
    assert_eq!((pairs[1].2, pairs[2].2), (1.0, 1.0));
}
