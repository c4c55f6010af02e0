//! Documents, chunks and the contributions that brought them.

use std::{fmt, sync::Arc};

use async_trait::async_trait;

use crate::{Chunk, ChunkId, Contribution, DocumentId, Result};

/// The source text of a snapshot, and who contributed what.
#[async_trait]
pub trait ChunkStore: fmt::Debug + Send + Sync + 'static {
    /// The chunks with these ids, in the order asked; `None` for one that is not there.
    async fn chunks(&self, ids: &[ChunkId]) -> Result<Vec<Option<Arc<Chunk>>>>;

    /// The contributions of these documents, in the order asked; `None` for one that is
    /// not there.
    async fn contributions(&self, ids: &[DocumentId]) -> Result<Vec<Option<Arc<Contribution>>>>;

    /// At most `limit` documents by id, beginning behind `after`; fewer only at the end.
    async fn documents(&self, after: Option<DocumentId>, limit: usize) -> Result<Vec<DocumentId>>;
}
