//! What derivers give: facts, and nodes that no document brings.

use std::sync::Arc;

use super::{dump_of, fixture};
use crate::{
    ChangeSet, DeriveInput, Derived, DerivedFact, DerivedNode, Deriver, Fact, FactRecord, GraphNeed, GraphView,
    KnowledgeBase, Layer, NameKey, Node, NodeId, Result, Scope, TypeName, dump,
};

/// Makes an event of every founding that a document states, and knows another name of what
/// was founded.
///
/// Facts come before the nodes they speak of. The event is identified by club and year, so
/// it follows from that one fact.
#[derive(Clone, Copy, Debug, Default)]
pub struct Foundings;

impl Deriver for Foundings {
    fn id(&self) -> &str {
        "foundings 1"
    }

    fn derive(&self, input: DeriveInput<'_>) -> Result<Derived> {
        let mut derived = Derived::default();
        for record in input.graph.with_predicate(&"founded".into())? {
            let Some(club) = input.graph.node(record.fact.subject)? else { continue };
            let event = event_of(&club, &record);
            derived.facts.push(DerivedFact {
                fact: Fact::new(event.id, "of", club.id),
                rule: Arc::clone(&event.rule),
                premises: vec![record.id],
                confidence: event.confidence,
                layer: event.layer,
            });
            let again = DerivedNode { id: club.id, ..DerivedNode::named("Club", "a founded club", self.id()) };
            derived.nodes.push(again.with_alias("founded").with_premises([record.id]));
            derived.nodes.push(event);
        }
        Ok(derived)
    }
}

/// By the key and not by the name of the club: that is a vote, and depends on what else is there.
fn event_of(club: &Node, record: &FactRecord) -> DerivedNode {
    let year = record.fact.object.to_string();
    DerivedNode::keyed("Founding", &[&club.id.to_string(), &year], format!("成立 {year}"), "foundings 1")
        .with_premises([record.id])
        .with_layer(Layer::Knowledge)
}

async fn view(base: &dyn KnowledgeBase) -> Arc<dyn GraphView> {
    let snapshot = base.snapshot(&Scope::All).await.expect("a snapshot");
    snapshot.graph().view(&GraphNeed::Everything).await.expect("a view")
}

fn club(name: &str) -> NodeId {
    NodeId::named(&TypeName::new("Club"), &NameKey::of(name))
}

/// A derived node is found by name, type and fact, and says what it follows from.
pub async fn derived_nodes_show_themselves(base: &dyn KnowledgeBase) {
    base.commit(fixture::world().into_iter().collect()).await.expect("a commit");
    let view = view(base).await;
    let events = view.of_type(&TypeName::new("Founding")).expect("a type");
    assert_eq!(events.len(), 2, "{base:?}: one founding in 1902, one in 1878");
    assert_eq!(view.named(&NameKey::of("成立 1878")).expect("names").len(), 1, "{base:?}");
    for id in events {
        let event = view.node(id).expect("a read").expect("a node");
        assert_eq!((&*event.derivations[0].rule, event.layer), ("foundings 1", Layer::Knowledge), "{base:?}");
        let premise = view.fact(event.derivations[0].premises[0]).expect("a read").expect("the premise");
        let of = view.outgoing(id).expect("facts");
        assert_eq!(of[0].fact.object_node(), Some(premise.fact.subject), "{base:?}");
        let name = &view.node(premise.fact.subject).expect("a read").expect("a node").name;
        assert_eq!(&*of[0].statement, format!("{} of {name}", event.name), "{base:?} tells the fact by names");
    }
    let dump = dump_of(base, &Scope::All).await;
    assert!(dump.contains("{\"derived_node\":") && dump.contains("成立 1878"), "{base:?} dumps what is derived");
}

