//! Everything that a reader can learn from a snapshot.

use crate::{
    Chunk, ChunkId, ChunkStore, Contribution, DocumentId, Embedding, Fact, FactId, FactRecord, GraphNeed, GraphView,
    KnowledgeBase, Mention, MutualGraph, NameKey, NodeId, Predicate, RecordId, RecordKind, Result, Scope, Snapshot,
    TypeName, dump,
    graph::{PageRankOptions, PushOptions, forward_push, pagerank},
};

/// What a reader asks for who would like to know of more than there is.
#[derive(Debug, Default)]
pub(super) struct Probes {
    documents: Vec<DocumentId>,
    chunks: Vec<ChunkId>,
    nodes: Vec<NodeId>,
    facts: Vec<FactId>,
    names: Vec<NameKey>,
    types: Vec<TypeName>,
    predicates: Vec<Predicate>,
    pub(super) questions: Vec<String>,
}

impl Probes {
    /// Everything that `contributions` bring, and what derives from it by the fixture's rules.
    pub(super) fn of(contributions: &[Contribution]) -> Self {
        let mut probes = Self::default();
        for contribution in contributions {
            probes.documents.push(contribution.document().id);
            for chunk in contribution.chunks() {
                probes.chunks.push(chunk.id);
                probes.questions.push(contribution.document().passage(chunk));
            }
            for node in contribution.nodes() {
                probes.nodes.push(node.id);
                probes.types.push(node.type_name.clone());
                for name in node.names.keys().chain(&node.aliases) {
                    probes.names.push(NameKey::of(name));
                    probes.questions.push(name.to_string());
                }
            }
            for entry in contribution.facts() {
                probes.facts.push(entry.id);
                probes.predicates.push(entry.fact.predicate.clone());
                if entry.fact.predicate.as_str() == "founded" {
                    let year = entry.fact.object.to_string();
                    let event = NodeId::keyed(&"Founding".into(), &[&entry.fact.subject.to_string(), &year]);
                    probes.nodes.push(event);
                    probes.facts.push(Fact::new(event, "of", entry.fact.subject).id());
                    probes.names.push(NameKey::of(&format!("成立 {year}")));
                }
            }
        }
        probes.types.push("Founding".into());
        probes.predicates.push("of".into());
        probes
    }

    fn records(&self) -> Vec<RecordId> {
        let chunks = self.chunks.iter().map(|id| RecordId::Chunk(*id));
        let nodes = self.nodes.iter().map(|id| RecordId::Node(*id));
        chunks.chain(nodes).chain(self.facts.iter().map(|id| RecordId::Fact(*id))).collect()
    }
}

/// All that `scope` sees through every port, down to the last bit of a score, but for the
/// number of the commit.
pub(super) async fn sight_of(base: &dyn KnowledgeBase, scope: &Scope, probes: &Probes) -> String {
    let snapshot = base.snapshot(scope).await.expect("a snapshot");
    let mut sight = Vec::new();
    dump::write(&snapshot, &mut sight).await.expect("a dump");
    let mut sight = vec![String::from_utf8(sight).expect("a dump is text")];
    sources(snapshot.chunks(), probes, &mut sight).await;
    let view = snapshot.graph().view(&GraphNeed::Everything).await.expect("a view");
    records(&*view, probes, &mut sight);
    walks(&*view, probes, &mut sight);
    for need in [
        GraphNeed::Named { keys: probes.names.clone(), hops: 2 },
        GraphNeed::Around { nodes: probes.nodes.clone(), hops: 2 },
    ] {
        let part = snapshot.graph().view(&need).await.expect("a view");
        records(&*part, probes, &mut sight);
    }
    searches(&snapshot, probes, &mut sight).await;
    sight.join("\n")
}

async fn sources(chunks: &dyn ChunkStore, probes: &Probes, sight: &mut Vec<String>) {
    let (mut after, mut all) = (None, Vec::new());
    loop {
        let page = chunks.documents(after, 2).await.expect("documents");
        let Some(last) = page.last() else { break };
        after = Some(*last);
        all.extend(page);
    }
    sight.push(format!("{all:?}"));
    for document in &probes.documents {
        sight.push(format!("{:?}", chunks.documents(Some(*document), 9).await.expect("documents")));
    }
    let contributions = chunks.contributions(&probes.documents).await.expect("contributions");
    sight.push(format!("{contributions:?}"));
    let found: Vec<Option<Chunk>> =
        chunks.chunks(&probes.chunks).await.expect("chunks").iter().map(|chunk| chunk.as_deref().cloned()).collect();
    sight.push(format!("{found:?}"));
}

