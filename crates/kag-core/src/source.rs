//! Sources and how they are read.

use std::{collections::BTreeSet, fmt, sync::Arc};

use async_trait::async_trait;

use crate::{ContentHash, Document, Span};

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

/// Reads sources of one format.
///
/// ```
/// use std::error::Error;
/// use kag_core::{ReadDocument, Reader, Source, async_trait};
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
///     async fn read(&self, source: &Source) -> Result<Vec<ReadDocument>, Box<dyn Error + Send + Sync>> {
///         let text: String = source.bytes.iter().map(|byte| char::from(*byte)).collect();
///         Ok(vec![ReadDocument::new(source.document(), text)])
///     }
/// }
/// ```
#[async_trait]
pub trait Reader: fmt::Debug + Send + Sync + 'static {
    /// Changes whenever the same bytes would be read otherwise; part of every fingerprint.
    fn version(&self) -> &str;

    /// The documents in `source`, in its order: one for most formats, one a line for JSONL.
    /// Each has its own URI, which for the second kind extends that of the source.
    ///
    /// # Errors
    /// The reader's own, where nothing in the source can be read.
    async fn read(&self, source: &Source) -> Result<Vec<ReadDocument>, Box<dyn std::error::Error + Send + Sync>>;
}
