//! The graph view.

use std::sync::Arc;

use super::fixture;
use crate::{
    ChunkId, DocumentId, FactId, GraphNeed, GraphView, KnowledgeBase, NameKey, NodeId, Predicate, Scope, TypeName,
    Vertex,
};

async fn world_view(base: &dyn KnowledgeBase) -> Arc<dyn GraphView> {
    base.commit(fixture::world().into_iter().collect()).await.expect("a commit");
    view(base).await
}

async fn view(base: &dyn KnowledgeBase) -> Arc<dyn GraphView> {
    let snapshot = base.snapshot(&Scope::All).await.expect("a snapshot");
    snapshot.graph().view(&GraphNeed::Everything).await.expect("a view")
}

fn club(name: &str) -> NodeId {
    NodeId::named(&TypeName::new("Club"), &NameKey::of(name))
}

/// A node answers to its name and aliases, in any width and case.
pub async fn nodes_are_found_by_every_name(base: &dyn KnowledgeBase) {
    let view = world_view(base).await;
    for name in ["real madrid", "ＲＥＡＬ　ＭＡＤＲＩＤ", "Real Madrid"] {
        assert_eq!(view.named(&NameKey::of(name)).expect("names"), [club("real madrid")], "{base:?}: {name}");
    }
    let of_type = view.of_type(&TypeName::new("Club")).expect("a type");
    let mut expected = vec![club("real madrid"), club("曼联"), club("juventus")];
    expected.sort_unstable();
    assert_eq!(of_type, expected, "{base:?} orders nodes by id");
}

/// The display name is the most frequent spelling of all contributions together.
pub async fn a_name_is_a_vote(base: &dyn KnowledgeBase) {
    let view = world_view(base).await;
    let node = view.node(club("real madrid")).expect("a read").expect("a node");
    assert_eq!(&*node.name, "Real Madrid", "{base:?}");
    assert!(node.aliases.contains("REAL MADRID"), "{base:?}");
}

/// One fact of two documents is one record with both pieces of evidence.
pub async fn facts_unite_their_evidence(base: &dyn KnowledgeBase) {
    let view = world_view(base).await;
    let founded = view.outgoing(club("real madrid")).expect("facts");
    let founded = founded.iter().find(|record| record.fact.predicate.as_str() == "founded").expect("the founding");
    let mut chunks: Vec<_> = founded.evidence.iter().map(|evidence| evidence.chunk).collect();
    let mut expected = vec![ChunkId::new(DocumentId::of("note:a"), 0), ChunkId::new(DocumentId::of("note:b"), 0)];
    chunks.sort_unstable();
    expected.sort_unstable();
    assert_eq!(chunks, expected, "{base:?}");
}

/// Facts are reached from subject, object and predicate, in the promised order.
pub async fn facts_are_found_from_both_ends_in_order(base: &dyn KnowledgeBase) {
    let view = world_view(base).await;
    let outgoing = view.outgoing(club("juventus")).expect("facts");
    let order: Vec<_> = outgoing.iter().map(|record| (record.fact.predicate.clone(), record.id)).collect();
    assert!(order.is_sorted(), "{base:?} orders by predicate, then id: {order:?}");
    for record in view.with_predicate(&Predicate::new("knows")).expect("facts") {
        let object = record.fact.object_node().expect("a node");
        assert!(view.incoming(object).expect("facts").contains(&record), "{base:?} from the object");
        assert!(view.outgoing(record.fact.subject).expect("facts").contains(&record), "{base:?} from the subject");
    }
    let ids: Vec<_> = view.facts().map(|record| record.expect("a record").id).collect();
    assert!(ids.is_sorted() && !ids.is_empty(), "{base:?} orders facts by id");
}

