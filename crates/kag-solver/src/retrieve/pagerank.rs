//! Passages by a walk over the graph.

use std::collections::BTreeMap;

use async_trait::async_trait;
use kag_core::{
    ChunkId, CpuPool, GraphNeed, MutualGraph, Result, Scored, Snapshot, Vertex,
    graph::{self, pagerank},
    rank::top_k,
};

use super::{
    Bm25, Degradation, Dense, Query, Retrieved, Retriever,
    min_max::min_max,
    seeds::{SeedOptions, Seeds, seeds_of},
};

/// How [`PageRank`] walks.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct PageRankOptions {
    /// Probability of going on along an edge: 0.5, HippoRAG 2.
    pub damping: f64,
    /// Weight of a passage's own relevance beside that of nodes: 0.05, HippoRAG 2.
    pub passage_weight: f32,
    /// How many facts are linked to the query: 5, HippoRAG 2 (20 is worse by 17 points there).
    pub linked_facts: usize,
    /// How many nodes the walk restarts from: 5, HippoRAG 2.
    pub linked_nodes: usize,
    /// The L1 distance to the exact ranks at which the walk has settled: 1e-4, which leaves recall as it is at 1e-6.
    pub tolerance: f64,
}

impl Default for PageRankOptions {
    fn default() -> Self {
        Self { damping: 0.5, passage_weight: 0.05, linked_facts: 5, linked_nodes: 5, tolerance: 1e-4 }
    }
}

/// Passages by personalised PageRank over the mutual index, after HippoRAG 2
/// (arXiv 2502.14802) without its model filter.
///
/// The walk restarts at the nodes that the query is about and, with a small weight, at
/// every passage by its own relevance: dense where there are vectors, else BM25. Where the
/// query names nothing in the graph, the passages' own relevance decides alone.
#[derive(Clone, Debug, Default)]
pub struct PageRank {
    options: PageRankOptions,
    cpu: CpuPool,
}

impl PageRank {
    /// PageRank with `options`, computed on `cpu`.
    #[must_use]
    pub fn new(options: PageRankOptions, cpu: CpuPool) -> Self {
        Self { options, cpu }
    }
}

#[async_trait]
impl Retriever for PageRank {
    fn name(&self) -> &str {
        "pagerank"
    }

    async fn retrieve(&self, snapshot: &Snapshot, query: &Query, k: usize) -> Result<Retrieved> {
        let dense = Dense.retrieve(snapshot, query, usize::MAX).await?;
        let own = if dense.hits.is_empty() { Bm25.retrieve(snapshot, query, usize::MAX).await? } else { dense.clone() };
        let mut retrieved = walk(snapshot, query, &own.hits, &self.options, &self.cpu).await?;
        retrieved.hits.truncate(k);
        retrieved.degradations.extend(dense.degradations);
        Ok(retrieved)
    }
}

/// Walks from the nodes that `query` is about and from passages by their relevance `own`.
async fn walk(
    snapshot: &Snapshot,
    query: &Query,
    own: &[Scored<ChunkId>],
    options: &PageRankOptions,
    cpu: &CpuPool,
) -> Result<Retrieved> {
    let view = snapshot.graph().view(&GraphNeed::Everything).await?;
    let entering = SeedOptions { facts: options.linked_facts, nodes: options.linked_nodes };
    let seeds = seeds_of(snapshot, &*view, query, entering).await?;
    if seeds.is_empty() {
        let degradations = [Degradation::NoSeeds].into();
        return Ok(Retrieved { hits: own.to_vec(), degradations });
    }
    let priors = min_max(own);
    let options = options.clone();
    let run = move || {
        let mutual = view.mutual()?;
        rank(&mutual, &seeds, &priors, &options)
    };
    cpu.run("retrieve.pagerank", run).await?
}

fn rank(
    mutual: &MutualGraph,
    seeds: &Seeds,
    priors: &BTreeMap<ChunkId, f32>,
    options: &PageRankOptions,
) -> Result<Retrieved> {
    let nodes = seeds.iter().map(|(node, weight)| (Vertex::Node(*node), *weight));
    let chunks = priors.iter().map(|(chunk, prior)| (Vertex::Chunk(*chunk), prior * options.passage_weight));
    let restarts: Vec<_> = nodes
        .chain(chunks)
        .filter_map(|(what, weight)| Some((mutual.vertex(what)?, weight)))
        .filter(|(_, weight)| *weight > 0.0)
        .collect();
    let walking = graph::PageRankOptions::default().with_damping(options.damping).with_tolerance(options.tolerance);
    let ranks = pagerank(mutual.graph(), &restarts, &walking)?;
    let scored = mutual.chunks().filter_map(|(vertex, chunk)| Some((chunk, *ranks.scores.get(vertex as usize)?)));
    let reached = scored.filter(|(_, score)| *score > 0.0);
    let hits = top_k(reached.map(|(chunk, score)| Scored::new(chunk, score as f32)), usize::MAX);
    let degradations = if ranks.converged { Default::default() } else { [Degradation::NotConverged].into() };
    Ok(Retrieved { hits, degradations })
}
