//! Passages by everything at once.

use std::collections::BTreeMap;

use async_trait::async_trait;
use kag_core::{ChunkId, CpuPool, Result, Scored, Snapshot, rank::top_k};

use super::{
    Bm25, Dense, PageRankOptions, Query, Retrieved, Retriever,
    min_max::min_max,
    pagerank::walk,
};

/// How [`Hybrid`] weighs its parts.
///
/// The defaults were chosen on hotpotqa_train_100 and 2wiki_train_500 with
/// all-MiniLM-L6-v2; see `docs/decisions/0009`.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct HybridOptions {
    /// The walk. A passage's own relevance is the fused one, and weighs more in it than in
    /// HippoRAG 2: 0.2.
    pub walk: PageRankOptions,
    /// Share of the dense score in a passage's own relevance, the rest being BM25: 0.5,
    /// KAG's published solver. A strong embedder deserves more, 0.7.
    pub dense_share: f32,
    /// Share of the walk in the final score, the rest being a passage's own relevance: 0.3.
    /// KAG published 0.5.
    pub walk_share: f32,
    /// The walk decides alone where every node that it starts from was linked with a score
    /// above this: `None`, never. KAG published 0.9.
    pub certain: Option<f32>,
}

impl Default for HybridOptions {
    fn default() -> Self {
        let walk = PageRankOptions { passage_weight: 0.2, ..PageRankOptions::default() };
        Self { walk, dense_share: 0.5, walk_share: 0.3, certain: None }
    }
}

/// Passages by the walk over the graph and by their own relevance, dense and lexical, joined.
///
/// Each part's scores are moved into 0 to 1 before they are weighed. Without vectors BM25
/// is the only relevance; where the query names nothing in the graph the walk is left out.
#[derive(Clone, Debug, Default)]
pub struct Hybrid {
    options: HybridOptions,
    cpu: CpuPool,
}

impl Hybrid {
    /// The hybrid with `options`, computed on `cpu`.
    #[must_use]
    pub fn new(options: HybridOptions, cpu: CpuPool) -> Self {
        Self { options, cpu }
    }
}

#[async_trait]
impl Retriever for Hybrid {
    fn name(&self) -> &str {
        "hybrid"
    }

    async fn retrieve(&self, snapshot: &Snapshot, query: &Query, k: usize) -> Result<Retrieved> {
        let options = &self.options;
        let lexical = Bm25.retrieve(snapshot, query, usize::MAX).await?;
        let dense = Dense.retrieve(snapshot, query, usize::MAX).await?;
        let dense_share = if dense.hits.is_empty() { 0.0 } else { options.dense_share };
        let own = weigh([(dense_share, min_max(&dense.hits)), (1.0 - dense_share, min_max(&lexical.hits))]);

        let mut walked = walk(snapshot, query, &own, &options.walk, &self.cpu).await?;
        let certain = options.certain.is_some_and(|certain| walked.seeds.least > certain);
        if !walked.seeds.weights.is_empty() && !certain {
            let parts =
                [(options.walk_share, min_max(&walked.retrieved.hits)), (1.0 - options.walk_share, min_max(&own))];
            walked.retrieved.hits = weigh(parts);
        }
        walked.retrieved.hits.truncate(k);
        walked.retrieved.degradations.extend(dense.degradations);
        Ok(walked.retrieved)
    }
}

/// The weighted sum of scores that lie in 0 to 1, best first.
fn weigh<const N: usize>(parts: [(f32, BTreeMap<ChunkId, f32>); N]) -> Vec<Scored<ChunkId>> {
    let mut sums: BTreeMap<ChunkId, f32> = BTreeMap::new();
    for (share, scores) in parts {
        for (chunk, score) in scores {
            *sums.entry(chunk).or_default() += share * score;
        }
    }
    top_k(sums.into_iter().map(|(chunk, score)| Scored::new(chunk, score)), usize::MAX)
}
