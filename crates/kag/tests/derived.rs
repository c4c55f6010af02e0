//! The guarantees with everything derived at once: rules, synonym edges, fusion and concepts, in the durable store
//! and in memory, whatever comes and goes.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, missing_docs, reason = "tests")]
#![cfg(feature = "embedded")]

use std::{path::Path, sync::Arc};

use futures::executor::block_on;
use kag::{
    ChangeSet, EmbeddedKnowledgeBase, InstanceFusion, KnowledgeBase, MemoryKnowledgeBase, Schema, Scope, StoreOptions,
    SynonymEdges,
    builder::{ConceptCompletion, ConceptMembership, Spellings, Taxonomy},
    core::{
        Chunk, Clusters, Confidence, ContentHash, Contribution, ContributionDraft, Document, DocumentId, Embedding,
        EmbeddingSpace, Evidence, Fact, GraphNeed, Layer, Origin, RecordKind, Result, Snapshot, dump,
    },
    reason::{RuleBase, RuleDeriver},
};
use proptest::prelude::*;
use tempfile::TempDir;

/// Firms, some of them one firm in two spellings, and one in a word more.
const FIRMS: [&str; 7] =
    ["东风纸业", "東風紙業", "Northern Paper", "Northern Paper Ltd", "Halem Tea", "Müller", "Muller"];
/// What firms are, the concept a wider one ends in among them.
const KINDS: [&str; 3] = ["paper mill", "mill", "茶行"];
const SLOTS: usize = 5;

const RULES: &str = "
    Define (s:Firm)-[p:reaches]->(o:Firm) {
        Structure { (s)-[:supplies]->(m:Firm)-[:supplies]->(o) }
        Constraint { }
    }
    Define (s:Firm)-[p:customers]->(o:Integer) {
        Structure { (s)-[:supplies]->(c:Firm) }
        Constraint { o = group(s).count(c) }
    }";

fn rules() -> RuleDeriver {
    let (schema, diagnostics) = Schema::parse(
        "namespace Trade\nFirm(企业): EntityType\n\tproperties:\n\t\tcustomers(客户数): Integer\n\trelations:\n\
         \t\tsupplies(供应): Firm\n\t\t\tconstraint: MultiValue\n\t\treaches(可及): Firm\n\t\t\tconstraint: MultiValue\n",
    );
    assert!(diagnostics.is_empty(), "{diagnostics:?}");
    RuleDeriver::new(Arc::new(RuleBase::builder(schema).with_text("trade.rule", RULES).build().unwrap()))
}

fn space() -> EmbeddingSpace {
    EmbeddingSpace::new("letters 1", 8)
}

/// A vector that is a function of the text, alike for texts of like letters.
fn vector(text: &str) -> Embedding {
    let mut parts = vec![0.1; 8];
    text.chars().for_each(|character| parts[character as usize % 8] += 1.0);
    Embedding::normalised(parts)
}

fn memory() -> MemoryKnowledgeBase {
    MemoryKnowledgeBase::new()
        .with_space(space())
        .with_deriver(rules())
        .with_deriver(SynonymEdges::new().with_stage(Spellings))
        .with_deriver(InstanceFusion::new().with_stage(Spellings))
        .with_deriver(ConceptCompletion::new(["Kind"]))
        .with_deriver(ConceptMembership::new(["Kind"]))
}

fn stored(dir: &Path) -> EmbeddedKnowledgeBase {
    let options = StoreOptions::default()
        .with_space(space())
        .with_deriver(rules())
        .with_deriver(SynonymEdges::new().with_stage(Spellings))
        .with_deriver(InstanceFusion::new().with_stage(Spellings))
        .with_deriver(ConceptCompletion::new(["Kind"]))
        .with_deriver(ConceptMembership::new(["Kind"]));
    options.open(dir).unwrap()
}

/// What one document says: which firms supply which, and what one of them is.
#[derive(Clone, Debug)]
struct Said {
    supplies: Vec<(usize, usize)>,
    is: Option<(usize, usize)>,
    secret: bool,
}

fn said() -> impl Strategy<Value = Said> {
    let firm = || 0..FIRMS.len();
    let supplies = prop::collection::vec((firm(), firm()), 0..5);
    let is = prop::option::of((firm(), 0..KINDS.len()));
    (supplies, is, any::<bool>()).prop_map(|(supplies, is, secret)| Said { supplies, is, secret })
}

fn uri(slot: usize) -> String {
    format!("note:{slot}")
}

