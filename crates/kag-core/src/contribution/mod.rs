//! What one document adds to the knowledge base.
//!
//! The state of a knowledge base is a set of contributions, one a document; the knowledge
//! is their union. A contribution is self-contained: every chunk, node and fact that it
//! speaks of, it also brings. It is sorted and free of duplicates, so equal knowledge is
//! equal bytes. Producers fill a [`ContributionDraft`] and [seal](ContributionDraft::seal) it.
//!
//! See `docs/data-model.md` for the record by example.

mod change;
mod draft;
mod entry;
mod settings;
mod united;

use std::sync::Arc;

use serde::{Deserialize, Serialize};

pub use change::{Change, ChangeSet};
pub use draft::ContributionDraft;
pub(crate) use entry::most_frequent;
pub use entry::{ChunkFailure, EmbeddingSpace, FactEntry, NodeEntry, TextVector};
pub use settings::{SCHEMA, Settings};
pub use united::{UnitedFact, UnitedNode};

use crate::{Chunk, ContentHash, Document, Embedding, Error, Mention, Result};

/// Everything that one document adds, sealed: valid, sorted, without duplicates.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "ContributionDraft")]
pub struct Contribution {
    document: Document,
    chunks: Vec<Arc<Chunk>>,
    nodes: Vec<NodeEntry>,
    mentions: Vec<Mention>,
    facts: Vec<FactEntry>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    failures: Vec<ChunkFailure>,
    #[serde(skip_serializing_if = "Option::is_none")]
    space: Option<EmbeddingSpace>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    vectors: Vec<TextVector>,
}

impl Contribution {
    /// The document that contributes this.
    #[must_use]
    pub fn document(&self) -> &Document {
        &self.document
    }

    /// Its chunks in reading order.
    #[must_use]
    pub fn chunks(&self) -> &[Arc<Chunk>] {
        &self.chunks
    }

    /// Its nodes by id.
    #[must_use]
    pub fn nodes(&self) -> &[NodeEntry] {
        &self.nodes
    }

    /// Its mentions by node, chunk and span.
    #[must_use]
    pub fn mentions(&self) -> &[Mention] {
        &self.mentions
    }

    /// Its facts by id.
    #[must_use]
    pub fn facts(&self) -> &[FactEntry] {
        &self.facts
    }

    /// The chunks whose extraction failed, in reading order; a later run tries them again.
    #[must_use]
    pub fn failures(&self) -> &[ChunkFailure] {
        &self.failures
    }

    /// The space its vectors live in; `None` where it has none.
    #[must_use]
    pub fn space(&self) -> Option<&EmbeddingSpace> {
        self.space.as_ref()
    }

    /// Its vectors by the hash of their text.
    #[must_use]
    pub fn vectors(&self) -> &[TextVector] {
        &self.vectors
    }

    /// The vector of `text`, where this contribution brings it.
    #[must_use]
    pub fn vector_of(&self, text: ContentHash) -> Option<&Embedding> {
        let at = self.vectors.binary_search_by_key(&text, |vector| vector.text).ok()?;
        self.vectors.get(at).map(|vector| &vector.vector)
    }

    /// Every text that an embedder may turn into a vector, without duplicates, by bytes:
    /// passages of chunks, spellings of nodes, statements of facts.
    #[must_use]
    pub fn texts(&self) -> Vec<Arc<str>> {
        let passages = self.chunks.iter().map(|chunk| Arc::from(self.document.passage(chunk)));
        let names = self.nodes.iter().flat_map(|node| node.names.keys().cloned());
        let statements = self.facts.iter().map(|fact| Arc::clone(&fact.statement));
        let mut texts: Vec<Arc<str>> = passages.chain(names).chain(statements).collect();
        texts.sort_unstable();
        texts.dedup();
        texts
    }

    /// The same contribution with `vectors` of its [`texts`](Self::texts), replacing those it had.
    ///
    /// # Errors
    /// [`InvalidInput`](crate::ErrorKind::InvalidInput) where a vector is not as long as `space` says.
    pub fn with_vectors(
        mut self,
        space: EmbeddingSpace,
        vectors: impl IntoIterator<Item = (Arc<str>, Embedding)>,
    ) -> Result<Self> {
        let hashed = vectors.into_iter().map(|(text, vector)| TextVector { text: ContentHash::of(&*text), vector });
        self.vectors = hashed.collect();
        self.space = Some(space);
        ContributionDraft::from(self).seal()
    }
}

impl TryFrom<ContributionDraft> for Contribution {
    type Error = Error;

    fn try_from(draft: ContributionDraft) -> Result<Self> {
        draft.seal()
    }
}
