//! Vectors.

use std::fmt;

use async_trait::async_trait;

use super::{RecordId, RecordKind};
use crate::{Embedding, EmbeddingSpace, Result, Scored};

/// The vector index of a snapshot: one space, cosine.
#[async_trait]
pub trait VectorIndex: fmt::Debug + Send + Sync + 'static {
    /// The space that every stored vector lives in and every query must.
    fn space(&self) -> &EmbeddingSpace;

    /// For each query the `k` best records of `kind` by cosine, best first, ties by id;
    /// fewer when fewer have vectors.
    ///
    /// # Errors
    /// [`InvalidInput`](crate::ErrorKind::InvalidInput) where a query is not `space().dim` long.
    async fn search(&self, kind: RecordKind, queries: &[Embedding], k: usize) -> Result<Vec<Vec<Scored<RecordId>>>>;

    /// The vectors of these records, in the order asked; `None` for one without.
    async fn vectors(&self, ids: &[RecordId]) -> Result<Vec<Option<Embedding>>>;
}
