//! HippoRAG.

use std::collections::BTreeSet;

use async_trait::async_trait;
use kag_core::{
    CpuPool, GraphNeed, Result, Scored, Snapshot,
    rank::{top_k, weighted_fusion},
};

use super::{
    super::{Degradation, Dense, Query, Retrieved, Retriever, seeds::named_in},
    graph::{HippoGraph, Kept, Passages},
};

/// How [`HippoRag`] walks and what it joins. The defaults are the published ones.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct HippoRagOptions {
    /// Probability of going on along an edge: 0.1.
    pub damping: f64,
    /// The walk decides alone where every entity was linked with a score above this: 0.9.
    pub certain: f32,
    /// Share of dense where not every entity is certain: 0, the published default; 0.5 is its
    /// ensemble.
    pub dense_share: f32,
}

impl Default for HippoRagOptions {
    fn default() -> Self {
        Self { damping: 0.1, certain: 0.9, dense_share: 0.0 }
    }
}

/// HippoRAG (arXiv 2405.14831, §2) as its program computes it.
///
/// A walk restarts at the entities that the question names, each weighed by 1 over its
/// number of passages. A passage scores the sum, over its facts, of what the walk leaves at
/// both ends. The entities are those of [`Query::nodes`], which stand for what a model reads
/// out of the question and links; where there are none, those whose names stand in it. Where
/// the question names nothing, dense decides, and that is said. The graph is built when a
/// snapshot is asked first and kept until another one is.
#[derive(Debug, Default)]
pub struct HippoRag {
    options: HippoRagOptions,
    cpu: CpuPool,
    kept: Kept,
}

impl HippoRag {
    /// The retriever with `options`, computed on `cpu`.
    #[must_use]
    pub fn new(options: HippoRagOptions, cpu: CpuPool) -> Self {
        Self { options, cpu, kept: Kept::default() }
    }
}

#[async_trait]
impl Retriever for HippoRag {
    fn name(&self) -> &str {
        "hipporag"
    }

    async fn retrieve(&self, snapshot: &Snapshot, query: &Query, k: usize) -> Result<Retrieved> {
        let mut named = query.nodes.clone();
        if named.is_empty() {
            let view = snapshot.graph().view(&GraphNeed::Everything).await?;
            named = named_in(&*view, &query.text)?.into_iter().map(|node| Scored::new(node, 1.0)).collect();
        }
        let graph = self.kept.graph(snapshot, Passages::Apart, &self.cpu).await?;
        let seeds: BTreeSet<u32> = named.iter().filter_map(|node| graph.entity(node.item)).collect();
        let seeds: Vec<_> = seeds.into_iter().map(|entity| (entity, graph.specificity(entity))).collect();
        if seeds.is_empty() {
            let mut dense = Dense.retrieve(snapshot, query, k).await?;
            dense.degradations.insert(Degradation::NoSeeds);
            return Ok(dense);
        }
        let damping = self.options.damping;
        let mut found = self.cpu.run("retrieve.hippo.walk", move || walk(&graph, &seeds, damping)).await??;
        let certain = named.iter().all(|node| node.score.get() > self.options.certain);
        if self.options.dense_share > 0.0 && !certain {
            let dense = Dense.retrieve(snapshot, query, usize::MAX).await?;
            let share = self.options.dense_share;
            found.hits = weighted_fusion(&[(1.0 - share, found.hits.as_slice()), (share, dense.hits.as_slice())]);
            found.degradations.extend(dense.degradations);
        }
        found.hits.truncate(k);
        Ok(found)
    }
}

fn walk(graph: &HippoGraph, seeds: &[(u32, f32)], damping: f64) -> Result<Retrieved> {
    let ranks = graph.ranks(seeds, damping)?;
    let at = |vertex: &u32| ranks.scores.get(*vertex as usize).copied().unwrap_or_default();
    let scored = graph.passages().map(|(chunk, _, ends)| (chunk, ends.iter().map(at).sum::<f64>()));
    let hits = top_k(scored.map(|(chunk, score)| Scored::new(chunk, score as f32)), usize::MAX);
    let degradations = if ranks.converged { BTreeSet::new() } else { [Degradation::NotConverged].into() };
    Ok(Retrieved { hits, degradations })
}
