//! The worked example of `docs/data-model.md`, to the letter.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, missing_docs, reason = "tests")]

use kag_core::{
    ChangeSet, Chunk, Confidence, ContentHash, Contribution, ContributionDraft, Document, Evidence, Fact, GraphNeed,
    KnowledgeBase, Layer, NameKey, NodeId, Origin, Scope, Span, TypeName, Value, conformance::dump_of,
    memory::MemoryKnowledgeBase,
};

struct Shown {
    name: String,
    aliases: Vec<String>,
    founded: usize,
    debt: usize,
}

fn evidence(chunk: kag_core::ChunkId, end: usize) -> Evidence {
    Evidence {
        chunk,
        span: Some(Span::new(0, end)),
        origin: Origin::Extracted { by: "reader 1".into() },
        layer: Layer::Information,
        confidence: Confidence::CERTAIN,
    }
}

fn a() -> Contribution {
    let text = "Real Madrid was founded in 1902.";
    let mut draft = ContributionDraft::new(Document::new("a", ContentHash::of(text)));
    let chunk = draft.add_chunk(Chunk::new(draft.document.id, 0, 0, text));
    let club = draft.add_node("Club", "Real Madrid", Layer::Information);
    draft.add_fact(Fact::new(club, "founded", 1902), evidence(chunk, 31));
    draft.seal().unwrap()
}

fn b() -> Contribution {
    let text = "REAL MADRID, founded in 1902, owes 5 million euros. Real Madrid denies it.";
    let mut draft = ContributionDraft::new(Document::new("b", ContentHash::of(text)).with_labels(["board"]));
    let chunk = draft.add_chunk(Chunk::new(draft.document.id, 0, 0, text));
    let club = draft.add_node("Club", "REAL MADRID", Layer::Information);
    draft.add_node("Club", "Real Madrid", Layer::Information);
    draft.add_fact(Fact::new(club, "founded", 1902), evidence(chunk, 28));
    draft.add_fact(Fact::new(club, "debt", Value::Integer(5_000_000)), evidence(chunk, 51));
    draft.seal().unwrap()
}

async fn shown(base: &MemoryKnowledgeBase, scope: &Scope) -> Shown {
    let view = base.snapshot(scope).await.unwrap().graph().view(&GraphNeed::Everything).await.unwrap();
    let id = NodeId::named(&TypeName::new("Club"), &NameKey::of("real madrid"));
    let node = view.node(id).unwrap().unwrap();
    let count = |predicate: &str| {
        let facts = view.outgoing(id).unwrap();
        facts.iter().filter(|record| record.fact.predicate.as_str() == predicate).map(|r| r.evidence.len()).sum()
    };
    Shown {
        name: node.name.to_string(),
        aliases: node.aliases.iter().map(ToString::to_string).collect(),
        founded: count("founded"),
        debt: count("debt"),
    }
}

#[tokio::test]
async fn each_column_of_the_table_is_what_a_snapshot_shows() {
    let base = MemoryKnowledgeBase::new();
    base.commit(ChangeSet::new().put(a())).await.unwrap();
    let only_a = dump_of(&base, &Scope::All).await;

    base.commit(ChangeSet::new().put(b())).await.unwrap();
    let both = shown(&base, &Scope::All).await;
    assert_eq!((both.name.as_str(), both.founded, both.debt), ("Real Madrid", 2, 1));
    assert_eq!(both.aliases, ["REAL MADRID"]);

    let public = Scope::of::<&str>([]);
    let seen = shown(&base, &public).await;
    assert_eq!((seen.name.as_str(), seen.founded, seen.debt), ("Real Madrid", 1, 0));
    assert_eq!(seen.aliases, [""; 0]);
    assert_eq!(dump_of(&base, &public).await, only_a);

    base.commit(ChangeSet::new().remove(b().document().id)).await.unwrap();
    assert_eq!(dump_of(&base, &Scope::All).await, only_a);
}