fn contribution(slot: usize, said: &Said) -> Contribution {
    let text = format!("{said:?}");
    let labels: &[&str] = if said.secret { &["board"] } else { &[] };
    let document = Document::new(uri(slot), ContentHash::of(&text)).with_labels(labels.iter().copied());
    let mut draft = ContributionDraft::new(document);
    let chunk = draft.add_chunk(Chunk::new(draft.document.id, 0, 0, text.as_str()));
    let origin = Origin::Extracted { by: "test 1".into() };
    let evidence = Evidence { chunk, span: None, origin, layer: Layer::Information, confidence: Confidence::CERTAIN };
    for (from, to) in &said.supplies {
        let [from, to] = [*from, *to].map(|firm| draft.add_node("Firm", FIRMS[firm], Layer::Information));
        draft.add_fact(Fact::new(from, "supplies", to), evidence.clone());
    }
    if let Some((firm, kind)) = said.is {
        let firm = draft.add_node("Firm", FIRMS[firm], Layer::Information);
        draft.add_fact(Fact::new(firm, "is a", KINDS[kind]), evidence);
    }
    let sealed = draft.seal().unwrap();
    let texts: Vec<_> = sealed.texts().into_iter().map(|text| (text.clone(), vector(&text))).collect();
    sealed.with_vectors(space(), texts).unwrap()
}

fn kinds() -> Contribution {
    let kinds = Taxonomy::new("Kind").with("mill", [], ["business"]).with("business", [], []);
    kinds.with("paper mill", [], []).with("茶行", [], ["business"]).contribution("kinds").unwrap().0
}

/// Everything that is stated and derived, and what a search finds of it, in words.
fn shown(base: &dyn KnowledgeBase, scope: &Scope) -> String {
    let snapshot: Snapshot = block_on(base.snapshot(scope)).unwrap();
    let mut bytes = Vec::new();
    block_on(dump::write(&snapshot, &mut bytes)).unwrap();
    let mut shown = String::from_utf8(bytes).unwrap();
    let view = block_on(snapshot.graph().view(&GraphNeed::Everything)).unwrap();
    view.nodes().map(Result::unwrap).for_each(|node| shown.push_str(&format!("{node:?}\n")));
    view.facts().map(Result::unwrap).for_each(|fact| shown.push_str(&format!("{fact:?}\n")));
    shown.push_str(&format!("{:?}\n", Clusters::of(&*view).unwrap()));
    for kind in [RecordKind::Node, RecordKind::Fact] {
        let found = block_on(snapshot.text().search(kind, &["paper 紙業 reaches"], 50)).unwrap();
        shown.push_str(&format!("{found:?}\n"));
    }
    shown
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// G2, G3: after each step the store shows what the memory shows, and in the end both show what a base shows
    /// that only ever held what is left.
    #[test]
    fn what_is_derived_follows_what_is_stated(
        steps in prop::collection::vec((0..SLOTS, prop::option::weighted(0.75, said())), 1..12),
    ) {
        let dir = TempDir::new().unwrap();
        let (mut base, oracle) = (stored(dir.path()), memory());
        let scopes = [Scope::All, Scope::of::<&str>([])];
        let mut left: Vec<Option<Said>> = vec![None; SLOTS];
        for bases in [&base as &dyn KnowledgeBase, &oracle] {
            block_on(bases.commit(ChangeSet::new().put(kinds()))).unwrap();
        }
        for (at, (slot, said)) in steps.into_iter().enumerate() {
            let change = || match &said {
                Some(said) => ChangeSet::new().put(contribution(slot, said)),
                None => ChangeSet::new().remove(DocumentId::of(&uri(slot))),
            };
            block_on(base.commit(change())).unwrap();
            block_on(oracle.commit(change())).unwrap();
            left[slot] = said;
            if at % 3 == 2 {
                drop(base);
                base = stored(dir.path());
            }
            for scope in &scopes {
                prop_assert_eq!(shown(&base, scope), shown(&oracle, scope), "step {} {:?}", at, scope);
            }
        }
        let fresh = memory();
        let put = |change: ChangeSet, (slot, said): (usize, &Option<Said>)| match said {
            Some(said) => change.put(contribution(slot, said)),
            None => change,
        };
        let rest = left.iter().enumerate().rev().fold(ChangeSet::new().put(kinds()), put);
        block_on(fresh.commit(rest)).unwrap();
        for scope in &scopes {
            prop_assert_eq!(shown(&base, scope), shown(&fresh, scope), "{:?}", scope);
        }
    }
}

/// The derivers of the property have something to do: each of them shows.
#[test]
fn every_deriver_derives() {
    let said = Said { supplies: vec![(0, 2), (2, 4), (1, 4)], is: Some((2, 0)), secret: false };
    let base = memory();
    block_on(base.commit(ChangeSet::new().put(kinds()).put(contribution(0, &said)))).unwrap();
    let shown = shown(&base, &Scope::All);
    for statement in [
        "东风纸业 reaches Halem Tea",
        "Northern Paper customers 1",
        "paper mill isA mill",
        "Northern Paper belongTo paper mill",
    ] {
        assert!(shown.contains(statement), "{statement} in {shown}");
    }
    for predicate in [kag::core::SYNONYM, kag::core::SAME_AS] {
        assert!(shown.contains(&format!("{predicate:?}")), "{predicate}");
    }
}
