//! Documents and the chunks they are cut into.

use std::{collections::BTreeSet, fmt, sync::Arc};

use serde::{Deserialize, Serialize};

use super::Span;
use crate::{ChunkId, ContentHash, DocumentId};

/// A source and its version, without its text: the chunks hold that.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Document {
    /// Derived from [`uri`](Self::uri).
    pub id: DocumentId,
    /// Where it came from; what identifies it.
    pub uri: Arc<str>,
    /// What people call it; may be empty.
    pub title: Arc<str>,
    /// The hash of the bytes that were read: its version.
    pub content: ContentHash,
    /// What made the chunks and the knowledge out of it: reader, splitter, extractor,
    /// with their versions. Equal content under an equal fingerprint needs no extraction; the
    /// embedder is told by the space of the contribution's vectors.
    pub fingerprint: ContentHash,
    /// Access labels. A scope sees the document when it holds every one of them.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub labels: BTreeSet<Arc<str>>,
    /// What its bytes are (RFC 6838), with the encoding of text as it was found:
    /// `application/pdf`, `text/html; charset=gb18030`. Empty where the reader does not say.
    #[serde(default, skip_serializing_if = "str::is_empty")]
    pub media_type: Arc<str>,
}

impl Document {
    /// The document at `uri` whose bytes hash to `content`, with no title, no labels and
    /// the fingerprint of nothing.
    #[must_use]
    pub fn new(uri: impl Into<Arc<str>>, content: ContentHash) -> Self {
        let uri = uri.into();
        Self {
            id: DocumentId::of(&uri),
            uri,
            title: "".into(),
            content,
            fingerprint: ContentHash::from_u128(0),
            labels: BTreeSet::new(),
            media_type: "".into(),
        }
    }

    /// The same document, called `title`.
    #[must_use]
    pub fn with_title(mut self, title: impl Into<Arc<str>>) -> Self {
        self.title = title.into();
        self
    }

    /// The same document, made by the pipeline that `fingerprint` stands for.
    #[must_use]
    pub fn with_fingerprint(mut self, fingerprint: ContentHash) -> Self {
        self.fingerprint = fingerprint;
        self
    }

    /// The same document under `labels`.
    #[must_use]
    pub fn with_labels<L: Into<Arc<str>>>(mut self, labels: impl IntoIterator<Item = L>) -> Self {
        self.labels = labels.into_iter().map(Into::into).collect();
        self
    }

    /// The same document, whose bytes are of `media_type`.
    #[must_use]
    pub fn with_media_type(mut self, media_type: impl Into<Arc<str>>) -> Self {
        self.media_type = media_type.into();
        self
    }

    /// The text by which `chunk` of this document is searched and embedded: the title, a
    /// line for the headings where they say more than the title, and the chunk's text.
    #[must_use]
    pub fn passage(&self, chunk: &Chunk) -> String {
        let mut passage = String::with_capacity(self.title.len() + chunk.text.len() + 2);
        let headings = chunk.headings.iter().filter(|heading| ***heading != *self.title);
        for heading in std::iter::once(&self.title).filter(|title| !title.is_empty()).chain(headings) {
            passage.push_str(heading);
            passage.push('\n');
        }
        passage.push_str(&chunk.text);
        passage
    }
}

/// A contiguous piece of a document.
///
/// The chunks of a document cover its text without gaps; neighbours may overlap. Chunk
/// `n`'s neighbours have the ordinals `n - 1` and `n + 1`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Chunk {
    /// The document's id and this chunk's ordinal.
    pub id: ChunkId,
    /// The document this is a piece of.
    pub document: DocumentId,
    /// Which bytes of the document's text this is.
    pub span: Span,
    /// Those bytes.
    pub text: Arc<str>,
    /// The headings above it, outermost first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub headings: Vec<Arc<str>>,
    /// The pages that it stands on, where the document has pages.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pages: Option<PageRange>,
}

/// Pages that follow each other, both ends inside.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct PageRange {
    /// The first page, from 1 in the order of the file.
    pub first: u32,
    /// The last page; not before the first.
    pub last: u32,
}

impl fmt::Display for PageRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { first, last } = self;
        if first == last { write!(f, "{first}") } else { write!(f, "{first}-{last}") }
    }
}

impl Chunk {
    /// Chunk number `ordinal` of `document`, which is `text` found at byte `start` of it.
    #[must_use]
    pub fn new(document: DocumentId, ordinal: u32, start: usize, text: impl Into<Arc<str>>) -> Self {
        let text = text.into();
        Self {
            id: ChunkId::new(document, ordinal),
            document,
            span: Span::new(start, start + text.len()),
            text,
            headings: Vec::new(),
            pages: None,
        }
    }

    /// The same chunk below `headings`, outermost first.
    #[must_use]
    pub fn with_headings(mut self, headings: Vec<Arc<str>>) -> Self {
        self.headings = headings;
        self
    }

    /// The same chunk on `pages`.
    #[must_use]
    pub fn with_pages(mut self, pages: Option<PageRange>) -> Self {
        self.pages = pages;
        self
    }
}
