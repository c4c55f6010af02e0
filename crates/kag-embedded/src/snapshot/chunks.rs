//! Contributions and chunks.

use std::sync::Arc;

use kag_core::{Chunk, ChunkId, ChunkStore, Contribution, DocumentId, Result, async_trait};

use crate::truth::Tables;

/// The contributions of one commit.
#[derive(Debug)]
pub(crate) struct StoredChunks(Arc<Tables>);

impl StoredChunks {
    pub(crate) fn of(tables: Arc<Tables>) -> Self {
        Self(tables)
    }
}

#[async_trait]
impl ChunkStore for StoredChunks {
    async fn chunks(&self, ids: &[ChunkId]) -> Result<Vec<Option<Arc<Chunk>>>> {
        ids.iter().map(|id| Ok(self.0.chunk(*id)?.map(Arc::new))).collect()
    }

    async fn contributions(&self, ids: &[DocumentId]) -> Result<Vec<Option<Arc<Contribution>>>> {
        self.0.contributions(ids)
    }

    async fn documents(&self, after: Option<DocumentId>, limit: usize) -> Result<Vec<DocumentId>> {
        self.0.document_ids(after, limit)
    }
}
