//! Small changes and questions.

use std::{
    collections::BTreeSet,
    path::Path,
    time::{Duration, Instant},
};

use kag::core::{
    ChangeSet, Embedding, GraphNeed, GraphView, KnowledgeBase, RecordId, RecordKind, Scope, Snapshot, Vertex,
    graph::{PageRankOptions, pagerank},
};
use kag::{EmbeddedKnowledgeBase, Hybrid, Query, Retriever, StoreOptions};

use super::{
    Measures, median, memory, put,
    world::{Random, World, question, space, uri, vector},
};
use crate::Result;

const QUERIES: usize = 200;
const CHANGES: usize = 25;

pub(super) async fn run(world: World, store: &Path) -> Result<Measures> {
    let mut measured = Measures::new();
    let open = || StoreOptions::default().with_space(space()).open(store);
    drop(open()?);
    let began = Instant::now();
    let base = open()?;
    let snapshot = base.snapshot(&Scope::All).await?;
    put(&mut measured, "open_ms", began.elapsed().as_secs_f64() * 1e3);
    put(&mut measured, "rss_open_mb", memory("VmRSS:"));
    let began = Instant::now();
    search(&snapshot, &mut measured).await?;
    walk(world, &snapshot, &mut measured).await?;
    retrieve(world, &snapshot, &mut measured).await?;
    put(&mut measured, "queries_s", began.elapsed().as_secs_f64());
    put(&mut measured, "rss_query_mb", memory("VmRSS:"));
    drop(snapshot);
    change(world, &base, &mut measured).await?;
    put(&mut measured, "ask_peak_mb", memory("VmHWM:"));
    Ok(measured)
}

async fn search(snapshot: &Snapshot, measured: &mut Measures) -> Result<()> {
    let mut random = Random::new(2);
    let mut times = Vec::new();
    let began = Instant::now();
    snapshot.text().search(RecordKind::Chunk, &["first"], 10).await?;
    put(measured, "first_bm25_ms", began.elapsed().as_secs_f64() * 1e3);
    for _ in 0..QUERIES {
        let question = question(&mut random);
        let began = Instant::now();
        snapshot.text().search(RecordKind::Chunk, &[&question], 10).await?;
        times.push(began.elapsed());
    }
    put(measured, "bm25_p50_us", median(times));

    let index = snapshot.vectors().ok_or("the store has no vectors")?;
    let began = Instant::now();
    index.search(RecordKind::Chunk, &[vector("first")], 10).await?;
    put(measured, "first_vector_ms", began.elapsed().as_secs_f64() * 1e3);
    let mut found = Vec::new();
    let mut times = Vec::new();
    for number in 0..QUERIES {
        let query = vector(&format!("question {number}"));
        let began = Instant::now();
        let mut hits = index.search(RecordKind::Chunk, std::slice::from_ref(&query), 10).await?;
        times.push(began.elapsed());
        found.push((query, hits.pop().unwrap_or_default().into_iter().map(|hit| hit.item).collect::<Vec<_>>()));
    }
    put(measured, "vector_p50_us", median(times));
    found.truncate(20);
    put(measured, "vector_recall10", recall(snapshot, &found).await?);
    Ok(())
}

/// The part of the ten nearest, found by looking at every vector, that a search finds.
async fn recall(snapshot: &Snapshot, found: &[(Embedding, Vec<RecordId>)]) -> Result<f64> {
    let view = snapshot.graph().view(&GraphNeed::Everything).await?;
    let ids: Vec<_> = view.chunks().map(|id| id.map(RecordId::Chunk)).collect::<Result<_, _>>()?;
    let index = snapshot.vectors().ok_or("the store has no vectors")?;
    let mut exact: Vec<Vec<(f32, RecordId)>> = found.iter().map(|_| Vec::new()).collect();
    for ids in ids.chunks(1000) {
        for (id, vector) in ids.iter().zip(index.vectors(ids).await?) {
            let Some(vector) = vector else { continue };
            for ((query, _), best) in found.iter().zip(&mut exact) {
                let product = query.as_slice().iter().zip(vector.as_slice()).map(|(a, b)| a * b).sum();
                best.push((product, *id));
                if best.len() > 1000 {
                    cut(best);
                }
            }
        }
    }
    let mut hits = 0;
    for ((_, found), best) in found.iter().zip(&mut exact) {
        cut(best);
        hits += best.iter().filter(|(_, id)| found.contains(id)).count();
    }
    Ok(hits as f64 / (10 * found.len()) as f64)
}

fn cut(best: &mut Vec<(f32, RecordId)>) {
    best.sort_by(|left, right| right.0.total_cmp(&left.0).then(left.1.cmp(&right.1)));
    best.truncate(10);
}

