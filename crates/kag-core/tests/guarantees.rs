//! The guarantees of a knowledge base as properties over generated documents and histories.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, missing_docs, reason = "tests")]

use std::sync::atomic::{AtomicBool, Ordering};

use futures::executor::block_on;
use kag_core::{
    ChangeSet, Confidence, Contribution, DeriveInput, Derived, DerivedFact, DerivedNode, Deriver, DocumentId, Fact,
    GraphNeed, KnowledgeBase, Layer, NodeId, Result, SYNONYM, Scope, conformance, conformance::Foundings,
    memory::MemoryKnowledgeBase,
};
use proptest::prelude::*;

const CLUBS: [&str; 6] = ["Real Madrid", "REAL MADRID", "皇家马德里", "曼联", "Juventus", "Футбол"];

/// Joins clubs whose names begin alike: a function of the pair, which removal must undo.
#[derive(Debug)]
struct SameInitial;

impl Deriver for SameInitial {
    fn id(&self) -> &str {
        "same initial 1"
    }

    fn derive(&self, input: DeriveInput<'_>) -> Result<Derived> {
        let nodes = input.graph.nodes().collect::<Result<Vec<_>>>()?;
        let pairs =
            nodes.iter().enumerate().flat_map(|(at, left)| nodes[at + 1..].iter().map(move |right| (left, right)));
        let alike = pairs.filter(|(left, right)| left.name.chars().next() == right.name.chars().next());
        Ok(alike
            .map(|(left, right)| DerivedFact {
                fact: Fact::new(left.id, SYNONYM, right.id),
                rule: self.id().into(),
                premises: Vec::new(),
                confidence: Confidence::new(0.9),
                layer: Layer::Information,
            })
            .collect::<Vec<_>>()
            .into())
    }
}

/// Counts the foundings that another deriver made: a function of all that is visible, and of
/// nodes that no document brings.
#[derive(Debug)]
struct Census;

impl Deriver for Census {
    fn id(&self) -> &str {
        "census 1"
    }

    fn derive(&self, input: DeriveInput<'_>) -> Result<Derived> {
        let mut derived = Derived::default();
        let events = input.graph.of_type(&"Founding".into())?;
        if events.is_empty() {
            return Ok(derived);
        }
        let census = DerivedNode::named("Census", format!("{} 次成立", events.len()), self.id());
        for event in events {
            let of = input.graph.outgoing(event)?;
            derived.facts.push(DerivedFact {
                fact: Fact::new(census.id, "counts", event),
                rule: self.id().into(),
                premises: of.iter().map(|record| record.id).collect(),
                confidence: Confidence::CERTAIN,
                layer: Layer::Information,
            });
        }
        derived.nodes.push(census);
        Ok(derived)
    }
}

fn base() -> MemoryKnowledgeBase {
    MemoryKnowledgeBase::new().with_deriver(SameInitial).with_deriver(Foundings).with_deriver(Census)
}

fn dump(base: &MemoryKnowledgeBase) -> String {
    block_on(conformance::dump_of(base, &Scope::All))
}

fn commit(base: &MemoryKnowledgeBase, change: ChangeSet) -> kag_core::Commit {
    block_on(base.commit(change)).unwrap()
}

fn document(slot: usize) -> impl Strategy<Value = Contribution> {
    let sentence = (0..CLUBS.len(), 0..CLUBS.len(), 1900..1904)
        .prop_map(|(left, right, year)| format!("{} met {} in {year}.", CLUBS[left], CLUBS[right]));
    (prop::collection::vec(sentence, 0..4), any::<bool>()).prop_map(move |(sentences, secret)| {
        let labels: &[&str] = if secret { &["board"] } else { &[] };
        conformance::contribution(&format!("note:{slot}"), &sentences.concat(), &CLUBS, labels)
    })
}

