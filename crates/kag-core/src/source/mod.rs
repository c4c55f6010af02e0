//! Sources and how they are read.

mod text_builder;

use std::{collections::BTreeSet, fmt, sync::Arc};

use async_trait::async_trait;

pub use text_builder::TextBuilder;

use crate::{BoxError, ContentHash, Document, PageRange, Span};

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

/// A document that was read: its text, and the headings and pages in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadDocument {
    /// What it is and which version; the fingerprint is filled in by the pipeline.
    pub document: Document,
    /// Its whole text. Spans of chunks are bytes of this.
    pub text: Arc<str>,
    /// Its headings in reading order.
    pub headings: Vec<Heading>,
    /// Its pages in reading order, where the format has pages. They do not overlap; one without text is empty.
    pub pages: Vec<Page>,
}

impl ReadDocument {
    /// `document`, whose text is `text`, without headings and pages.
    #[must_use]
    pub fn new(document: Document, text: impl Into<Arc<str>>) -> Self {
        Self { document, text: text.into(), headings: Vec::new(), pages: Vec::new() }
    }

    /// The same document with these headings, in reading order.
    #[must_use]
    pub fn with_headings(mut self, headings: Vec<Heading>) -> Self {
        self.headings = headings;
        self
    }

    /// The same document with these pages, in reading order.
    #[must_use]
    pub fn with_pages(mut self, pages: Vec<Page>) -> Self {
        self.pages = pages;
        self
    }

    /// The pages that `span` of the text stands on; `None` where it stands on none.
    #[must_use]
    pub fn pages_of(&self, span: Span) -> Option<PageRange> {
        let behind = self.pages.partition_point(|page| page.span.end <= span.start);
        let touched = self.pages.get(behind..)?.iter().take_while(|page| page.span.start < span.end);
        let mut touched = touched.filter(|page| !page.span.is_empty()).map(|page| page.number);
        let first = touched.next()?;
        Some(PageRange { first, last: touched.last().unwrap_or(first) })
    }
}

/// A page of a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Page {
    /// Which page, from 1 in the order of the file, whatever is printed on it.
    pub number: u32,
    /// The bytes of the document's text that stand on it.
    pub span: Span,
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_stands_on_the_pages_that_it_meets() {
        let pages = [(1, 0..10), (2, 10..10), (3, 10..20), (4, 22..30)];
        let pages = pages.map(|(number, span)| Page { number, span: span.into() });
        let read = ReadDocument::new(Document::new("a", ContentHash::of("")), "x".repeat(30)).with_pages(pages.into());
        let on = |span: std::ops::Range<usize>| read.pages_of(span.into()).map(|pages| (pages.first, pages.last));
        assert_eq!(on(0..10), Some((1, 1)));
        assert_eq!(on(9..11), Some((1, 3)));
        assert_eq!(on(10..20), Some((3, 3)), "an empty page holds nothing");
        assert_eq!(on(0..30), Some((1, 4)));
        assert_eq!(
            (on(20..22), on(30..40), on(5..5)),
            (None, None, Some((1, 1))),
            "between pages, behind them, a place"
        );
    }
}