/// The columns of each predicate hold its facts in order, and numbers that stand for their ends; where
/// the view numbers its nodes, each has one.
pub async fn columns_say_what_the_records_say(base: &dyn KnowledgeBase) {
    let view = world_view(base).await;
    let mut predicates: Vec<_> = view.facts().map(|record| record.expect("a record").fact.predicate.clone()).collect();
    predicates.sort_unstable();
    predicates.dedup();
    assert!(predicates.len() > 1, "{base:?}");
    for predicate in &predicates {
        let (columns, mut records) =
            (view.columns(predicate).expect("columns"), view.with_predicate(predicate).expect("facts"));
        records.sort_by_key(|record| (record.fact.subject, record.id));
        assert_eq!(columns.records(), records, "{base:?}: {predicate}");
        let id = |number: u32| columns.nodes().id(number);
        let subjects: Vec<_> = columns.subjects().iter().map(|number| id(*number)).collect();
        let objects: Vec<_> = columns.objects().iter().map(|number| id(*number)).collect();
        assert!(
            subjects.iter().copied().eq(records.iter().map(|record| Some(record.fact.subject))),
            "{base:?}: subjects"
        );
        assert!(
            objects.iter().copied().eq(records.iter().map(|record| record.fact.object_node())),
            "{base:?}: objects"
        );
        for record in &records {
            for (name, value) in &record.fact.qualifiers {
                let row = columns.row(record.fact.subject, record.id).expect("a row");
                assert_eq!(columns.qualifier(name).value(row), Some(value), "{base:?}: {name} of {predicate}");
            }
        }
        if let Some(numbers) = view.node_numbers() {
            assert!(Arc::ptr_eq(&numbers, columns.nodes()), "{base:?} has one number a node");
        }
    }
    let club = TypeName::new("Club");
    let numbered = view.numbers_of_type(&club).expect("numbers");
    let of_type = numbered.iter().flat_map(|numbered| numbered.iter()).map(|number| view.node_numbers()?.id(*number));
    match numbered.is_some() {
        true => assert!(of_type.eq(view.of_type(&club).expect("a type").into_iter().map(Some)), "{base:?}: of a type"),
        false => assert!(view.node_numbers().is_none(), "{base:?} tells the numbers of a type"),
    }
    if let Some(numbers) = view.node_numbers() {
        let mut ids: Vec<_> = (0..).map_while(|number| numbers.id(number)).collect();
        assert!(ids.iter().zip(0..).all(|(id, number)| numbers.number(*id) == Some(number)), "{base:?}: numbers");
        ids.sort_unstable();
        assert!(ids.into_iter().eq(view.nodes().map(|node| node.expect("a node").id)), "{base:?} numbers all nodes");
    }
    let nothing = view.columns(&Predicate::new("says nothing of")).expect("columns");
    assert!(nothing.is_empty() && nothing.subjects().is_empty(), "{base:?}");
}

/// From a node to its chunks and back.
pub async fn mentions_are_an_index_in_both_directions(base: &dyn KnowledgeBase) {
    let view = world_view(base).await;
    for node in view.nodes() {
        let node = node.expect("a node").id;
        let mentions = view.mentions_of(node).expect("mentions");
        assert!(mentions.is_sorted() && !mentions.is_empty(), "{base:?}");
        for mention in mentions {
            assert!(view.mentions_in(mention.chunk).expect("mentions").contains(&mention), "{base:?}");
        }
    }
}

/// What nobody ever brought has no node, no facts, no mentions.
pub async fn unknown_ids_are_not_errors(base: &dyn KnowledgeBase) {
    let view = world_view(base).await;
    let nobody = club("nobody");
    assert!(view.node(nobody).expect("a read").is_none(), "{base:?}");
    assert!(view.fact(FactId::from_u128(7)).expect("a read").is_none(), "{base:?}");
    assert!(view.outgoing(nobody).expect("a read").is_empty(), "{base:?}");
    assert!(view.incoming(nobody).expect("a read").is_empty(), "{base:?}");
    assert!(view.mentions_of(nobody).expect("a read").is_empty(), "{base:?}");
    assert!(view.named(&NameKey::of("nobody")).expect("a read").is_empty(), "{base:?}");
}

/// Every node and chunk is a vertex, and a chunk is a neighbour of what it mentions.
pub async fn the_mutual_graph_joins_nodes_and_chunks(base: &dyn KnowledgeBase) {
    let view = world_view(base).await;
    let mutual = view.mutual().expect("a graph");
    assert_eq!((mutual.nodes().count(), mutual.chunks().count()), (3, 7), "{base:?}");
    let chunk = mutual.vertex(Vertex::Chunk(ChunkId::new(DocumentId::of("note:c"), 0))).expect("a vertex");
    let node = mutual.vertex(Vertex::Node(club("曼联"))).expect("a vertex");
    assert!(mutual.graph().arcs_of(chunk).iter().any(|(to, weight)| to == node && weight == 1.0), "{base:?}");
    assert!(mutual.graph().arcs_of(node).iter().any(|(to, _)| to == chunk), "{base:?}");
}
