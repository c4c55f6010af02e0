//! What deciding which nodes are one thing remembers: it saves comparisons and changes nothing.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, missing_docs, reason = "tests")]

use std::collections::BTreeMap;

use futures::executor::block_on;
use kag_builder::{FusionWork, InstanceFusion, Spellings};
use kag_core::{
    ChangeSet, Chunk, Confidence, ContentHash, Contribution, ContributionDraft, Document, DocumentId, Evidence, Fact,
    GraphNeed, KnowledgeBase, Layer, Origin, SAME_AS, Scope, Value, dump, memory::MemoryKnowledgeBase,
};
use proptest::prelude::*;

/// What a document says of one thing: its type, its name, its maker, which is a thing too, and some values.
#[derive(Clone, Debug)]
struct Entry {
    type_name: String,
    name: String,
    maker: String,
    values: Vec<(&'static str, String)>,
}

fn entry(name: &str) -> Entry {
    Entry { type_name: "Camera".into(), name: name.into(), maker: "Acme".into(), values: Vec::new() }
}

fn document(uri: &str, entries: &[Entry], labels: &[&str]) -> Contribution {
    let content = ContentHash::of(format!("{entries:?}"));
    let mut draft = ContributionDraft::new(Document::new(uri, content).with_labels(labels.iter().copied()));
    let chunk = draft.add_chunk(Chunk::new(draft.document.id, 0, 0, "A list."));
    let (layer, confidence) = (Layer::Information, Confidence::CERTAIN);
    let evidence =
        || Evidence { chunk, span: None, origin: Origin::Extracted { by: "test 1".into() }, layer, confidence };
    for entry in entries {
        let node = draft.add_node(entry.type_name.as_str(), &*entry.name, layer);
        let maker = draft.add_node("Maker", &*entry.maker, layer);
        draft.add_fact(Fact::new(node, "maker", maker), evidence());
        for (predicate, value) in &entry.values {
            draft.add_fact(Fact::new(node, *predicate, Value::from(value.as_str())), evidence());
        }
    }
    draft.seal().unwrap()
}

fn base(fusion: &InstanceFusion) -> MemoryKnowledgeBase {
    MemoryKnowledgeBase::new().with_deriver(fusion.clone())
}

fn shown(base: &MemoryKnowledgeBase, scope: &Scope) -> String {
    let snapshot = block_on(base.snapshot(scope)).unwrap();
    let mut out = Vec::new();
    block_on(dump::write(&snapshot, &mut out)).unwrap();
    let view = block_on(snapshot.graph().view(&GraphNeed::Everything)).unwrap();
    let facts: Vec<String> = view.facts().map(|record| format!("{:?}", record.unwrap())).collect();
    String::from_utf8(out).unwrap() + &facts.join("\n")
}

fn commit(base: &MemoryKnowledgeBase, change: ChangeSet) -> String {
    block_on(base.commit(change)).unwrap();
    shown(base, &Scope::All)
}

/// Commits `change` and tells what deciding took.
fn work_of(base: &MemoryKnowledgeBase, fusion: &InstanceFusion, change: ChangeSet) -> (usize, u64) {
    commit(base, change);
    let FusionWork { records_profiled, pairs_compared, .. } = fusion.work();
    (records_profiled, pairs_compared)
}

#[test]
fn one_thing_more_is_compared_with_those_that_share_a_rare_word_and_nothing_else_is() {
    let fusion = InstanceFusion::new();
    let base = base(&fusion);
    // Pairs by their last word; the maker besides.
    let many: Vec<Entry> = (0..40).map(|at| entry(&format!("number{at} pair{}", at / 2))).collect();
    assert_eq!(work_of(&base, &fusion, ChangeSet::new().put(document("many", &many, &[]))), (41, 20));

    let one = document("one", &[entry("another pair7")], &[]);
    assert_eq!(work_of(&base, &fusion, ChangeSet::new().put(one)), (1, 2));

    let priced = Entry { values: vec![("price", "7".into())], ..entry("another pair7") };
    let changed = document("one", &[priced], &[]);
    assert_eq!(work_of(&base, &fusion, ChangeSet::new().put(changed)), (1, 2), "another value");

    let remove = ChangeSet::new().remove(DocumentId::of("one"));
    assert_eq!(work_of(&base, &fusion, remove), (0, 0), "what is gone is not compared");

    let view = block_on(async {
        let snapshot = base.snapshot(&Scope::All).await.unwrap();
        snapshot.graph().view(&GraphNeed::Everything).await.unwrap()
    });
    fusion.doubtful(&*view).unwrap();
    assert_eq!(fusion.work(), FusionWork::default(), "what is in doubt is known from the derivation");
}

#[test]
fn what_a_thing_is_made_by_is_read_again_when_it_is_called_otherwise() {
    let fusion = InstanceFusion::new();
    let base = base(&fusion);
    let camera = |maker: &str| Entry { maker: maker.into(), ..entry("x100") };
    commit(&base, ChangeSet::new().put(document("a", &[camera("Acme Works")], &[])));
    let louder: Vec<_> = ["b", "c"].map(|uri| document(uri, &[camera("ACME WORKS")], &[])).into();
    assert_eq!(work_of(&base, &fusion, louder.into_iter().collect()), (2, 0), "the camera, and its maker");
}

#[test]
fn a_word_that_gets_common_brings_nothing_together_any_more() {
    let fusion = InstanceFusion::new().with_thresholds(0.0, 0.1);
    let remembering = base(&fusion);
    let things: Vec<Contribution> =
        (0..66).map(|at| document(&format!("doc:{at}"), &[entry(&format!("common model{at}"))], &[])).collect();
    let same = |shown: &str| shown.matches(SAME_AS).count();
    let (all, more) = things.split_at(64);
    let within = commit(&remembering, all.iter().cloned().collect());
    let beyond = commit(&remembering, more.iter().cloned().collect());
    assert!(same(&within) > same(&beyond), "{} {}", same(&within), same(&beyond));
    assert_eq!(
        beyond,
        commit(&base(&InstanceFusion::new().with_thresholds(0.0, 0.1)), things.iter().cloned().collect())
    );
    let gone = more.iter().fold(ChangeSet::new(), |change, thing| change.remove(thing.document().id));
    assert_eq!(commit(&remembering, gone), within, "it is rare again");
}

fn deciding() -> InstanceFusion {
    InstanceFusion::new().with_thresholds(0.1, 0.5).with_stage(Spellings)
}

fn entries() -> impl Strategy<Value = Vec<Entry>> {
    let value = (
        prop::sample::select(vec!["price", "year", "about"]),
        "(199|1999|2001|9\\.50)|(black|blue|light blue|索尼) (case|camera case|strap)|dsc-?w150|",
    );
    let entry = (
        "Camera|Book",
        "(sony|Sony|canon|索尼) (dsc|eos)-?(w150|w170|40d)( camera| 相机| mark 2| 2)?",
        "Sony|SONY|Canon Inc|back pack|backpack",
        prop::collection::vec(value, 0..4),
    );
    let entry = entry.prop_map(|(type_name, name, maker, values)| Entry { type_name, name, maker, values });
    prop::collection::vec(entry, 1..4)
}

proptest! {
    /// Guarantees on order, change, removal and scope: what is remembered is never seen.
    #[test]
    fn what_is_remembered_changes_nothing(
        documents in prop::collection::vec((entries(), entries(), any::<bool>()), 2..7),
        steps in prop::collection::vec((any::<prop::sample::Index>(), 0..3_u8), 1..12),
    ) {
        let fusion = deciding();
        let remembering = base(&fusion);
        let mut there: BTreeMap<usize, Contribution> = BTreeMap::new();
        for (document_of, what) in steps {
            let at = document_of.index(documents.len());
            let (first, second, hidden) = &documents[at];
            let labels: &[&str] = if *hidden { &["board"] } else { &[] };
            let uri = format!("doc:{at}");
            let change = match what {
                0 => {
                    there.remove(&at);
                    ChangeSet::new().remove(DocumentId::of(&uri))
                }
                version => {
                    let contribution = document(&uri, if version == 1 { first } else { second }, labels);
                    there.insert(at, contribution.clone());
                    ChangeSet::new().put(contribution)
                }
            };
            let shown_to_all = commit(&remembering, change);
            let shown_to_some = shown(&remembering, &Scope::of::<&str>([]));

            let rest = there.values().rev().cloned();
            prop_assert_eq!(&shown_to_all, &commit(&base(&deciding()), rest.collect()));
            let open = there.values().filter(|c| c.document().labels.is_empty()).cloned();
            prop_assert_eq!(&shown_to_some, &commit(&base(&deciding()), open.collect()));
        }
    }
}
