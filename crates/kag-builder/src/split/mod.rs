//! Cutting documents into chunks.

mod break_property;
mod count;
mod headings;
mod length;
mod outline;
mod pattern;
mod scan;
mod semantic;
mod sentence;
mod terminator;

use std::{fmt, sync::Arc};

use kag_core::{BoxError, Chunk, ReadDocument, async_trait};

pub use count::{Characters, TokenEstimate};
pub use length::LengthSplitter;
pub use outline::OutlineSplitter;
pub use pattern::PatternSplitter;
pub use semantic::{FindTopics, SemanticSplitter, TopicSplitter};
pub use sentence::sentences;

/// Cuts a document into chunks.
///
/// ```
/// use kag_builder::Splitter;
/// use kag_core::{BoxError, Chunk, ContentHash, Document, ReadDocument, async_trait};
///
/// /// One chunk a line.
/// #[derive(Debug)]
/// struct Lines;
///
/// #[async_trait]
/// impl Splitter for Lines {
///     fn version(&self) -> &str {
///         "lines 1"
///     }
///
///     async fn split(&self, document: &ReadDocument) -> Result<Vec<Chunk>, BoxError> {
///         let mut start = 0;
///         let mut chunks = Vec::new();
///         for (ordinal, line) in (0..).zip(document.text.split_inclusive('\n')) {
///             chunks.push(Chunk::new(document.document.id, ordinal, start, line));
///             start += line.len();
///         }
///         Ok(chunks)
///     }
/// }
/// ```
#[async_trait]
pub trait Splitter: fmt::Debug + Send + Sync + 'static {
    /// Changes whenever the same document would be cut otherwise; part of every fingerprint.
    fn version(&self) -> &str;

    /// The chunks of `document` in reading order, numbered from 0; their spans are bytes of
    /// its text and cover it without gaps, neighbours may overlap. A document without
    /// visible text has none. The pipeline says which pages they stand on.
    ///
    /// # Errors
    /// The splitter's own; the pipeline then reports the document as failed.
    async fn split(&self, document: &ReadDocument) -> Result<Vec<Chunk>, BoxError>;
}

#[async_trait]
#[deny(clippy::missing_trait_methods)]
impl<T: Splitter + ?Sized> Splitter for Arc<T> {
    fn version(&self) -> &str {
        (**self).version()
    }

    async fn split(&self, document: &ReadDocument) -> Result<Vec<Chunk>, BoxError> {
        (**self).split(document).await
    }
}
