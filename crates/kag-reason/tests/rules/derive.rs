//! Rules within a knowledge base: what they derive goes with its premises.

use std::sync::Arc;

use futures::executor::block_on;
use kag_core::{
    ChangeSet, Contribution, GraphNeed, KnowledgeBase, NameKey, NodeId, Scope, TypeName, conformance,
    memory::MemoryKnowledgeBase,
};
use kag_reason::{Inference, RuleBase, RuleDeriver};
use kag_schema::{PropertyDef, Schema, TypeDef};
use proptest::prelude::*;

/// Clubs that documents found and let meet; what follows from it: who meets over another,
/// how many a club meets, and a jubilee of each founding with its own echo.
fn rules() -> Arc<RuleBase> {
    let club = TypeDef::entity("Club")
        .with_zh("俱乐部")
        .with_property(PropertyDef::property("founded", "Integer"))
        .with_property(PropertyDef::property("meets", "Integer").with_zh("交手"))
        .with_property(PropertyDef::relation("knows", ["Club"]).many())
        .with_property(PropertyDef::relation("hearsOf", ["Club"]).many());
    let jubilee = TypeDef::event("Jubilee")
        .with_property(PropertyDef::property("of", "Club"))
        .with_property(PropertyDef::property("year", "Integer"));
    let schema = Schema::builder("Football").with_type(club).with_type(jubilee).build().unwrap();
    let text = "
        Define (s:Club)-[p:hearsOf]->(o:Club) {
            Structure { (s)-[:knows]->(m)-[:knows]->(o) } Constraint { R1: s.id != o.id }
        }
        Define (s:Club)-[p:meets]->(o:Integer) {
            Structure { (s)-[:knows]-(m:Club) } Constraint { o = group(s).count(m) }
        }
        Define (s:Club)-[p:celebrates]->(o:Jubilee) {
            Structure { (s) }
            Constraint { R1: s.founded > 1850  hundred = s.founded + 100  called = concat(s.name, ' 百年') }
            Action { j = createNodeInstance(type=Jubilee, value={ of=s.name name=called year=hundred })
                     createEdgeInstance(src=s, dst=j, type=celebrates, value={ }) }
        }";
    Arc::new(RuleBase::builder(schema).with_text("football.rule", text).build().unwrap())
}

const CLUBS: [&str; 4] = ["Real Madrid", "皇家马德里", "Juventus", "曼联"];

fn document(slot: usize) -> impl Strategy<Value = Contribution> {
    let sentence = (0..CLUBS.len(), 0..CLUBS.len(), 1898..1902)
        .prop_map(|(left, right, year)| format!("{} met {} in {year}.", CLUBS[left], CLUBS[right]));
    (prop::collection::vec(sentence, 0..4), any::<bool>()).prop_map(move |(sentences, secret)| {
        let labels: &[&str] = if secret { &["board"] } else { &[] };
        conformance::contribution(&format!("doc:{slot}"), &sentences.concat(), &CLUBS, labels)
    })
}

fn documents() -> impl Strategy<Value = Vec<Contribution>> {
    (document(0), document(1), document(2)).prop_map(|(a, b, c)| vec![a, b, c])
}

fn base() -> MemoryKnowledgeBase {
    MemoryKnowledgeBase::new().with_deriver(RuleDeriver::new(rules()))
}

fn with(contributions: &[Contribution]) -> MemoryKnowledgeBase {
    let base = base();
    for contribution in contributions {
        block_on(base.commit(ChangeSet::new().put(contribution.clone()))).unwrap();
    }
    base
}

fn dump(base: &MemoryKnowledgeBase, scope: &Scope) -> String {
    block_on(conformance::dump_of(base, scope))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn what_rules_derive_goes_with_its_premises(documents in documents()) {
        let all = with(&documents);
        let gone = documents[1].document().id;
        block_on(all.commit(ChangeSet::new().remove(gone))).unwrap();
        let left = [documents[0].clone(), documents[2].clone()];
        prop_assert_eq!(dump(&all, &Scope::All), dump(&with(&left), &Scope::All));
    }

    #[test]
    fn what_rules_derive_does_not_depend_on_the_order_of_documents(documents in documents()) {
        let backwards: Vec<Contribution> = documents.iter().rev().cloned().collect();
        for scope in [Scope::All, Scope::of(["board"]), Scope::of::<&str>([])] {
            prop_assert_eq!(dump(&with(&documents), &scope), dump(&with(&backwards), &scope));
        }
    }
}

#[test]
fn derived_nodes_and_facts_are_found_like_stored_ones() {
    let text = "Real Madrid was founded in 1902. Juventus met Real Madrid. 曼联 met Juventus.";
    let base = with(&[conformance::contribution("doc:a", text, &CLUBS, &[])]);
    let snapshot = block_on(base.snapshot(&Scope::All)).unwrap();
    let view = block_on(snapshot.graph().view(&GraphNeed::Everything)).unwrap();
    let jubilees = view.of_type(&"Jubilee".into()).unwrap();
    assert_eq!(jubilees.len(), 1);
    assert_eq!(&*view.node(jubilees[0]).unwrap().unwrap().name, "Real Madrid 百年");
    let madrid = NodeId::named(&TypeName::new("Club"), &NameKey::of("Real Madrid"));
    let outgoing = view.outgoing(madrid).unwrap();
    let celebrates = outgoing.iter().find(|fact| fact.fact.predicate.as_str() == "celebrates").unwrap();
    let founded = outgoing.iter().find(|fact| fact.fact.predicate.as_str() == "founded").unwrap();
    assert_eq!(celebrates.derivations[0].premises, [founded.id]);
    // Over a graph that holds what rules derived, they derive nothing more.
    let again = Inference::new(rules(), view).materialise().unwrap();
    assert_eq!((again.nodes, again.facts), (Vec::new(), Vec::new()));
}