/// What the graph says of everything that it shows, and of everything that is probed.
fn records(view: &dyn GraphView, probes: &Probes, sight: &mut Vec<String>) {
    let nodes: Vec<_> = view.nodes().map(|node| node.expect("a node")).collect();
    let facts: Vec<_> = view.facts().map(|fact| fact.expect("a fact")).collect();
    let chunks: Vec<ChunkId> = view.chunks().map(|chunk| chunk.expect("a chunk")).collect();
    sight.push(format!("{nodes:#?}\n{facts:#?}\n{chunks:?}"));
    for fact in &facts {
        sight.push(format!("{:?} {:?}", fact.layer(), fact.confidence()));
    }
    for node in nodes.iter().map(|node| node.id).chain(probes.nodes.iter().copied()) {
        let mentions: Result<Vec<Mention>> = view.mentions_of(node);
        sight.push(format!("{:?} {mentions:?}", view.node(node)));
        sight.push(format!("{} {}", ids(view.outgoing(node)), ids(view.incoming(node))));
    }
    for fact in &probes.facts {
        sight.push(format!("{:?}", view.fact(*fact)));
    }
    for chunk in chunks.iter().chain(&probes.chunks) {
        sight.push(format!("{:?}", view.mentions_in(*chunk)));
    }
    sight.extend(probes.names.iter().map(|name| format!("{:?}", view.named(name))));
    sight.extend(probes.types.iter().map(|type_name| format!("{:?}", view.of_type(type_name))));
    sight.extend(probes.predicates.iter().map(|predicate| ids(view.with_predicate(predicate))));
}

fn ids(records: Result<Vec<std::sync::Arc<FactRecord>>>) -> String {
    format!("{:?}", records.map(|records| records.iter().map(|record| record.id).collect::<Vec<_>>()))
}

/// The neighbours of every vertex, and where walks from it end, by what vertices stand for.
fn walks(view: &dyn GraphView, probes: &Probes, sight: &mut Vec<String>) {
    let mutual = view.mutual().expect("a graph");
    let mut rows = Vec::new();
    for (vertex, what) in mutual.vertices() {
        let arcs = mutual.graph().arcs_of(vertex);
        let mut targets: Vec<_> = arcs.iter().map(|(to, weight)| (mutual.what(to), weight.to_bits())).collect();
        targets.sort_unstable();
        rows.push(format!("{what:?} {:?} {targets:?} {}", arcs.strength(), ranks(&mutual, &[(vertex, 1.0)])));
        let near = forward_push(mutual.graph(), &[(vertex, 1.0)], &PushOptions::default()).expect("a vertex");
        let mut near: Vec<_> = near.scores.iter().map(|(vertex, _)| mutual.what(*vertex)).collect();
        near.sort_unstable();
        rows.push(format!("{what:?} {near:?}"));
    }
    rows.sort_unstable();
    sight.extend(rows);
    sight.push(ranks(&mutual, &[]));
    for record in probes.records() {
        let what = match record {
            RecordId::Chunk(chunk) => crate::Vertex::Chunk(chunk),
            RecordId::Node(node) => crate::Vertex::Node(node),
            RecordId::Fact(_) => continue,
        };
        sight.push(format!("{what:?} {}", mutual.vertex(what).is_some()));
    }
}

/// The ranks of all vertices, to the last bit.
fn ranks(mutual: &MutualGraph, seeds: &[(u32, f32)]) -> String {
    let ranks = pagerank(mutual.graph(), seeds, &PageRankOptions::default()).expect("ranks");
    let score = |(vertex, what)| (what, ranks.scores.get(vertex as usize).map(|score: &f64| score.to_bits()));
    let mut scores: Vec<_> = mutual.vertices().map(score).collect();
    scores.sort_unstable();
    format!("{scores:?} {} {:?}", ranks.iterations, ranks.residual)
}

async fn searches(snapshot: &Snapshot, probes: &Probes, sight: &mut Vec<String>) {
    let questions: Vec<&str> = probes.questions.iter().map(String::as_str).collect();
    for kind in [RecordKind::Chunk, RecordKind::Node, RecordKind::Fact] {
        let found = snapshot.text().search(kind, &questions, 50).await.expect("a search");
        let bits = found.iter().flatten().map(|hit| hit.score.get().to_bits()).collect::<Vec<_>>();
        sight.push(format!("{found:?} {bits:?}"));
        let found = snapshot.text().search_prefix(kind, &questions, 50).await.expect("a search");
        sight.push(format!("{found:?}"));
        let Some(vectors) = snapshot.vectors() else { continue };
        let queries: Vec<Embedding> = questions.iter().map(|question| super::fixture::vector(question)).collect();
        let found = vectors.search(kind, &queries, 50).await.expect("a search");
        let bits = found.iter().flatten().map(|hit| hit.score.get().to_bits()).collect::<Vec<_>>();
        sight.push(format!("{found:?} {bits:?}"));
        let refused = vectors.search(kind, &[Embedding::new([1.0])], 3).await;
        sight.push(format!("{refused:?} {}", refused.as_ref().map_or_else(ToString::to_string, |_| String::new())));
    }
    if let Some(vectors) = snapshot.vectors() {
        sight.push(format!("{} {:?}", vectors.space(), vectors.vectors(&probes.records()).await));
    }
}
