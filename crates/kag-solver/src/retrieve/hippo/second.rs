//! HippoRAG 2.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use async_trait::async_trait;
use kag_core::{ChunkId, CpuPool, FactRecord, GraphNeed, NodeId, RecordKind, Result, Scored, Snapshot, rank::top_k};

use super::{
    super::{Degradation, Dense, Query, Retrieved, Retriever, min_max::min_max},
    FactFilter,
    graph::{HippoGraph, HippoSize, Kept, Passages},
};

/// How [`HippoRag2`] links and walks. The defaults are the published ones.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct HippoRag2Options {
    /// How many facts are linked to a question, and how many entities the walk restarts at: 5.
    pub linking_top_k: usize,
    /// Weight of a passage's relevance among the restarts: 0.05.
    pub passage_weight: f32,
    /// Probability of going on along an edge: 0.5.
    pub damping: f64,
}

impl Default for HippoRag2Options {
    fn default() -> Self {
        Self { linking_top_k: 5, passage_weight: 0.05, damping: 0.5 }
    }
}

/// HippoRAG 2 (arXiv 2502.14802, §3) as its program computes it, with or without the filter.
///
/// The facts nearest to the question, scored by cosine stretched over all facts, give their
/// score divided by the entity's number of passages to both of their entities, an entity
/// the mean over its facts; a walk restarts at the best entities and, little, at every
/// passage by its cosine stretched over all passages. Passages come by the rank they have in
/// the walk. Where no fact is linked the cosine alone decides. Without vectors it finds
/// nothing, and says so. The graph is built when a snapshot is asked first and kept until
/// another one is.
#[derive(Debug, Default)]
pub struct HippoRag2 {
    options: HippoRag2Options,
    filter: Option<Arc<dyn FactFilter>>,
    cpu: CpuPool,
    kept: Kept,
}

impl HippoRag2 {
    /// The retriever with `options`, without a filter, computed on `cpu`.
    #[must_use]
    pub fn new(options: HippoRag2Options, cpu: CpuPool) -> Self {
        Self { options, filter: None, cpu, kept: Kept::default() }
    }

    /// The same retriever, whose linked facts pass `filter` first.
    #[must_use]
    pub fn with_filter(mut self, filter: Arc<dyn FactFilter>) -> Self {
        self.filter = Some(filter);
        self
    }

    /// How large the graph of `snapshot` is.
    ///
    /// # Errors
    /// Those of reading the snapshot.
    pub async fn size(&self, snapshot: &Snapshot) -> Result<HippoSize> {
        Ok(self.kept.graph(snapshot, Passages::Joined, &self.cpu).await?.size())
    }

    /// The facts linked to `query` with their scores from 0 to 1, best first.
    async fn linked(
        &self,
        snapshot: &Snapshot,
        query: &Query,
        degradations: &mut BTreeSet<Degradation>,
    ) -> Result<Vec<(Arc<FactRecord>, f32)>> {
        let (Some(vectors), Some(vector)) = (snapshot.vectors(), &query.vector) else { return Ok(Vec::new()) };
        let found = vectors.search(RecordKind::Fact, std::slice::from_ref(vector), usize::MAX).await?;
        let facts: Vec<_> = found.into_iter().flatten().collect();
        let scores = min_max(&facts);
        let view = snapshot.graph().view(&GraphNeed::Everything).await?;
        let mut linked = Vec::new();
        for hit in facts.iter().take(self.options.linking_top_k) {
            let record = hit.item.fact().map(|id| view.fact(id)).transpose()?.flatten();
            linked.extend(record.zip(scores.get(&hit.item).copied()));
        }
        let Some(filter) = self.filter.as_ref().filter(|_| !linked.is_empty()) else { return Ok(linked) };
        let records: Vec<_> = linked.iter().map(|(record, _)| Arc::clone(record)).collect();
        match filter.keep(&query.text, &records).await {
            Ok(kept) => {
                let mut places = 0..;
                linked.retain(|_| places.next().is_some_and(|place| kept.contains(&place)));
            }
            Err(_) => drop(degradations.insert(Degradation::FilterFailed)),
        }
        Ok(linked)
    }
}

#[async_trait]
impl Retriever for HippoRag2 {
    fn name(&self) -> &str {
        if self.filter.is_some() { "hipporag2+filter" } else { "hipporag2" }
    }

    async fn retrieve(&self, snapshot: &Snapshot, query: &Query, k: usize) -> Result<Retrieved> {
        let mut dense = Dense.retrieve(snapshot, query, usize::MAX).await?;
        let linked = self.linked(snapshot, query, &mut dense.degradations).await?;
        let graph = self.kept.graph(snapshot, Passages::Joined, &self.cpu).await?;
        let entities = seeds(&graph, &linked, self.options.linking_top_k);
        if entities.is_empty() {
            dense.degradations.insert(Degradation::NoSeeds);
            dense.hits.truncate(k);
            return Ok(dense);
        }
        let (options, priors) = (self.options.clone(), min_max(&dense.hits));
        let ranks = move || walk(&graph, &entities, &priors, &options, k);
        let walked = self.cpu.run("retrieve.hippo.walk", ranks).await??;
        dense.degradations.extend(walked.degradations);
        Ok(Retrieved { hits: walked.hits, degradations: dense.degradations })
    }
}

/// The best entities at the linked facts and what they weigh.
fn seeds(graph: &HippoGraph, linked: &[(Arc<FactRecord>, f32)], k: usize) -> Vec<(u32, f32)> {
    let mut weights: BTreeMap<NodeId, Vec<f32>> = BTreeMap::new();
    for (record, score) in linked {
        for node in std::iter::once(record.fact.subject).chain(record.fact.object_node()) {
            let specificity = graph.entity(node).map(|entity| graph.specificity(entity));
            weights.entry(node).or_default().extend(specificity.map(|specificity| score * specificity));
        }
    }
    let means = weights.into_iter().filter(|(_, weights)| !weights.is_empty());
    let means = means.map(|(node, weights)| Scored::new(node, weights.iter().sum::<f32>() / weights.len() as f32));
    let best = top_k(means.filter(|mean| mean.score.get() > 0.0), k);
    best.into_iter().filter_map(|hit| Some((graph.entity(hit.item)?, hit.score.get()))).collect()
}

fn walk(
    graph: &HippoGraph,
    entities: &[(u32, f32)],
    priors: &BTreeMap<ChunkId, f32>,
    options: &HippoRag2Options,
    k: usize,
) -> Result<Retrieved> {
    let passages = priors.iter().filter_map(|(chunk, prior)| Some((graph.passage(*chunk)?, *prior)));
    let passages = passages.map(|(vertex, prior)| (vertex, prior * options.passage_weight));
    let restarts: Vec<_> = entities.iter().copied().chain(passages).filter(|(_, weight)| *weight > 0.0).collect();
    let ranks = graph.ranks(&restarts, options.damping)?;
    let scored = graph.passages().filter_map(|(chunk, vertex, _)| Some((chunk, *ranks.scores.get(vertex)?)));
    let hits = top_k(scored.map(|(chunk, rank)| Scored::new(chunk, rank as f32)), k);
    let degradations = if ranks.converged { BTreeSet::new() } else { [Degradation::NotConverged].into() };
    Ok(Retrieved { hits, degradations })
}
