//! Documents, histories and comparisons that the tests share.
#![allow(dead_code, reason = "each test uses a part")]

pub(crate) mod disk;

use futures::executor::block_on;
use kag_core::{
    ChangeSet, Confidence, Contribution, DeriveInput, Derived, DerivedFact, Deriver, DocumentId, Embedding, Fact,
    GraphNeed, KnowledgeBase, Layer, MutualGraph, NameKey, RecordKind, Result, SCHEMA, SYNONYM, Scope, Snapshot,
    Vertex, conformance, dump,
    graph::{PageRankOptions, pagerank},
    memory::MemoryKnowledgeBase,
};
use kag_embedded::{EmbeddedKnowledgeBase, StoreOptions};

pub(crate) const CLUBS: [&str; 7] =
    ["Real Madrid", "REAL MADRID", "real  madrid", "皇家马德里", "曼联", "Juventus", "Футбол"];

/// Joins clubs whose names begin alike: a function of the pair, which removal must undo.
#[derive(Debug)]
pub(crate) struct SameInitial;

impl Deriver for SameInitial {
    fn id(&self) -> &str {
        "same initial 1"
    }

    fn derive(&self, input: DeriveInput<'_>) -> Result<Derived> {
        let nodes = input.graph.nodes().collect::<Result<Vec<_>>>()?;
        let nodes: Vec<_> = nodes.into_iter().filter(|node| node.type_name.as_str() == "Club").collect();
        let pairs =
            nodes.iter().enumerate().flat_map(|(at, left)| nodes[at + 1..].iter().map(move |right| (left, right)));
        let alike = pairs.filter(|(left, right)| left.name.chars().next() == right.name.chars().next());
        let synonym = |(left, right): (&std::sync::Arc<kag_core::Node>, &std::sync::Arc<kag_core::Node>)| DerivedFact {
            fact: Fact::new(left.id, SYNONYM, right.id),
            rule: self.id().into(),
            premises: Vec::new(),
            confidence: Confidence::new(0.9),
            layer: Layer::Information,
        };
        Ok(alike.map(synonym).collect::<Vec<_>>().into())
    }
}

pub(crate) fn options() -> StoreOptions {
    StoreOptions::default()
        .with_space(conformance::space())
        .with_deriver(conformance::Foundings)
        .with_deriver(SameInitial)
}

pub(crate) fn oracle() -> MemoryKnowledgeBase {
    MemoryKnowledgeBase::new()
        .with_space(conformance::space())
        .with_deriver(conformance::Foundings)
        .with_deriver(SameInitial)
}

/// SplitMix64: enough to make histories, the same everywhere.
pub(crate) struct Random(pub(crate) u64);

impl Random {
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    pub(crate) fn below(&mut self, bound: usize) -> usize {
        (self.next() % bound as u64) as usize
    }
}

/// A vector that is a function of the text.
pub(crate) fn vector(text: &str) -> Embedding {
    let mut parts = vec![0.0; 4];
    text.chars().for_each(|character| parts[character as usize % 4] += 1.0);
    Embedding::normalised(parts)
}

pub(crate) fn with_vectors(contribution: Contribution) -> Contribution {
    let texts = contribution.texts().into_iter().map(|text| (text.clone(), vector(&text))).collect::<Vec<_>>();
    contribution.with_vectors(conformance::space(), texts).unwrap()
}

pub(crate) fn uri(slot: usize) -> String {
    format!("note:{slot}")
}

/// A document of a few sentences, in which clubs are named.
pub(crate) fn document(slot: usize, random: &mut Random) -> Contribution {
    let sentences: String = (0..=random.below(3))
        .map(|_| {
            let (left, right) = (CLUBS[random.below(CLUBS.len())], CLUBS[random.below(CLUBS.len())]);
            format!("{left} met {right} in {}.", 1900 + random.below(4))
        })
        .collect();
    let labels: &[&str] = [&[][..], &[], &["board"], &["board", "legal"]][random.below(4)];
    let made = conformance::contribution(&uri(slot), &sentences, &CLUBS, labels);
    if random.below(3) == 0 { made } else { with_vectors(made) }
}

/// The change set number `number` of the history `seed`.
pub(crate) fn change(seed: u64, number: u64, slots: usize) -> ChangeSet {
    let mut random = Random(seed ^ number.wrapping_mul(0x2545_f491_4f6c_dd1d));
    let mut change = ChangeSet::new();
    change = match random.below(6) {
        0 => change.set(SCHEMA, format!("namespace World{}", random.below(2))),
        1 => change.set("语言", "中文").unset(SCHEMA),
        _ => change,
    };
    for _ in 0..=random.below(3) {
        let slot = random.below(slots);
        change = match random.below(4) {
            0 => change.remove(DocumentId::of(&uri(slot))),
            _ => change.put(document(slot, &mut random)),
        };
    }
    change
}

pub(crate) fn commit(base: &dyn KnowledgeBase, change: ChangeSet) -> kag_core::Commit {
    block_on(base.commit(change)).unwrap()
}

