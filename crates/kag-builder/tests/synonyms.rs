//! Which names are held to be near, by which stage, and that remembering changes nothing.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, missing_docs, reason = "tests")]

use std::collections::BTreeSet;

use futures::executor::block_on;
use kag_builder::{Acronyms, AliasTable, Misspellings, SharedNames, Spellings, SynonymEdges, WordOrder};
use kag_core::{
    ChangeSet, Chunk, Confidence, ContentHash, Contribution, ContributionDraft, Document, DocumentId, Embedding,
    EmbeddingSpace, Evidence, Fact, GraphNeed, KnowledgeBase, Layer, Origin, SYNONYM, Scope, Span, TextVector, dump,
    memory::MemoryKnowledgeBase,
};
use proptest::prelude::*;

/// A document of one chunk that names all of `names`, in order, each with its letters as a vector.
fn naming(uri: &str, type_name: &str, text: &str, names: &[&str]) -> Contribution {
    let mut draft = draft(uri, text);
    draft.space = Some(space());
    let chunk = draft.chunks[0].id;
    let mut at = 0;
    for name in names {
        let node = draft.add_node(type_name, *name, Layer::Information);
        let found = text[at..].find(name).map(|place| Span::new(at + place, at + place + name.len()));
        at = found.map_or(at, |span| span.end);
        draft.add_mention(node, chunk, found);
        draft.vectors.push(TextVector { text: ContentHash::of(name), vector: letters(name) });
    }
    draft.seal().unwrap()
}

fn draft(uri: &str, text: &str) -> ContributionDraft {
    let mut draft = ContributionDraft::new(Document::new(uri, ContentHash::of(text)));
    draft.add_chunk(Chunk::new(draft.document.id, 0, 0, text));
    draft
}

/// How often each of eight classes of characters stands in `name`.
fn letters(name: &str) -> Embedding {
    let mut counts = vec![0.0; 8];
    name.chars().for_each(|c| counts[c as usize % 8] += 1.0);
    Embedding::normalised(counts)
}

fn space() -> EmbeddingSpace {
    EmbeddingSpace::new("letters", 8)
}

fn base(edges: &SynonymEdges) -> MemoryKnowledgeBase {
    MemoryKnowledgeBase::new().with_space(space()).with_deriver(edges.clone())
}

fn commit(base: &MemoryKnowledgeBase, change: ChangeSet) -> String {
    block_on(base.commit(change)).unwrap();
    shown(base, &Scope::All)
}

fn shown(base: &MemoryKnowledgeBase, scope: &Scope) -> String {
    let mut out = Vec::new();
    block_on(async { dump::write(&base.snapshot(scope).await.unwrap(), &mut out).await }).unwrap();
    String::from_utf8(out).unwrap()
}

/// The reason of each edge, without the deriver's name.
fn reasons(base: &MemoryKnowledgeBase) -> BTreeSet<String> {
    let snapshot = block_on(base.snapshot(&Scope::All)).unwrap();
    let view = block_on(snapshot.graph().view(&GraphNeed::Everything)).unwrap();
    let records = view.with_predicate(&SYNONYM.into()).unwrap();
    let rules = records.iter().flat_map(|record| &record.derivations).map(|derivation| derivation.rule.to_string());
    rules.map(|rule| rule.split_once(": ").unwrap().1.to_owned()).collect()
}

fn reasons_of(edges: SynonymEdges, documents: impl IntoIterator<Item = Contribution>) -> Vec<String> {
    let base = base(&edges);
    block_on(base.commit(documents.into_iter().collect())).unwrap();
    reasons(&base).into_iter().collect()
}

#[test]
fn an_acronym_needs_a_witness() {
    let edges = || SynonymEdges::none().with_stage(Acronyms::new());
    let text = "The World Health Organization (WHO) met.";
    let names = ["World Health Organization", "WHO"];
    assert_eq!(
        reasons_of(edges(), [naming("a", "Organisation", text, &names)]),
        ["WHO is short for World Health Organization"]
    );
    let apart = [
        naming("a", "Organisation", "World Health Organization", &names[..1]),
        naming("b", "Organisation", "WHO", &names[1..]),
    ];
    assert!(reasons_of(edges(), apart).is_empty(), "strangers with the same initials");
    let other_type = [naming("a", "Organisation", text, &names[..1]), naming("b", "Band", "WHO", &names[1..])];
    assert!(reasons_of(edges(), other_type).is_empty());
}

#[test]
fn few_letters_must_stand_right_behind_the_long_name() {
    let edges = || SynonymEdges::none().with_stage(Acronyms::new());
    for (text, names, expect) in [
        ("北京大学（北大）在海淀。", ["北京大学", "北大"], 1),
        ("北京大学在海淀，北大荒在东北。", ["北京大学", "北大"], 0),
        ("The UN (United Nations) met.", ["UN", "United Nations"], 1),
        ("The United Nations and a road called UN 7.", ["United Nations", "UN"], 0),
    ] {
        assert_eq!(reasons_of(edges(), [naming("a", "Organisation", text, &names)]).len(), expect, "{text}");
    }
}

