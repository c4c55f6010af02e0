//! Sources and how they are read.

use std::{collections::BTreeSet, fmt, sync::Arc};

use async_trait::async_trait;

use crate::{BoxError, ContentHash, Document, Span};

/// Bytes found at a URI, before anybody has read them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// Where they were found; what identifies the document.
    pub uri: Arc<str>,
    /// The bytes.
    pub bytes: Arc<[u8]>,
    /// Access labels that every document read from here carries.
    pub labels: BTreeSet<Arc<str>>,
}

impl Source {
    /// `bytes` found at `uri`, without labels.
    #[must_use]
    pub fn new(uri: impl Into<Arc<str>>, bytes: impl Into<Arc<[u8]>>) -> Self {
        Self { uri: uri.into(), bytes: bytes.into(), labels: BTreeSet::new() }
    }

    /// The same source under `labels`.
    #[must_use]
    pub fn with_labels<L: Into<Arc<str>>>(mut self, labels: impl IntoIterator<Item = L>) -> Self {
        self.labels = labels.into_iter().map(Into::into).collect();
        self
    }

    /// The document that the whole source is, without a title.
    #[must_use]
    pub fn document(&self) -> Document {
        Document::new(Arc::clone(&self.uri), ContentHash::of(&self.bytes)).with_labels(self.labels.iter().cloned())
    }
}

/// A document that was read: its text, and the headings in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadDocument {
    /// What it is and which version; the fingerprint is filled in by the pipeline.
    pub document: Document,
    /// Its whole text. Spans of chunks are bytes of this.
    pub text: Arc<str>,
    /// Its headings in reading order.
    pub headings: Vec<Heading>,
}

impl ReadDocument {
    /// `document`, whose text is `text`, without headings.
    #[must_use]
    pub fn new(document: Document, text: impl Into<Arc<str>>) -> Self {
        Self { document, text: text.into(), headings: Vec::new() }
    }
}

/// A heading of a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Heading {
    /// 1 for the outermost.
    pub level: u8,
    /// The heading in words, without marks.
    pub title: Arc<str>,
    /// The bytes of the document's text that it takes, marks included.
    pub span: Span,
}

/// What a reader found in a source.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reading {
    /// The documents, in the order of the source.
    pub documents: Vec<ReadDocument>,
    /// The parts that could not be read, in that order.
    pub problems: Vec<ReadProblem>,
}

impl From<ReadDocument> for Reading {
    fn from(document: ReadDocument) -> Self {
        Self { documents: vec![document], problems: Vec::new() }
    }
}

/// A part of a source that could not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadProblem {
    /// Which part: `line 7`.
    pub place: Arc<str>,
    /// Why, in words.
    pub reason: Arc<str>,
}

/// Reads sources of one format.
///
/// ```
/// use kag_core::{BoxError, ReadDocument, Reader, Reading, Source, async_trait};
///
/// /// Reads Latin-1 text, in which every byte is a character.
/// #[derive(Debug)]
/// struct Latin1;
///
/// #[async_trait]
/// impl Reader for Latin1 {
///     fn version(&self) -> &str {
///         "latin1 1"
///     }
///
///     async fn read(&self, source: &Source) -> Result<Reading, BoxError> {
///         let text: String = source.bytes.iter().map(|byte| char::from(*byte)).collect();
///         Ok(ReadDocument::new(source.document(), text).into())
///     }
/// }
/// ```
#[async_trait]
pub trait Reader: fmt::Debug + Send + Sync + 'static {
    /// Changes whenever the same bytes would be read otherwise; part of every fingerprint.
    fn version(&self) -> &str;

    /// The documents in `source`, in its order: one for most formats, one a line for JSONL.
    /// Each has its own URI, which for the second kind extends that of the source. What
    /// cannot be read beside them is a problem in the reading, never left out in silence.
    ///
    /// # Errors
    /// The reader's own, where nothing in the source can be read.
    async fn read(&self, source: &Source) -> Result<Reading, BoxError>;
}

#[async_trait]
#[deny(clippy::missing_trait_methods)]
impl<T: Reader + ?Sized> Reader for Arc<T> {
    fn version(&self) -> &str {
        (**self).version()
    }

    async fn read(&self, source: &Source) -> Result<Reading, BoxError> {
        (**self).read(source).await
    }
}
