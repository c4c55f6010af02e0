//! Several extractors as one.

use std::sync::Arc;

use futures::future::try_join_all;
use kag_core::{BoxError, async_trait};

use super::{Estimate, Extraction, Extractor, Passage};

/// Runs several extractors on each passage, at the same time, and merges what they return
/// in their order. Evidence names the one that gave it. Where one fails, the chunk fails.
///
/// ```
/// use kag_builder::{Chain, Extractor, MentionExtractor, Patterns};
///
/// let both = Chain::new().then(Patterns::new("clubs 1").compile()?).then(MentionExtractor::new());
/// assert!(both.version().contains("clubs 1"));
/// # Ok::<(), kag_builder::PatternError>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Chain {
    extractors: Vec<Arc<dyn Extractor>>,
    version: String,
}

impl Chain {
    /// No extractor: nothing is ever found.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The same chain with `extractor` behind those it has.
    #[must_use]
    pub fn then(mut self, extractor: impl Extractor) -> Self {
        if !self.version.is_empty() {
            self.version.push_str(" + ");
        }
        self.version.push_str(extractor.version());
        self.extractors.push(Arc::new(extractor));
        self
    }
}

#[async_trait]
impl Extractor for Chain {
    fn version(&self) -> &str {
        &self.version
    }

    /// The sum of those of its parts.
    fn estimate(&self, passage: &Passage<'_>) -> Result<Estimate, BoxError> {
        let mut all = Estimate::default();
        for extractor in &self.extractors {
            all += extractor.estimate(passage)?;
        }
        Ok(all)
    }

    async fn extract(&self, passage: &Passage<'_>) -> Result<Extraction, BoxError> {
        let mut whole = Extraction::default();
        let parts = try_join_all(self.extractors.iter().map(|extractor| extractor.extract(passage))).await?;
        for (extractor, part) in self.extractors.iter().zip(parts) {
            whole.merge(part.signed(extractor.version()));
        }
        Ok(whole)
    }
}
