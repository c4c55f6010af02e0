//! Turning text into vectors.

use std::fmt;

use async_trait::async_trait;
use kag_core::Embedding;
use serde::{Deserialize, Serialize};

use crate::Result;

/// What a text is embedded for; some models treat the two differently.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Purpose {
    /// To be found later.
    Document,
    /// To find with.
    Query,
}

/// A model that turns text into vectors of one length.
///
/// ```
/// use async_trait::async_trait;
/// use kag_core::Embedding;
/// use kag_llm::{Embedder, Purpose, Result};
///
/// /// Places a text by whether it holds Chinese, Latin or neither.
/// #[derive(Debug)]
/// struct Scripts;
///
/// #[async_trait]
/// impl Embedder for Scripts {
///     fn id(&self) -> &str {
///         "scripts-1"
///     }
///     fn dim(&self) -> usize {
///         2
///     }
///     async fn embed(&self, texts: &[&str], _: Purpose) -> Result<Vec<Embedding>> {
///         let share = |text: &str, holds: fn(&char) -> bool| text.chars().filter(holds).count() as f32;
///         let place = |text: &&str| {
///             let latin = share(text, |c| c.is_ascii_alphabetic());
///             let other = share(text, |c| c.is_alphabetic() && !c.is_ascii());
///             Embedding::normalised(vec![latin, other])
///         };
///         Ok(texts.iter().map(place).collect())
///     }
/// }
/// ```
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
