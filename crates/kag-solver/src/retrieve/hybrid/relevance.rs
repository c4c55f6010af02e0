//! What a passage is worth by itself.

use std::collections::{BTreeMap, BTreeSet};

use kag_core::{ChunkId, RecordId, Result, Scored, Snapshot};

use super::{
    super::{Bm25, Degradation, Dense, Query, Retriever, cosine::cosine},
    HybridOptions,
};

/// The relevance of the passages that were looked at.
pub(super) struct Relevance {
    /// By passage: its cosine, and its BM25 score over the best one.
    parts: BTreeMap<ChunkId, Parts>,
    /// What the best BM25 score is worth.
    lexical: f32,
    pub(super) degradations: BTreeSet<Degradation>,
}

#[derive(Clone, Copy, Default)]
struct Parts {
    cosine: Option<f32>,
    words: f32,
}

impl Relevance {
    /// Looks at the `depth` best passages by vector and by words.
    pub(super) async fn of(snapshot: &Snapshot, query: &Query, options: &HybridOptions, depth: usize) -> Result<Self> {
        let dense = Dense.retrieve(snapshot, query, depth).await?;
        let lexical = Bm25.retrieve(snapshot, query, depth).await?;
        let worth = if dense.hits.is_empty() { options.lexical_alone } else { options.lexical };
        let mut relevance = Self { parts: BTreeMap::new(), lexical: worth, degradations: dense.degradations };
        for hit in dense.hits {
            relevance.parts.entry(hit.item).or_default().cosine = Some(hit.score.get());
        }
        let best = lexical.hits.first().map_or(1.0, |hit| hit.score.get());
        for hit in lexical.hits.iter().filter(|hit| hit.score.get() > 0.0) {
            relevance.parts.entry(hit.item).or_default().words = hit.score.get() / best;
        }
        let found: Vec<ChunkId> = relevance.parts.keys().copied().collect();
        relevance.complete(snapshot, query, found).await?;
        Ok(relevance)
    }

    /// Looks at `chunks` too: finds the cosine of those that have none yet.
    pub(super) async fn complete(
        &mut self,
        snapshot: &Snapshot,
        query: &Query,
        chunks: impl IntoIterator<Item = ChunkId>,
    ) -> Result<()> {
        let mut missing = Vec::new();
        for chunk in chunks {
            if self.parts.entry(chunk).or_default().cosine.is_none() {
                missing.push(RecordId::Chunk(chunk));
            }
        }
        let (Some(vectors), Some(vector)) = (snapshot.vectors(), &query.vector) else { return Ok(()) };
        let found = vectors.vectors(&missing).await?;
        for (id, found) in missing.iter().zip(found) {
            let parts = id.chunk().and_then(|chunk| self.parts.get_mut(&chunk));
            parts.into_iter().for_each(|parts| parts.cosine = found.as_ref().map(|found| cosine(found, vector)));
        }
        Ok(())
    }

    /// The passages with their relevance, by id.
    pub(super) fn passages(&self) -> impl Iterator<Item = (ChunkId, f32)> {
        self.parts.iter().map(|(chunk, parts)| (*chunk, self.worth(*parts)))
    }

    /// The passages with the exponential of `sharpness` times their relevance; the weights
    /// sum to 1.
    pub(super) fn restarts(&self, sharpness: f32) -> Vec<Scored<ChunkId>> {
        let best = self.passages().map(|(_, own)| own).fold(f32::NEG_INFINITY, f32::max);
        let mut restarts: Vec<_> =
            self.passages().map(|(chunk, own)| (chunk, (sharpness * (own - best)).exp())).collect();
        let total: f32 = restarts.iter().map(|(_, weight)| weight).sum();
        restarts.retain(|(_, weight)| *weight > 0.0);
        restarts.into_iter().map(|(chunk, weight)| Scored::new(chunk, weight / total)).collect()
    }

    fn worth(&self, parts: Parts) -> f32 {
        parts.cosine.unwrap_or_default() + self.lexical * parts.words
    }
}