async fn walk(world: World, snapshot: &Snapshot, measured: &mut Measures) -> Result<()> {
    let view = snapshot.graph().view(&GraphNeed::Everything).await?;
    let began = Instant::now();
    let mutual = view.mutual()?;
    put(measured, "first_mutual_ms", began.elapsed().as_secs_f64() * 1e3);
    let mut random = Random::new(3);
    let mut node = || World::node(random.below(world.documents * super::world::CHUNKS));
    let mut times = Vec::new();
    for _ in 0..QUERIES / 4 {
        let seeds: Vec<_> = (0..5).filter_map(|_| Some((mutual.vertex(Vertex::Node(node()))?, 1.0))).collect();
        let began = Instant::now();
        pagerank(mutual.graph(), &seeds, &PageRankOptions::default())?;
        times.push(began.elapsed());
    }
    put(measured, "ppr_p50_us", median(times));
    let (mut one, mut two, mut records) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..QUERIES {
        let start = node();
        let Some(vertex) = mutual.vertex(Vertex::Node(start)) else { continue };
        let hop = |from: &BTreeSet<u32>| -> BTreeSet<u32> {
            from.iter().flat_map(|vertex| mutual.graph().arcs_of(*vertex).iter()).map(|(to, _)| to).collect()
        };
        let began = Instant::now();
        let near = hop(&BTreeSet::from([vertex]));
        one.push(began.elapsed());
        hop(&near);
        two.push(began.elapsed());
        records.push(read_facts(&*view, start)?);
    }
    put(measured, "hop1_p50_us", median(one));
    put(measured, "hop2_p50_us", median(two));
    put(measured, "facts_of_node_p50_us", median(records));
    Ok(())
}

/// How long the hybrid takes for a question that names a node, its embedding not included.
async fn retrieve(world: World, snapshot: &Snapshot, measured: &mut Measures) -> Result<()> {
    let hybrid = Hybrid::default();
    let mut random = Random::new(4);
    let mut times = Vec::new();
    for _ in 0..QUERIES {
        let node = random.below(world.documents * super::world::CHUNKS);
        let text = format!("{} {}", question(&mut random), super::world::name(node));
        let query = Query::new(text.as_str()).with_vector(vector(&text));
        let began = Instant::now();
        hybrid.retrieve(snapshot, &query, 20).await?;
        times.push(began.elapsed());
    }
    put(measured, "hybrid_p50_us", median(times));
    Ok(())
}

/// How long it takes to read every fact at a node.
fn read_facts(view: &dyn GraphView, node: kag::core::NodeId) -> Result<Duration> {
    let began = Instant::now();
    view.outgoing(node)?;
    view.incoming(node)?;
    Ok(began.elapsed())
}

/// Adds and removes documents one at a time. A change is there when it is committed; it is
/// searchable when a new snapshot has answered every port.
async fn change(world: World, base: &EmbeddedKnowledgeBase, measured: &mut Measures) -> Result<()> {
    let numbers = world.documents..world.documents + CHANGES;
    let added = numbers.clone().map(|number| world.document(number)).collect::<Result<Vec<_>>>()?;
    let adding = added.into_iter().map(|contribution| ChangeSet::new().put(contribution)).collect();
    timed(base, adding, "add", measured).await?;
    let removing = numbers.map(|number| ChangeSet::new().remove(kag::core::DocumentId::of(&uri(number)))).collect();
    timed(base, removing, "delete", measured).await
}

async fn timed(
    base: &EmbeddedKnowledgeBase,
    changes: Vec<ChangeSet>,
    name: &str,
    measured: &mut Measures,
) -> Result<()> {
    let (mut committed, mut searchable) = (Vec::new(), Vec::new());
    let query = [vector("after")];
    for change in changes {
        let began = Instant::now();
        base.commit(change).await?;
        committed.push(began.elapsed());
        let snapshot = base.snapshot(&Scope::All).await?;
        for kind in [RecordKind::Chunk, RecordKind::Node, RecordKind::Fact] {
            snapshot.text().search(kind, &["after"], 10).await?;
        }
        for kind in [RecordKind::Chunk, RecordKind::Node] {
            snapshot.vectors().ok_or("the store has no vectors")?.search(kind, &query, 10).await?;
        }
        snapshot.graph().view(&GraphNeed::Everything).await?.mutual()?;
        searchable.push(began.elapsed());
    }
    put(measured, &format!("{name}_ms"), median(committed) / 1e3);
    put(measured, &format!("{name}_searchable_ms"), median(searchable) / 1e3);
    Ok(())
}