/// A node that documents and rules bring is one, under the name that documents give it.
pub async fn a_node_both_stored_and_derived_is_one(base: &dyn KnowledgeBase) {
    base.commit(fixture::world().into_iter().collect()).await.expect("a commit");
    let view = view(base).await;
    let node = view.node(club("real madrid")).expect("a read").expect("a node");
    assert_eq!(&*node.name, "Real Madrid", "{base:?}");
    assert!(node.aliases.contains("a founded club") && node.aliases.contains("founded"), "{base:?}");
    assert_eq!((node.derivations.len(), node.layer), (1, Layer::Information), "{base:?}");
    let plain = view.node(club("juventus")).expect("a read").expect("a node");
    assert!(plain.derivations.is_empty(), "{base:?}: nobody says when it was founded");
}

/// What follows from a document goes with it.
pub async fn derived_nodes_go_with_their_premises(base: &dyn KnowledgeBase) {
    let world = fixture::world();
    base.commit(ChangeSet::new().put(world[0].clone())).await.expect("a commit");
    let alone = dump_of(base, &Scope::All).await;
    base.commit(ChangeSet::new().put(world[2].clone())).await.expect("a commit");
    assert!(dump_of(base, &Scope::All).await.contains("成立 1878"), "{base:?}");
    base.commit(ChangeSet::new().remove(world[2].document().id)).await.expect("a commit");
    assert_eq!(dump_of(base, &Scope::All).await, alone, "{base:?}");
}

/// Commits in any order leave the same derived nodes.
pub async fn derived_nodes_do_not_depend_on_order(base: &dyn KnowledgeBase) {
    let world = fixture::world();
    base.commit(world.iter().cloned().collect()).await.expect("a commit");
    let bulk = dump_of(base, &Scope::All).await;
    let everything = world.iter().map(|c| c.document().id).fold(ChangeSet::new(), ChangeSet::remove);
    base.commit(everything).await.expect("a commit");
    for one in world.into_iter().rev() {
        base.commit(ChangeSet::new().put(one)).await.expect("a commit");
    }
    assert_eq!(dump_of(base, &Scope::All).await, bulk, "{base:?}");
}

/// A derived node is visible where its premises are.
pub async fn derived_nodes_keep_to_their_scope(base: &dyn KnowledgeBase) {
    let secret = fixture::contribution("note:s", "Juventus was founded in 1897.", &["Juventus"], &["board"]);
    let public = fixture::contribution("note:p", "曼联成立于1878年。", &["曼联"], &[]);
    base.commit([public.clone(), secret.clone()].into_iter().collect()).await.expect("a commit");
    assert!(dump_of(base, &Scope::All).await.contains("成立 1897"), "{base:?}");
    let seen = dump_of(base, &Scope::of::<&str>([])).await;
    assert!(seen.contains("成立 1878") && !seen.contains("成立 1897"), "{base:?}");
    base.commit(ChangeSet::new().remove(secret.document().id)).await.expect("a commit");
    assert_eq!(dump_of(base, &Scope::All).await, seen, "{base:?}");
}

/// A dump passes derived nodes over: the base derives them anew.
pub async fn a_dump_with_derived_nodes_loads_into_an_equal_base(base: &dyn KnowledgeBase) {
    let world = fixture::world();
    base.commit(world.iter().cloned().collect()).await.expect("a commit");
    let written = dump_of(base, &Scope::All).await;
    let loaded = dump::read(written.as_bytes()).collect::<Result<Vec<_>>>().expect("a dump that reads");
    assert_eq!(loaded, sorted(world), "{base:?}");
    let everything = loaded.iter().map(|c| c.document().id).fold(ChangeSet::new(), ChangeSet::remove);
    base.commit(everything).await.expect("a commit");
    base.commit(loaded.into_iter().collect()).await.expect("a commit");
    assert_eq!(dump_of(base, &Scope::All).await, written, "{base:?}");
}

fn sorted(mut world: Vec<crate::Contribution>) -> Vec<crate::Contribution> {
    world.sort_by_key(|contribution| contribution.document().id);
    world
}