#[test]
fn facts_that_say_the_same_are_a_witness() {
    let one = |uri: &str, name: &str, predicate: &str| {
        let mut draft = draft(uri, name);
        let node = draft.add_node("Organisation", name, Layer::Information);
        let city = draft.add_node("City", "Geneva", Layer::Information);
        let (layer, confidence) = (Layer::Information, Confidence::CERTAIN);
        let (chunk, origin) = (draft.chunks[0].id, Origin::Extracted { by: "test 1".into() });
        draft.add_fact(Fact::new(node, predicate, city), Evidence { chunk, span: None, origin, layer, confidence });
        draft.seal().unwrap()
    };
    let edges = || SynonymEdges::none().with_stage(Acronyms::new());
    let same = [one("a", "WHO", "seat"), one("b", "World Health Organization", "seat")];
    assert_eq!(reasons_of(edges(), same).len(), 1);
    let other = [one("a", "WHO", "seat"), one("b", "World Health Organization", "far from")];
    assert!(reasons_of(edges(), other).is_empty());
}

#[test]
fn each_stage_gives_its_own_edges_and_reason() {
    let names = ["皇家馬德里", "皇家马德里", "皇马", "Zidane, Zinédine", "Zinedine Zidane", "Zinedin Zidane"];
    let document = || naming("a", "Thing", &names.join("\n"), &names);
    let table = AliasTable::new().with(["皇家马德里", "皇马"]);
    for (edges, expect) in [
        (SynonymEdges::none(), vec![]),
        (SynonymEdges::none().with_stage(SharedNames), vec![]),
        (SynonymEdges::none().with_stage(WordOrder), vec!["Zidane, Zinédine and Zinedine Zidane, the same words"]),
        (SynonymEdges::none().with_stage(Misspellings), vec!["Zinedin Zidane and Zinedine Zidane, a letter apart"]),
        (SynonymEdges::none().with_stage(Spellings), vec!["皇家馬德里 and 皇家马德里, spelt in two ways"]),
        (SynonymEdges::none().with_stage(table), vec!["listed as one: 皇家马德里, 皇马"]),
    ] {
        let found = reasons_of(edges.clone(), [document()]);
        assert_eq!(found, expect, "{edges:?}");
    }
}

#[test]
fn one_document_more_is_compared_with_all_and_nothing_else_is() {
    let edges = SynonymEdges::new().with_stage(Spellings);
    let base = base(&edges);
    let names: Vec<String> = (0..40).map(|at| format!("name number {at}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    commit(&base, ChangeSet::new().put(naming("many", "Thing", "", &names)));
    assert_eq!((edges.work().nodes_changed, edges.work().vectors_compared), (40, 40 * 39 / 2));
    commit(&base, ChangeSet::new().put(naming("one", "Thing", "", &["Name, number 7", "another"])));
    let work = edges.work();
    assert_eq!((work.nodes_changed, work.vectors_compared, work.names_compared), (2, 2 * 40 + 1, 1));
    commit(&base, ChangeSet::new().remove(DocumentId::of("one")));
    assert_eq!((edges.work().nodes_changed, edges.work().vectors_compared), (0, 0));
}

/// Everything on.
fn all() -> SynonymEdges {
    let table = AliasTable::new().with(["皇家马德里", "皇马", "rm"]).with_typed("A", ["ab cd", "cd"]);
    SynonymEdges::new()
        .with_threshold(0.9)
        .with_stage(table)
        .with_stage(Spellings)
        .with_stage(WordOrder)
        .with_stage(Misspellings)
        .with_stage(Acronyms::new())
}

fn contribution(at: usize, (type_name, names, hidden): &(String, Vec<String>, bool)) -> Contribution {
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let contribution = naming(&format!("doc:{at}"), type_name, &names.join(" ("), &names);
    if !hidden {
        return contribution;
    }
    let mut labelled = draft(&format!("doc:{at}"), &names.join(" ("));
    labelled.document = labelled.document.with_labels(["board"]);
    labelled.space = Some(space());
    labelled.nodes = contribution.nodes().to_vec();
    labelled.mentions = contribution.mentions().to_vec();
    labelled.vectors = contribution.vectors().to_vec();
    labelled.seal().unwrap()
}

const NAMES: &str =
    "AC|RM|皇马|皇家[马馬]德里|[Aa]lph?a [Cc]entaur[iy]|Centauri,? Alpha|(the )?ab[- ]cd|Réal Madrid|Real Madri[dt]";

proptest! {
    /// Guarantees on order, removal and scope with every stage on: what is remembered is never seen.
    #[test]
    fn what_is_remembered_changes_nothing(
        documents in prop::collection::vec(("[AB]", prop::collection::vec(NAMES, 1..4), any::<bool>()), 2..9),
        steps in prop::collection::vec((any::<prop::sample::Index>(), any::<bool>()), 1..12),
    ) {
        let documents: Vec<_> = documents.iter().enumerate().map(|(at, document)| contribution(at, document)).collect();
        let remembering = base(&all());
        let mut there = BTreeSet::new();
        for (document, put) in steps {
            let at = document.index(documents.len());
            let change = ChangeSet::new();
            let change = if put { change.put(documents[at].clone()) } else { change.remove(documents[at].document().id) };
            if put { there.insert(at); } else { there.remove(&at); }
            let shown_to_all = commit(&remembering, change);
            let shown_to_some = shown(&remembering, &Scope::of::<&str>([]));

            let fresh = base(&all());
            let rest = there.iter().rev().map(|at| documents[*at].clone());
            prop_assert_eq!(&shown_to_all, &commit(&fresh, rest.collect()));
            let open = base(&all());
            let rest = there.iter().map(|at| documents[*at].clone()).filter(|c| c.document().labels.is_empty());
            prop_assert_eq!(&shown_to_some, &commit(&open, rest.collect()));
        }
    }
}
