//! The hybrid: relevance and walk together.

use futures::executor::block_on;
use kag_core::{
    ChangeSet, Chunk, ContentHash, ContributionDraft, CpuPool, Document, GraphNeed, KnowledgeBase, NameKey, Scope,
    Scored, Snapshot, memory::MemoryKnowledgeBase,
};
use kag_solver::{Bm25, Degradation, Hybrid, HybridOptions, Query, Retrieved, Retriever};

use super::world::{RAISED, query, snapshot, titles};

fn ask(snapshot: &Snapshot, query: &Query, k: usize) -> Retrieved {
    block_on(Hybrid::default().retrieve(snapshot, query, k)).unwrap()
}

#[test]
fn what_is_one_fact_away_is_found_in_either_language() {
    for vectors in [true, false] {
        let snapshot = snapshot(vectors);
        let (english, chinese) = ("Who raised the director of The Long Dusk?", "《长夜》的执导者是哪里人？");
        let found = titles(&ask(&snapshot, &query(english), 4));
        assert!(found[0] == "dusk" && found.contains(&"mills"), "{found:?} {vectors}");
        assert_eq!(titles(&ask(&snapshot, &query(chinese), 3))[..2], ["夜", "顾"], "{vectors}");
        let by_words = block_on(Bm25.retrieve(&snapshot, &query(english), 3)).unwrap();
        assert!(!titles(&by_words).contains(&"mills"));
    }
}

#[test]
fn what_it_did_without_is_said() {
    let found = ask(&snapshot(false), &query(RAISED), 3);
    assert_eq!(found.degradations, [Degradation::NoVectors].into());
    let found = ask(&snapshot(true), &query("raised where"), 3);
    assert_eq!(found.degradations, [Degradation::NoSeeds].into());
    assert_eq!(titles(&found)[0], "towns");
}

#[test]
fn what_the_caller_knows_leads_the_walk() {
    let snapshot = snapshot(true);
    let view = block_on(snapshot.graph().view(&GraphNeed::Everything)).unwrap();
    let rell = view.named(&NameKey::of("Port Rell")).unwrap();
    let nodes = rell.into_iter().map(|node| Scored::new(node, 1.0)).collect();
    let about_rell = query("Near what?").with_nodes(nodes);
    let mut found = titles(&ask(&snapshot, &about_rell, 2));
    found.sort_unstable();
    assert_eq!(found, ["mills", "rell"]);
}

#[test]
fn fewer_passages_are_the_first_of_more() {
    let snapshot = snapshot(true);
    let all = ask(&snapshot, &query(RAISED), usize::MAX).hits;
    for k in 0..=all.len() {
        assert_eq!(ask(&snapshot, &query(RAISED), k).hits, all[..k]);
    }
}

#[test]
fn the_passage_beside_a_relevant_one_comes_before_others() {
    let base = MemoryKnowledgeBase::new();
    let mut long = ContributionDraft::new(Document::new("long", ContentHash::of("long")));
    for (ordinal, text) in
        ["Weather.", "The bridge at Orm fell.", "It was rebuilt in oak.", "Trade."].iter().enumerate()
    {
        long.add_chunk(Chunk::new(long.document.id, ordinal as u32, 20 * ordinal, *text));
    }
    let beside: Vec<_> = [0, 2].map(|ordinal| kag_core::ChunkId::new(long.document.id, ordinal)).into();
    block_on(base.commit(ChangeSet::new().put(long.seal().unwrap()))).unwrap();
    let snapshot = block_on(base.snapshot(&Scope::All)).unwrap();
    let fell = Query::new("What bridge fell?");
    let hits: Vec<_> = ask(&snapshot, &fell, 4).hits.iter().map(|hit| hit.item).collect();
    assert_eq!(hits[1..], beside);

    let mut options = HybridOptions::default();
    options.neighbour_share = 0.0;
    let alone = block_on(Hybrid::new(options, CpuPool::default()).retrieve(&snapshot, &fell, 4)).unwrap();
    assert_eq!(alone.hits.len(), 1);
}

#[test]
fn nothing_is_found_in_nothing() {
    let empty = block_on(MemoryKnowledgeBase::new().snapshot(&Scope::All)).unwrap();
    let found = ask(&empty, &Query::new("《长夜》"), 3);
    assert!(found.hits.is_empty());
}