fn documents() -> impl Strategy<Value = Vec<Contribution>> {
    (document(0), document(1), document(2), document(3), document(4)).prop_map(|(a, b, c, d, e)| vec![a, b, c, d, e])
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn insert_then_delete_equals_never_inserted(documents in documents(), gone in 0usize..5) {
        let (lived, never) = (base(), base());
        for one in &documents {
            commit(&lived, ChangeSet::new().put(one.clone()));
        }
        commit(&lived, ChangeSet::new().remove(documents[gone].document().id));
        let kept = documents.iter().enumerate().filter(|(at, _)| *at != gone);
        commit(&never, kept.map(|(_, one)| one.clone()).collect());
        prop_assert_eq!(dump(&lived), dump(&never));
    }

    #[test]
    fn single_inserts_in_any_order_equal_one_bulk_insert(
        documents in documents(),
        order in Just(vec![0usize, 1, 2, 3, 4]).prop_shuffle(),
    ) {
        let (single, bulk) = (base(), base());
        for at in order {
            commit(&single, ChangeSet::new().put(documents[at].clone()));
        }
        commit(&bulk, documents.into_iter().collect());
        prop_assert_eq!(dump(&single), dump(&bulk));
    }

    #[test]
    fn an_unchanged_document_is_a_no_op(documents in documents(), again in 0usize..5) {
        let base = base();
        let first = commit(&base, documents.iter().cloned().collect());
        let before = dump(&base);
        let second = commit(&base, ChangeSet::new().put(documents[again].clone()));
        prop_assert_eq!((second.id, second.unchanged), (first.id, 1));
        prop_assert_eq!(dump(&base), before);
    }

    #[test]
    fn a_replacement_equals_the_new_version_alone(documents in documents(), newer in document(2)) {
        let (lived, fresh) = (base(), base());
        commit(&lived, documents.iter().cloned().collect());
        commit(&lived, ChangeSet::new().put(newer.clone()));
        let others = documents.into_iter().filter(|one| one.document().id != DocumentId::of("note:2"));
        commit(&fresh, others.chain([newer]).collect());
        prop_assert_eq!(dump(&lived), dump(&fresh));
    }

    #[test]
    fn a_scope_is_a_base_without_the_rest(documents in documents()) {
        let (all, public) = (base(), base());
        let scope = Scope::of::<&str>([]);
        commit(&public, documents.iter().filter(|one| scope.sees(one.document())).cloned().collect());
        commit(&all, documents.into_iter().collect());
        prop_assert_eq!(block_on(conformance::dump_of(&all, &scope)), dump(&public));
    }
}

/// Readers take snapshots while a writer replaces two documents in one change set, over and
/// over: no reader ever sees one of them new and the other old.
#[test]
fn no_reader_sees_half_a_change_set() {
    let version = |slot: usize, year: usize| {
        let text = format!("Juventus met 曼联 in {year}.");
        conformance::contribution(&format!("note:{slot}"), &text, &CLUBS, &[])
    };
    let base = base();
    commit(&base, ChangeSet::new().put(version(0, 0)).put(version(1, 0)));
    let done = AtomicBool::new(false);
    let read = || {
        let mut seen = 0;
        while !done.load(Ordering::Acquire) || seen == 0 {
            let snapshot = block_on(base.snapshot(&Scope::All)).unwrap();
            let ids = [DocumentId::of("note:0"), DocumentId::of("note:1")];
            let shown = block_on(snapshot.chunks().contributions(&ids)).unwrap();
            let texts: Vec<_> = shown.iter().flatten().map(|c| c.chunks()[0].text.clone()).collect();
            assert_eq!(texts[0], texts[1]);
            seen += 1;
        }
    };
    std::thread::scope(|threads| {
        threads.spawn(read);
        threads.spawn(read);
        for year in 1..200 {
            commit(&base, ChangeSet::new().put(version(0, year)).put(version(1, year)));
        }
        done.store(true, Ordering::Release);
    });
}

#[test]
fn a_deriver_that_speaks_of_an_unknown_node_fails_the_snapshot_and_not_the_commit() {
    #[derive(Debug)]
    struct Inventor;
    impl Deriver for Inventor {
        fn id(&self) -> &str {
            "inventor 1"
        }
        fn derive(&self, input: DeriveInput<'_>) -> Result<Derived> {
            let first = input.graph.nodes().next();
            let Some(first) = first.transpose()? else { return Ok(Derived::default()) };
            Ok(vec![DerivedFact {
                fact: Fact::new(first.id, "knows", NodeId::from_u128(7)),
                rule: self.id().into(),
                premises: Vec::new(),
                confidence: Confidence::CERTAIN,
                layer: Layer::Information,
            }]
            .into())
        }
    }
    let base = MemoryKnowledgeBase::new().with_deriver(Inventor);
    commit(&base, ChangeSet::new().put(conformance::contribution("note:0", "曼联 won.", &CLUBS, &[])));
    let failed = block_on(base.snapshot(&Scope::All)).unwrap_err();
    assert!(failed.to_string().contains("inventor 1"), "{failed}");
}

/// What is derived is one graph, whatever order the deriver gives it in.
#[test]
fn derived_facts_may_stand_before_the_nodes_they_speak_of() {
    #[derive(Debug)]
    struct Backwards(Foundings);
    impl Deriver for Backwards {
        fn id(&self) -> &str {
            self.0.id()
        }
        fn derive(&self, input: DeriveInput<'_>) -> Result<Derived> {
            let mut derived = self.0.derive(input)?;
            derived.nodes.reverse();
            derived.facts.reverse();
            // Given twice is given once.
            derived.nodes.extend(derived.nodes.clone());
            Ok(derived)
        }
    }
    let text = "曼联 met Juventus in 1900. 曼联 met Juventus in 1901.";
    let dumps = [
        MemoryKnowledgeBase::new().with_deriver(Foundings),
        MemoryKnowledgeBase::new().with_deriver(Backwards(Foundings)),
    ]
    .map(|base| {
        commit(&base, ChangeSet::new().put(conformance::contribution("note:0", text, &CLUBS, &[])));
        dump(&base)
    });
    assert_eq!(dumps[0], dumps[1]);
    assert_eq!(dumps[0].lines().filter(|line| line.contains("derived_node")).count(), 6, "two clubs, four foundings");
}

