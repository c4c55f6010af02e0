//! Passages by everything at once.

mod relevance;
mod walk;

use async_trait::async_trait;
use kag_core::{ChunkId, CpuPool, GraphNeed, Result, Scored, Snapshot, rank::top_k};

use super::{
    Degradation, Query, Retrieved, Retriever,
    seeds::{SeedOptions, seeds_of},
};
use relevance::Relevance;
use walk::{Walked, walk};

/// How [`Hybrid`] weighs what it knows.
///
/// The defaults were chosen on hotpotqa_train_100 and musique_train_openie with
/// all-MiniLM-L6-v2; see `docs/decisions/0021`.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct HybridOptions {
    /// How many passages vectors, words and the walk each propose: 200.
    pub depth: usize,
    /// What the best BM25 score is worth, in cosine: 0.25.
    pub lexical: f32,
    /// What it is worth where there are no vectors: 1, as the best cosine would be.
    pub lexical_alone: f32,
    /// How sharply the walk prefers to restart at relevant passages: one restarts in
    /// proportion to the exponential of this times its relevance, 20.
    pub sharpness: f32,
    /// Weight of the nodes that the question is about among the restarts, all passages
    /// together weighing 1: 1.
    pub node_weight: f32,
    /// How many facts are linked to the question by meaning, to start from their nodes too: 0,
    /// since relevant passages lead to their facts already, and a scan of all facts costs time.
    pub linked_facts: usize,
    /// How many nodes the walk restarts from: 20.
    pub linked_nodes: usize,
    /// What a restart at a passage gives to the passage before and to the one after it in
    /// their document: 0.1 of its own.
    pub neighbour_share: f32,
    /// Probability of going on along an edge: 0.85.
    pub damping: f64,
    /// Probability per arc of a vertex that the walk leaves behind as too little: 1e-5.
    pub epsilon: f64,
    /// The probability that a passage counts as having where the walk never came: 1e-5.
    pub floor: f64,
    /// What a cosine of 1 is worth beside a walk that comes e times as often: 5.
    pub own_weight: f32,
}

impl Default for HybridOptions {
    fn default() -> Self {
        Self {
            depth: 200,
            lexical: 0.25,
            lexical_alone: 1.0,
            sharpness: 20.0,
            node_weight: 1.0,
            linked_facts: 0,
            linked_nodes: 20,
            neighbour_share: 0.1,
            damping: 0.85,
            epsilon: 1e-5,
            floor: 1e-5,
            own_weight: 5.0,
        }
    }
}

/// Passages by the walk over the graph and by their own relevance, dense and lexical.
///
/// A passage's own relevance is its cosine, and a little for shared words. The walk restarts
/// at the passages by their relevance and at the nodes that the question is about, and goes
/// far: what is one fact away from a relevant passage is found by being reached often. The
/// score is the logarithm of how often the walk comes by, plus the relevance; so a passage
/// must be good in both, and neither scale can drown the other.
///
/// Without vectors BM25 is the only relevance. Where the question names nothing in the
/// graph the walk starts from passages alone, and the result says so.
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
        let depth = options.depth.max(k);
        let mut relevance = Relevance::of(snapshot, query, options, depth).await?;
        let view = snapshot.graph().view(&GraphNeed::Everything).await?;
        let entering = SeedOptions { facts: options.linked_facts, nodes: options.linked_nodes };
        let seeds = seeds_of(snapshot, &*view, query, entering).await?;
        if seeds.is_empty() {
            relevance.degradations.insert(Degradation::NoSeeds);
        }

        let (restarts, given) = (relevance.restarts(options.sharpness), options.clone());
        let run = move || {
            let mutual = view.mutual()?;
            walk(&mutual, &seeds, &restarts, &given, depth)
        };
        let Walked { passages } = self.cpu.run("retrieve.hybrid.walk", run).await??;
        relevance.complete(snapshot, query, passages.iter().map(|hit| hit.item)).await?;

        let walked = |chunk: ChunkId| {
            let at = passages.binary_search_by(|hit| hit.item.cmp(&chunk)).ok();
            at.and_then(|at| passages.get(at)).map_or(0.0, |hit| f64::from(hit.score.get()))
        };
        let score = |chunk, own: f32| (walked(chunk) + options.floor).ln() as f32 + options.own_weight * own;
        let scored = relevance.passages().map(|(chunk, own)| Scored::new(chunk, score(chunk, own)));
        Ok(Retrieved { hits: top_k(scored, k), degradations: relevance.degradations })
    }
}
