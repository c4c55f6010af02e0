//! Text and vector search.

use super::fixture;
use crate::{ChunkId, DocumentId, Embedding, ErrorKind, KnowledgeBase, RecordId, RecordKind, Scope, Scored, Snapshot};

async fn world(base: &dyn KnowledgeBase) -> Snapshot {
    let mut world = fixture::world();
    if base.embedding_space().is_some() {
        world = world.into_iter().map(fixture::with_vectors).collect();
    }
    base.commit(world.into_iter().collect()).await.expect("a commit");
    base.snapshot(&Scope::All).await.expect("a snapshot")
}

async fn text(snapshot: &Snapshot, kind: RecordKind, query: &str) -> Vec<Scored<RecordId>> {
    let mut found = snapshot.text().search(kind, &[query], 10).await.expect("a search");
    found.pop().expect("one list a query")
}

/// Words and characters are found, best first.
pub async fn text_search_finds_both_languages(base: &dyn KnowledgeBase) {
    let snapshot = world(base).await;
    let chunk = |uri: &str, ordinal| RecordId::Chunk(ChunkId::new(DocumentId::of(uri), ordinal));
    let found = text(&snapshot, RecordKind::Chunk, "曼联成立").await;
    assert_eq!(found.first().map(|hit| hit.item), Some(chunk("note:c", 0)), "{base:?}");
    let found = text(&snapshot, RecordKind::Chunk, "founded money").await;
    assert_eq!(found.first().map(|hit| hit.item), Some(chunk("note:b", 0)), "{base:?}");
    assert!(found.is_sorted_by(|a, b| Scored::best_first(a, b).is_le()), "{base:?} best first, ties by id");
    let found = text(&snapshot, RecordKind::Fact, "曼联 1878").await;
    assert!(matches!(found.first(), Some(Scored { item: RecordId::Fact(_), .. })), "{base:?}");
    assert_eq!(text(&snapshot, RecordKind::Node, "zzz").await, [], "{base:?} finds nothing without a shared term");
}

/// Query syntax of other engines is words here.
pub async fn text_search_takes_operators_for_words(base: &dyn KnowledgeBase) {
    let snapshot = world(base).await;
    let plain = text(&snapshot, RecordKind::Chunk, "juventus").await;
    assert!(!plain.is_empty(), "{base:?}");
    for query in ["+juventus", "\"juventus\"", "(juventus)", "juventus*", "-juventus", "juventus^9", "juventus:"] {
        assert_eq!(text(&snapshot, RecordKind::Chunk, query).await, plain, "{base:?}: {query}");
    }
}

/// The last word of a question may only be begun, in both languages, and no other may.
pub async fn the_last_word_may_be_only_begun(base: &dyn KnowledgeBase) {
    let snapshot = world(base).await;
    let begun = async |kind, query: &str| {
        let mut found = snapshot.text().search_prefix(kind, &[query], 10).await.expect("a search");
        found.pop().expect("one list a query").into_iter().map(|hit| hit.item).collect::<Vec<_>>()
    };
    let whole = |found: Vec<Scored<RecordId>>| found.into_iter().map(|hit| hit.item).collect::<Vec<_>>();
    let juventus = whole(text(&snapshot, RecordKind::Node, "juventus").await);
    assert_eq!(juventus.len(), 1, "{base:?}");
    for query in ["juv", "JUVENTUS", "\"juv*\""] {
        assert_eq!(begun(RecordKind::Node, query).await, juventus, "{base:?}: {query}");
    }
    assert_eq!(text(&snapshot, RecordKind::Node, "juv").await, [], "{base:?}: words are whole otherwise");
    assert_eq!(begun(RecordKind::Node, "juv xylophone").await, [], "{base:?}: only the last one is begun");
    let united = whole(text(&snapshot, RecordKind::Chunk, "曼联").await);
    assert_eq!(united.len(), 2, "{base:?}");
    assert_eq!(begun(RecordKind::Chunk, "曼").await, united, "{base:?}");
    assert_eq!(begun(RecordKind::Chunk, "").await, [], "{base:?}");
}

/// Every record with a vector is compared; the order is by cosine, ties by id.
pub async fn vector_search_is_exact_and_ordered(base: &dyn KnowledgeBase) {
    if base.embedding_space().is_none() {
        println!("skipped: {base:?} takes no vectors");
        return;
    }
    let snapshot = world(base).await;
    let vectors = snapshot.vectors().expect("an index");
    let queries = [fixture::vector("Real Madrid"), fixture::vector("曼联")];
    let found = vectors.search(RecordKind::Node, &queries, 10).await.expect("a search");
    assert_eq!(found.len(), queries.len(), "{base:?} one list a query");
    for (query, found) in queries.iter().zip(found) {
        let ids: Vec<_> = found.iter().map(|hit| hit.item).collect();
        assert_eq!(ids.len(), 3, "{base:?}");
        assert!(found.is_sorted_by(|a, b| Scored::best_first(a, b).is_le()), "{base:?}");
        for (hit, stored) in found.iter().zip(vectors.vectors(&ids).await.expect("vectors")) {
            let stored = stored.expect("what is found has a vector");
            let cosine: f32 = stored.as_slice().iter().zip(query.as_slice()).map(|(a, b)| a * b).sum();
            assert!((cosine - hit.score.get()).abs() < 1e-5, "{base:?}: {cosine} and {hit:?}");
        }
        assert!((found[0].score.get() - 1.0).abs() < 1e-5, "{base:?} finds the text itself");
    }
}

/// A query of another length is the caller's error.
pub async fn vectors_of_another_length_are_refused(base: &dyn KnowledgeBase) {
    if base.embedding_space().is_none() {
        println!("skipped: {base:?} takes no vectors");
        return;
    }
    let snapshot = world(base).await;
    let vectors = snapshot.vectors().expect("an index");
    let refused = vectors.search(RecordKind::Chunk, &[Embedding::new([1.0, 0.0])], 3).await;
    assert_eq!(refused.expect_err("two components").kind(), ErrorKind::InvalidInput, "{base:?}");
}