#[test]
fn a_derived_node_without_a_name_or_of_another_type_fails_the_snapshot() {
    #[derive(Debug)]
    struct Gives(fn(NodeId) -> DerivedNode);
    impl Deriver for Gives {
        fn id(&self) -> &str {
            "gives 1"
        }
        fn derive(&self, input: DeriveInput<'_>) -> Result<Derived> {
            let nodes = input.graph.nodes().map(|node| Ok(self.0(node?.id)));
            Ok(Derived { nodes: nodes.collect::<Result<_>>()?, facts: Vec::new() })
        }
    }
    let nameless = |_| DerivedNode::named("Event", " \u{3000}", "gives 1");
    let other = |id| DerivedNode { id, ..DerivedNode::named("Person", "曼联", "gives 1") };
    for (give, reason) in [(nameless as fn(NodeId) -> DerivedNode, "no visible name"), (other, "another type")] {
        let base = MemoryKnowledgeBase::new().with_deriver(Gives(give));
        commit(&base, ChangeSet::new().put(conformance::contribution("note:0", "曼联 won.", &CLUBS, &[])));
        let failed = block_on(base.snapshot(&Scope::All)).unwrap_err().to_string();
        assert!(failed.contains(reason) && failed.contains("gives 1"), "{failed}");
    }
}

#[test]
fn only_where_no_document_names_it_do_rules_name_a_node() {
    #[derive(Debug)]
    struct Namers;
    impl Deriver for Namers {
        fn id(&self) -> &str {
            "namers 1"
        }
        fn derive(&self, input: DeriveInput<'_>) -> Result<Derived> {
            let facts: Vec<_> = input.graph.facts().collect::<Result<_>>()?;
            let made = |name: &str, at: usize| DerivedNode {
                id: NodeId::from_u128(1),
                ..DerivedNode::named("Event", name, "namers 1").with_premises([facts[at].id])
            };
            let club = input.graph.of_type(&"Club".into())?[0];
            let again = |name: &str| DerivedNode { id: club, ..DerivedNode::named("Club", name, "namers 1") };
            let nodes = vec![made("rise", 0), made("涨价", 0), made("涨价", 1), again("RED"), again("RED devils")];
            Ok(Derived { nodes, facts: Vec::new() })
        }
    }
    let base = MemoryKnowledgeBase::new().with_deriver(Namers);
    let text = "曼联 won in 1900. 曼联 won in 1901.";
    commit(&base, ChangeSet::new().put(conformance::contribution("note:0", text, &["曼联"], &[])));
    let snapshot = block_on(base.snapshot(&Scope::All)).unwrap();
    let view = block_on(snapshot.graph().view(&GraphNeed::Everything)).unwrap();
    let event = view.node(NodeId::from_u128(1)).unwrap().unwrap();
    assert_eq!((&*event.name, event.aliases.contains("rise"), event.derivations.len()), ("涨价", true, 2));
    let club = view.node(view.of_type(&"Club".into()).unwrap()[0]).unwrap().unwrap();
    assert_eq!((&*club.name, club.aliases.len(), club.derivations.len()), ("曼联", 2, 1));
}

/// Snapshots of one state asked for from many threads at once are one snapshot, and nobody
/// waits for ever: building forks into the pool that all of them are built on.
#[test]
fn a_snapshot_asked_for_by_many_at_once_is_one() {
    let base = base();
    for round in 0..20 {
        let note = |slot: usize| {
            conformance::contribution(&format!("note:{slot}"), &format!("曼联 met Juventus in {round}."), &CLUBS, &[])
        };
        commit(&base, (0..40).map(note).collect());
        let taken: Vec<_> = std::thread::scope(|threads| {
            let asking: Vec<_> =
                (0..8).map(|_| threads.spawn(|| block_on(base.snapshot(&Scope::All)).unwrap())).collect();
            asking.into_iter().map(|one| one.join().unwrap()).collect()
        });
        assert!(taken.iter().all(|one| one.is(&taken[0])));
    }
}

#[test]
fn a_dump_that_is_cut_off_is_not_taken_for_a_whole_one() {
    let base = base();
    let note =
        |slot: usize| conformance::contribution(&format!("note:{slot}"), "曼联 met Juventus in 1900.", &CLUBS, &[]);
    commit(&base, (0..3).map(note).collect());
    let whole = dump(&base);
    let read = |text: &str| kag_core::dump::read(text.as_bytes()).collect::<Result<Vec<_>>>();
    assert_eq!(read(&whole).unwrap().len(), 3);
    let lines: Vec<&str> = whole.lines().collect();
    for kept in 0..lines.len() {
        assert!(read(&lines[..kept].join("\n")).is_err(), "the first {kept} lines");
    }
    let twice = [&lines[..], &lines[lines.len() - 1..]].concat().join("\n");
    assert!(read(&twice).is_err(), "nothing follows the last line");
}
