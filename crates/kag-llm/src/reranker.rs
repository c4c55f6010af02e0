//! Ordering passages by how well they answer a question.

use std::fmt;

use async_trait::async_trait;
use kag_core::Score;

use crate::Result;

/// A model that scores passages against a query.
#[async_trait]
pub trait Reranker: fmt::Debug + Send + Sync + 'static {
    /// Name and version; part of every cache key.
    fn id(&self) -> &str;

    /// One score a passage, in the same order. No passages give no scores.
    ///
    /// # Errors
    /// All or nothing: one passage that fails fails the batch.
    async fn score(&self, query: &str, passages: &[&str]) -> Result<Vec<Score>>;
}
