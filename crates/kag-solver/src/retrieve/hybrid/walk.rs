//! The walk that the hybrid takes.

use std::collections::BTreeMap;

use kag_core::{
    ChunkId, DocumentId, MutualGraph, Result, Scored, Vertex,
    graph::{PushOptions, forward_push},
    rank::top_k,
};

use super::{super::seeds::Seeds, HybridOptions};

/// Where a walk came by.
pub(super) struct Walked {
    /// The passages it came by most, by id, with how often.
    pub(super) passages: Vec<Scored<ChunkId>>,
}

/// Walks from `seeds` and from `passages`, whose weights sum to 1, and keeps the `depth`
/// passages it comes by most.
pub(super) fn walk(
    mutual: &MutualGraph,
    seeds: &Seeds,
    passages: &[Scored<ChunkId>],
    options: &HybridOptions,
    depth: usize,
) -> Result<Walked> {
    let total: f32 = seeds.values().sum();
    let nodes = seeds.iter().map(|(node, weight)| (Vertex::Node(*node), options.node_weight * weight / total));
    let chunks = passages.iter().flat_map(|hit| {
        let beside = options.neighbour_share * hit.score.get();
        let own = (Vertex::Chunk(hit.item), hit.score.get());
        neighbours(hit.item).map(move |neighbour| (Vertex::Chunk(neighbour), beside)).chain([own])
    });
    let mut restarts: BTreeMap<u32, f32> = BTreeMap::new();
    for (what, weight) in nodes.chain(chunks) {
        let vertex = mutual.vertex(what).filter(|_| weight > 0.0);
        vertex.into_iter().for_each(|vertex| *restarts.entry(vertex).or_default() += weight);
    }
    if restarts.is_empty() {
        return Ok(Walked { passages: Vec::new() });
    }
    let restarts: Vec<(u32, f32)> = restarts.into_iter().collect();
    let pushing = PushOptions::default().with_damping(options.damping).with_epsilon(options.epsilon);
    let ranks = forward_push(mutual.graph(), &restarts, &pushing)?;
    let reached = ranks.scores.iter().filter_map(|(vertex, score)| match mutual.what(*vertex)? {
        Vertex::Chunk(chunk) => Some(Scored::new(chunk, *score as f32)),
        Vertex::Node(_) => None,
    });
    let mut passages = top_k(reached, depth);
    passages.sort_unstable_by_key(|hit| hit.item);
    Ok(Walked { passages })
}

/// The ids that the passages before and after `chunk` have, if there are any.
fn neighbours(chunk: ChunkId) -> impl Iterator<Item = ChunkId> {
    let of_same = move |ordinal| ChunkId::new(DocumentId::from_u128(chunk.to_u128()), ordinal);
    let (before, after) = (chunk.ordinal().checked_sub(1), chunk.ordinal().checked_add(1));
    [before, after].into_iter().flatten().map(of_same)
}
