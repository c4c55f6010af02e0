//! Which nodes are one thing: what is derived, what is decided, and that both can be undone.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, missing_docs, reason = "tests")]

use std::collections::BTreeSet;

use futures::executor::block_on;
use kag_builder::{AliasTable, Decision, Decisions, InstanceFusion, Misspellings, Profile, Profiles, Spellings};
use kag_core::{
    ChangeSet, Chunk, Clusters, Confidence, ContentHash, Contribution, ContributionDraft, Document, DocumentId,
    Evidence, Fact, GraphNeed, KnowledgeBase, Layer, Node, NodeId, Origin, Scope, Snapshot, dump,
    memory::MemoryKnowledgeBase,
};
use proptest::prelude::*;

/// A document that says of cameras, and of books, what they are called and what they cost.
fn listing(uri: &str, things: &[(&str, &str, &str)]) -> Contribution {
    let mut draft = ContributionDraft::new(Document::new(uri, ContentHash::of(format!("{things:?}"))));
    let chunk = draft.add_chunk(Chunk::new(draft.document.id, 0, 0, "A list."));
    for (type_name, name, price) in things {
        let node = draft.add_node(*type_name, *name, Layer::Information);
        let origin = Origin::Extracted { by: "test 1".into() };
        let (layer, confidence) = (Layer::Information, Confidence::CERTAIN);
        draft.add_fact(Fact::new(node, "price", *price), Evidence { chunk, span: None, origin, layer, confidence });
    }
    draft.seal().unwrap()
}

fn base() -> MemoryKnowledgeBase {
    MemoryKnowledgeBase::new().with_deriver(InstanceFusion::new())
}

/// Everything by which nodes are held to be one.
fn base_with_stages() -> MemoryKnowledgeBase {
    let table = AliasTable::new().with(["sony dsc-w150", "索尼 dsc-w150"]);
    let fusion = InstanceFusion::new().with_stage(table).with_stage(Spellings).with_stage(Misspellings);
    MemoryKnowledgeBase::new().with_deriver(fusion)
}

#[test]
fn what_stages_say_is_one_thing_among_one_type_and_stands_below_decisions() {
    let base = base_with_stages();
    let things = [("Camera", "索尼 DSC W150", "1"), ("Camera", "Sony DSC-W150", "9"), ("Book", "Sony DSC-W150", "1")];
    let snapshot = commit(&base, ChangeSet::new().put(listing("shop", &things)));
    let [one, other, book] = things.map(|(type_name, name, _)| named(type_name, name));
    assert!(clusters(&snapshot).are_one(one, other) && !clusters(&snapshot).are_one(other, book));
    let view = block_on(snapshot.graph().view(&GraphNeed::Everything)).unwrap();
    let same = view.with_predicate(&kag_core::SAME_AS.into()).unwrap();
    let reasons: Vec<&str> = same.iter().flat_map(|record| &record.derivations).map(|way| &*way.rule).collect();
    assert!(
        reasons.iter().any(|reason| reason.ends_with(": listed as one: sony dsc-w150, 索尼 dsc-w150")),
        "{reasons:?}"
    );

    let [first, second] = [one, other].map(|id| node(&snapshot, id));
    let decisions = Decisions::new("decisions").with(&first, &second, Decision::Different, "an old list");
    let decided = commit(&base, ChangeSet::new().put(decisions.seal().unwrap()));
    assert!(!clusters(&decided).are_one(one, other));
}

fn commit(base: &MemoryKnowledgeBase, change: ChangeSet) -> Snapshot {
    block_on(async {
        base.commit(change).await.unwrap();
        base.snapshot(&Scope::All).await.unwrap()
    })
}

fn clusters(snapshot: &Snapshot) -> Clusters {
    let view = block_on(snapshot.graph().view(&GraphNeed::Everything)).unwrap();
    Clusters::of(&*view).unwrap()
}

fn node(snapshot: &Snapshot, id: NodeId) -> Node {
    let view = block_on(snapshot.graph().view(&GraphNeed::Everything)).unwrap();
    Node::clone(&view.node(id).unwrap().unwrap())
}

fn named(type_name: &str, name: &str) -> NodeId {
    NodeId::named(&type_name.into(), &kag_core::NameKey::of(name))
}

const SHOP: [(&str, &str, &str); 4] = [
    ("Camera", "Sony Cyber-shot DSC-W150", "199.00"),
    ("Camera", "索尼 Sony DSCW150 Cyber-shot", "189.00"),
    ("Camera", "Canon PowerShot A590", "149.00"),
    ("Book", "Sony Cyber-shot DSC-W150", "19.00"),
];

#[test]
fn one_thing_is_found_under_two_names_and_two_types_are_two_things() {
    let snapshot = commit(&base(), ChangeSet::new().put(listing("shop", &SHOP)));
    let clusters = clusters(&snapshot);
    let [one, other, third, book] = SHOP.map(|(type_name, name, _)| named(type_name, name));
    assert!(clusters.are_one(one, other));
    assert!(!clusters.are_one(one, third));
    assert!(!clusters.are_one(one, book));
    assert_eq!(clusters.members(one), clusters.members(other));
    assert_eq!(clusters.members(third), [third]);
    assert_eq!(clusters.iter().map(|(_, members)| members.len()).collect::<Vec<_>>(), [2]);
}

