//! Turning text into vectors.

use std::fmt;

use async_trait::async_trait;
use kag_core::Embedding;

use crate::Result;

/// What a text is embedded for; some models treat the two differently.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Purpose {
    /// To be found later.
    Document,
    /// To find with.
    Query,
}

/// A model that turns text into vectors of one length.
#[async_trait]
pub trait Embedder: fmt::Debug + Send + Sync + 'static {
    /// Name and version; vectors of different ids are never compared.
    fn id(&self) -> &str;

    /// Length of every vector this model returns.
    fn dim(&self) -> usize;

    /// One vector a text, in the same order, each `dim()` long and of length 1 (or all
    /// zero for a text in which the model sees nothing). No texts give no vectors.
    ///
    /// # Errors
    /// All or nothing: one text that fails fails the batch.
    async fn embed(&self, texts: &[&str], purpose: Purpose) -> Result<Vec<Embedding>>;
}
