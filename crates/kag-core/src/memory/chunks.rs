//! Contributions and chunks in memory.

use std::{collections::BTreeMap, ops::Bound, sync::Arc};

use async_trait::async_trait;

use crate::{Chunk, ChunkId, ChunkStore, Contribution, DocumentId, Result};

/// The visible contributions by document.
#[derive(Debug)]
pub(super) struct MemoryChunks {
    contributions: BTreeMap<DocumentId, Arc<Contribution>>,
    chunks: BTreeMap<ChunkId, Arc<Chunk>>,
}

impl MemoryChunks {
    pub(super) fn of(visible: Vec<Arc<Contribution>>) -> Self {
        let chunks = visible.iter().flat_map(|c| c.chunks()).map(|chunk| (chunk.id, Arc::clone(chunk))).collect();
        Self { chunks, contributions: visible.into_iter().map(|c| (c.document().id, c)).collect() }
    }
}

#[async_trait]
impl ChunkStore for MemoryChunks {
    async fn chunks(&self, ids: &[ChunkId]) -> Result<Vec<Option<Arc<Chunk>>>> {
        Ok(ids.iter().map(|id| self.chunks.get(id).cloned()).collect())
    }

    async fn contributions(&self, ids: &[DocumentId]) -> Result<Vec<Option<Arc<Contribution>>>> {
        Ok(ids.iter().map(|id| self.contributions.get(id).cloned()).collect())
    }

    async fn documents(&self, after: Option<DocumentId>, limit: usize) -> Result<Vec<DocumentId>> {
        let from = after.map_or(Bound::Unbounded, Bound::Excluded);
        Ok(self.contributions.range((from, Bound::Unbounded)).take(limit).map(|(id, _)| *id).collect())
    }
}