#[test]
fn what_is_decided_stands_above_what_is_derived_until_it_is_taken_back() {
    let base = base();
    let before = commit(&base, ChangeSet::new().put(listing("shop", &SHOP)));
    let [one, other, third, _] = SHOP.map(|(type_name, name, _)| named(type_name, name));
    let [first, second, last] = [one, other, third].map(|id| node(&before, id));

    let decisions = Decisions::new("decisions").with(&second, &first, Decision::Different, "two models").with(
        &last,
        &second,
        Decision::Same,
        "the shop says so",
    );
    let reordered = Decisions::new("decisions").with(&second, &last, Decision::Same, "the shop says so").with(
        &first,
        &second,
        Decision::Different,
        "two models",
    );
    assert_eq!(decisions.seal().unwrap(), reordered.seal().unwrap());

    let decided = clusters(&commit(&base, ChangeSet::new().put(decisions.seal().unwrap())));
    assert!(!decided.are_one(one, other) && decided.are_one(other, third));
    assert!(decided.conflicts().is_empty());

    let after = commit(&base, ChangeSet::new().remove(DocumentId::of("decisions")));
    assert_eq!(dumped(&after), dumped(&before));
}

#[test]
fn what_is_said_to_differ_and_yet_hangs_together_is_a_conflict() {
    let base = base();
    let snapshot = commit(&base, ChangeSet::new().put(listing("shop", &SHOP)));
    let [one, other, third, _] = SHOP.map(|(type_name, name, _)| node(&snapshot, named(type_name, name)));
    let decisions = Decisions::new("decisions").with(&one, &third, Decision::Same, "by hand").with(
        &other,
        &third,
        Decision::Different,
        "by hand",
    );
    let clusters = clusters(&commit(&base, ChangeSet::new().put(decisions.seal().unwrap())));
    let pair = (other.id.min(third.id), other.id.max(third.id));
    assert_eq!(clusters.conflicts(), &BTreeSet::from([pair]));
}

#[test]
fn what_is_in_doubt_is_told_and_not_derived() {
    let clubs = [("Club", "Barcelona", "1"), ("Club", "FC Barcelona", "9"), ("Club", "Real Sociedad", "2")];
    let snapshot = commit(&base(), ChangeSet::new().put(listing("clubs", &clubs)));
    let view = block_on(snapshot.graph().view(&GraphNeed::Everything)).unwrap();
    let doubtful = InstanceFusion::new().with_thresholds(0.1, 0.999).doubtful(&*view).unwrap();
    let [one, other, _] = clubs.map(|(type_name, name, _)| named(type_name, name));
    assert_eq!(doubtful.iter().map(|pair| pair.nodes).collect::<Vec<_>>(), [(one.min(other), one.max(other))]);
    assert!(doubtful[0].resemblance.to_string().starts_with("names 100 %"), "{}", doubtful[0].resemblance);
    let none = InstanceFusion::new().with_thresholds(0.5, 0.5).doubtful(&*view).unwrap();
    assert!(none.is_empty());
}

#[test]
fn comparisons_grow_with_the_things_and_not_with_their_square() {
    let count = |things: usize| {
        let name = |at: usize| format!("maker{} model{at} edition {}", at % 50, at / 2);
        Profiles::of((0..things).map(|at| Profile::new(&name(at)))).candidates().len()
    };
    let (some, twice) = (count(2_000), count(4_000));
    assert!(some > 0 && twice <= 3 * some, "{some} {twice}");
}

fn dumped(snapshot: &Snapshot) -> String {
    let mut out = Vec::new();
    block_on(dump::write(snapshot, &mut out)).unwrap();
    let view = block_on(snapshot.graph().view(&GraphNeed::Everything)).unwrap();
    let facts: Vec<String> = view.facts().map(|record| format!("{:?}", record.unwrap())).collect();
    String::from_utf8(out).unwrap() + &facts.join("\n")
}

proptest! {
    #[test]
    fn what_is_one_does_not_depend_on_the_order_of_documents_or_on_those_that_went(
        names in prop::collection::vec("(sony|canon|索尼) (dsc|eos)-?(w150|w170|40d)( camera| 相机)?", 2..9),
        gone in any::<prop::sample::Index>(),
    ) {
        let documents: Vec<Contribution> = names
            .iter()
            .enumerate()
            .map(|(at, name)| listing(&format!("shop:{at}"), &[("Camera", name, "100")]))
            .collect();
        let gone = gone.index(documents.len());
        let forward = base_with_stages();
        for document in &documents {
            commit(&forward, ChangeSet::new().put(document.clone()));
        }
        let without = commit(&forward, ChangeSet::new().remove(documents[gone].document().id));

        let never = base_with_stages();
        let mut rest: Vec<Contribution> = documents.clone();
        rest.remove(gone);
        rest.reverse();
        let never = commit(&never, rest.into_iter().collect::<ChangeSet>());
        prop_assert_eq!(clusters(&without), clusters(&never));
        prop_assert_eq!(dumped(&without), dumped(&never));
    }
}
