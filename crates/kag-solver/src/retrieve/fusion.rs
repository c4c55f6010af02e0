//! Several rankings made into one.

use std::sync::Arc;

use async_trait::async_trait;
use futures::future::try_join_all;
use kag_core::{Result, Snapshot, rank::reciprocal_rank_fusion};

use super::{Bm25, Dense, Query, Retrieved, Retriever};

/// Reciprocal-rank fusion of other retrievers (Cormack, Clarke and Büttcher 2009).
///
/// A part that finds nothing changes nothing; its degradations are passed on.
#[derive(Clone, Debug)]
pub struct Fusion {
    parts: Vec<Arc<dyn Retriever>>,
    /// The constant that softens the top ranks: 60 as published.
    pub constant: f32,
    /// How many hits of each part take part: 100.
    pub depth: usize,
}

impl Fusion {
    /// The fusion of `parts` with the published constant.
    #[must_use]
    pub fn new(parts: impl IntoIterator<Item = Arc<dyn Retriever>>) -> Self {
        Self { parts: parts.into_iter().collect(), constant: 60.0, depth: 100 }
    }
}

impl Default for Fusion {
    /// [`Bm25`] and [`Dense`].
    fn default() -> Self {
        Self::new([Arc::new(Bm25) as Arc<dyn Retriever>, Arc::new(Dense)])
    }
}

#[async_trait]
impl Retriever for Fusion {
    fn name(&self) -> &str {
        "fusion"
    }

    async fn retrieve(&self, snapshot: &Snapshot, query: &Query, k: usize) -> Result<Retrieved> {
        let depth = self.depth.max(k);
        let found = try_join_all(self.parts.iter().map(|part| part.retrieve(snapshot, query, depth))).await?;
        let lists: Vec<_> = found.iter().map(|part| part.hits.as_slice()).collect();
        let mut hits = reciprocal_rank_fusion(&lists, self.constant);
        hits.truncate(k);
        Ok(Retrieved { hits, degradations: found.into_iter().flat_map(|part| part.degradations).collect() })
    }
}