pub(crate) fn snapshot(base: &dyn KnowledgeBase, scope: &Scope) -> Snapshot {
    block_on(base.snapshot(scope)).unwrap()
}

pub(crate) fn dump(base: &dyn KnowledgeBase, scope: &Scope) -> String {
    try_dump(base, scope).unwrap()
}

pub(crate) fn try_dump(base: &dyn KnowledgeBase, scope: &Scope) -> Result<String> {
    let snapshot = block_on(base.snapshot(scope))?;
    let mut bytes = Vec::new();
    block_on(dump::write(&snapshot, &mut bytes))?;
    Ok(String::from_utf8(bytes).unwrap())
}

/// Everything that the ports of a snapshot show, but for its commit, in words.
pub(crate) fn shown(snapshot: &Snapshot) -> String {
    let mut shown = Vec::new();
    block_on(dump::write(snapshot, &mut shown)).unwrap();
    let mut shown = String::from_utf8(shown).unwrap();
    let mut say = |what: String| {
        shown.push_str(&what);
        shown.push('\n');
    };
    let view = block_on(snapshot.graph().view(&GraphNeed::Everything)).unwrap();
    for node in view.nodes().map(Result::unwrap) {
        say(format!("{node:?}"));
        say(format!("{:?}", view.outgoing(node.id).unwrap()));
        say(format!("{:?}", view.incoming(node.id).unwrap()));
        say(format!("{:?}", view.mentions_of(node.id).unwrap()));
        say(format!("{:?}", view.of_type(&node.type_name).unwrap()));
        for name in std::iter::once(&node.name).chain(&node.aliases) {
            say(format!("{name} {:?}", view.named(&NameKey::of(name)).unwrap()));
        }
    }
    for fact in view.facts().map(Result::unwrap) {
        say(format!("{fact:?}"));
        assert_eq!(view.fact(fact.id).unwrap().as_ref(), Some(&fact));
        say(format!("{:?}", view.with_predicate(&fact.fact.predicate).unwrap().len()));
    }
    let mut chunks = Vec::new();
    for chunk in view.chunks().map(Result::unwrap) {
        say(format!("{chunk} {:?}", view.mentions_in(chunk).unwrap()));
        chunks.push(chunk);
    }
    say(format!("{:?}", block_on(snapshot.chunks().chunks(&chunks)).unwrap()));
    let mutual = view.mutual().unwrap();
    let rows = joined(&mutual);
    let first = rows.first().and_then(|(what, _)| mutual.vertex(*what));
    let seeds: Vec<_> = first.map(|vertex| (vertex, 1.0)).into_iter().collect();
    say(format!("{rows:?} {:?} {:?}", ranks(&mutual, &seeds), ranks(&mutual, &[])));
    for kind in [RecordKind::Chunk, RecordKind::Node, RecordKind::Fact] {
        let queries = ["Real Madrid founded 1902", "皇家马德里 met 曼联", "футбол synonym of 成立"];
        say(format!("{:?}", block_on(snapshot.text().search(kind, &queries, 50)).unwrap()));
        let begun = ["Real Ma", "皇", "met Фут"];
        say(format!("{:?}", block_on(snapshot.text().search_prefix(kind, &begun, 50)).unwrap()));
        if let Some(vectors) = snapshot.vectors() {
            let queries: Vec<_> = queries.iter().map(|query| vector(query)).collect();
            let found = block_on(vectors.search(kind, &queries, 50)).unwrap();
            let ids: Vec<_> = found.iter().flatten().map(|hit| hit.item).collect();
            say(format!("{found:?} {:?}", block_on(vectors.vectors(&ids)).unwrap()));
        }
    }
    shown
}

/// What every vertex is joined with, by what vertices stand for, and the bits of the weights.
pub(crate) fn joined(mutual: &MutualGraph) -> Vec<(Vertex, Vec<(Vertex, u64)>)> {
    let row = |(vertex, what)| {
        assert_eq!(mutual.vertex(what), Some(vertex));
        let arcs = mutual.graph().arcs_of(vertex).iter();
        let mut arcs: Vec<_> = arcs.map(|(to, weight)| (mutual.what(to).unwrap(), weight.to_bits())).collect();
        arcs.sort_unstable();
        (what, arcs)
    };
    let mut rows: Vec<_> = mutual.vertices().map(row).collect();
    rows.sort_unstable();
    rows
}

/// Where walks end, to the last bit.
fn ranks(mutual: &MutualGraph, seeds: &[(u32, f32)]) -> Vec<(Vertex, u64)> {
    let ranks = pagerank(mutual.graph(), seeds, &PageRankOptions::default()).unwrap();
    let score = |(vertex, what): (u32, Vertex)| (what, ranks.scores[vertex as usize].to_bits());
    let mut scores: Vec<_> = mutual.vertices().map(score).collect();
    scores.sort_unstable();
    scores
}

pub(crate) fn open(dir: &std::path::Path) -> EmbeddedKnowledgeBase {
    options().open(dir).unwrap()
}
