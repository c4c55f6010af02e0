//! Ordering passages by how well they answer a question.

use std::fmt;

use async_trait::async_trait;
use kag_core::Score;

use crate::Result;

/// A model that scores passages against a query.
///
/// ```
/// use async_trait::async_trait;
/// use kag_core::Score;
/// use kag_llm::{Reranker, Result};
///
/// /// Counts the characters a passage shares with the query.
/// #[derive(Debug)]
/// struct Shared;
///
/// #[async_trait]
/// impl Reranker for Shared {
///     fn id(&self) -> &str {
///         "shared-characters"
///     }
///     async fn score(&self, query: &str, passages: &[&str]) -> Result<Vec<Score>> {
///         let shared = |passage: &&str| query.chars().filter(|c| passage.contains(*c)).count();
///         Ok(passages.iter().map(|p| Score::new(shared(p) as f32)).collect())
///     }
/// }
/// ```
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
