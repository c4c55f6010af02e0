//! Topics by what sentences mean.

use std::sync::Arc;

use kag_core::{BoxError, Chunk, CpuPool, Embedding, ReadDocument, async_trait};
use kag_llm::{Embedder, Purpose, TokenCounter};

use super::{
    breaks::{distances, percentile},
    units::{Unit, stretches, units},
};
use crate::split::{LengthSplitter, Splitter};

/// Texts that the embedder is given at a time.
const BATCH: usize = 64;

/// Cuts a document where the meaning of neighbouring sentences is least alike.
///
/// Each sentence is embedded with its neighbours; where the distance (1 less the cosine) from one to the
/// next is above a percentile of all such distances in the document, a chunk begins. Percentile 95 and
/// one neighbour on each side are the defaults of LangChain's `SemanticChunker`, after Greg Kamradt's
/// *5 levels of text splitting*. Chunks shorter than the least take in what follows; what is longer than
/// the target is cut as [`LengthSplitter`] cuts it. A heading begins a new chunk.
///
/// The embedder is asked once for each sentence, in batches, whenever a document is new or changed.
///
/// ```
/// use std::sync::Arc;
/// use kag_builder::{SemanticSplitter, Splitter};
/// use kag_core::{ContentHash, Document, Embedding, ReadDocument, async_trait};
/// use kag_llm::{Embedder, Purpose};
///
/// /// Cats or stars.
/// #[derive(Debug)]
/// struct Topics;
///
/// #[async_trait]
/// impl Embedder for Topics {
///     fn id(&self) -> &str {
///         "topics"
///     }
///     fn dim(&self) -> usize {
///         2
///     }
///     async fn embed(&self, texts: &[&str], _: Purpose) -> kag_llm::Result<Vec<Embedding>> {
///         let count = |text: &str, word| text.matches(word).count() as f32;
///         Ok(texts.iter().map(|text| Embedding::normalised(vec![count(text, "cat"), count(text, "star")])).collect())
///     }
/// }
///
/// # futures::executor::block_on(async {
/// let text = "A cat purrs. The cat eats. A cat sleeps. A star burns. The star is far. Every star dies.";
/// let read = ReadDocument::new(Document::new("note:1", ContentHash::of(text)), text);
/// let splitter = SemanticSplitter::new(Arc::new(Topics), 100).with_neighbours(0);
/// let chunks = splitter.split(&read).await?;
/// assert_eq!(&*chunks[1].text, "A star burns. The star is far. Every star dies.");
/// # Ok::<(), kag_core::BoxError>(())
/// # }).unwrap();
/// ```
#[derive(Clone, Debug)]
pub struct SemanticSplitter {
    embedder: Arc<dyn Embedder>,
    percentile: f32,
    neighbours: usize,
    least: usize,
    length: LengthSplitter,
    version: String,
}

impl SemanticSplitter {
    /// Chunks by the vectors of `embedder`, of at most `target` tokens as
    /// [`TokenEstimate`](crate::TokenEstimate) counts them.
    #[must_use]
    pub fn new(embedder: Arc<dyn Embedder>, target: usize) -> Self {
        let length = LengthSplitter::new(target);
        Self { embedder, percentile: 95.0, neighbours: 1, least: 0, length, version: String::new() }.named()
    }

    /// The same splitter, where distances above this percentile (0 to 100) of a document's begin a chunk;
    /// default 95. A smaller one gives smaller chunks.
    #[must_use]
    pub fn with_percentile(mut self, percentile: f32) -> Self {
        self.percentile = if percentile.is_nan() { 95.0 } else { percentile.clamp(0.0, 100.0) };
        self.named()
    }

    /// The same splitter, embedding each sentence with so many on each side; default 1.
    #[must_use]
    pub fn with_neighbours(mut self, neighbours: usize) -> Self {
        self.neighbours = neighbours;
        self.named()
    }

    /// The same splitter, whose chunks have at least `least` tokens where the section has them; default 0.
    #[must_use]
    pub fn with_least(mut self, least: usize) -> Self {
        self.least = least;
        self.named()
    }

    /// The same splitter, counting with `counter`.
    #[must_use]
    pub fn with_counter(mut self, counter: impl TokenCounter) -> Self {
        self.length = self.length.with_counter(counter);
        self.named()
    }

    /// The same splitter, cutting long texts on `cpu`; by default on a pool of its own.
    #[must_use]
    pub fn with_cpu(mut self, cpu: CpuPool) -> Self {
        self.length = self.length.with_cpu(cpu);
        self
    }

    fn named(mut self) -> Self {
        let Self { embedder, percentile, neighbours, least, length, .. } = &self;
        self.version = format!("semantic 1 {} {percentile} {neighbours} {least} {}", embedder.id(), length.version());
        self
    }

    /// The vectors of the sentences, each with its neighbours.
    async fn embed(&self, text: &str, units: &[Unit]) -> Result<Vec<Embedding>, BoxError> {
        let window = |at: usize| {
            let (first, last) = (at.saturating_sub(self.neighbours), (at + self.neighbours).min(units.len() - 1));
            let (start, end) = (units.get(first)?.span.start, units.get(last)?.span.end);
            text.get(start..end)
        };
        let windows: Vec<&str> = (0..units.len()).map(|at| window(at).unwrap_or_default()).collect();
        let mut vectors = Vec::with_capacity(units.len());
        for batch in windows.chunks(BATCH) {
            vectors.extend(self.embedder.embed(batch, Purpose::Document).await?);
        }
        Ok(vectors)
    }
}

#[async_trait]
impl Splitter for SemanticSplitter {
    fn version(&self) -> &str {
        &self.version
    }

    async fn split(&self, document: &ReadDocument) -> Result<Vec<Chunk>, BoxError> {
        if document.text.trim().is_empty() {
            return Ok(Vec::new());
        }
        let units = units(document);
        let distances = distances(&self.embed(&document.text, &units).await?);
        let bound = percentile(&distances, self.percentile).unwrap_or_default();
        let begins = |number: usize| {
            let before = number.checked_sub(1).and_then(|before| distances.get(before));
            before.is_some_and(|distance| *distance > bound)
        };
        let stretches = stretches(&document.text, &units, begins, &self.length, self.least);
        self.length.cut_each_off(document, stretches).await
    }
}
