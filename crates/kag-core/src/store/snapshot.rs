//! An immutable view of everything.

use std::{fmt, sync::Arc};

use super::{ChunkStore, CommitId, GraphStore, Scope, TextIndex, VectorIndex};
use crate::Settings;

/// Everything that one scope sees as of one commit. Cheap to clone; never changes.
#[derive(Clone)]
pub struct Snapshot(Arc<Parts>);

#[derive(Clone)]
struct Parts {
    commit: CommitId,
    scope: Scope,
    graph: Arc<dyn GraphStore>,
    chunks: Arc<dyn ChunkStore>,
    text: Arc<dyn TextIndex>,
    vectors: Option<Arc<dyn VectorIndex>>,
    settings: Arc<Settings>,
}

impl Snapshot {
    /// A snapshot of `scope` as of `commit`, whose ports all show that same state.
    #[must_use]
    pub fn new(
        commit: CommitId,
        scope: Scope,
        graph: Arc<dyn GraphStore>,
        chunks: Arc<dyn ChunkStore>,
        text: Arc<dyn TextIndex>,
    ) -> Self {
        Self(Arc::new(Parts { commit, scope, graph, chunks, text, vectors: None, settings: Arc::default() }))
    }

    /// The same snapshot, which can also be searched by vector.
    #[must_use]
    pub fn with_vectors(self, vectors: Arc<dyn VectorIndex>) -> Self {
        Self(Arc::new(Parts { vectors: Some(vectors), ..Parts::clone(&self.0) }))
    }

    /// The same snapshot with `settings`, which every scope sees.
    #[must_use]
    pub fn with_settings(self, settings: Arc<Settings>) -> Self {
        Self(Arc::new(Parts { settings, ..Parts::clone(&self.0) }))
    }

    /// The commit it shows.
    #[must_use]
    pub fn commit(&self) -> CommitId {
        self.0.commit
    }

    /// The scope it shows.
    #[must_use]
    pub fn scope(&self) -> &Scope {
        &self.0.scope
    }

    /// The graph.
    #[must_use]
    pub fn graph(&self) -> &dyn GraphStore {
        &*self.0.graph
    }

    /// Documents and chunks.
    #[must_use]
    pub fn chunks(&self) -> &dyn ChunkStore {
        &*self.0.chunks
    }

    /// Full text.
    #[must_use]
    pub fn text(&self) -> &dyn TextIndex {
        &*self.0.text
    }

    /// Vectors; `None` where the knowledge base has none.
    #[must_use]
    pub fn vectors(&self) -> Option<&dyn VectorIndex> {
        self.0.vectors.as_deref()
    }

    /// What is kept beside the documents.
    #[must_use]
    pub fn settings(&self) -> &Settings {
        &self.0.settings
    }

    /// Whether `other` is this very snapshot, so that what was computed from one holds for
    /// the other.
    #[must_use]
    pub fn is(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl fmt::Debug for Snapshot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Snapshot").field("commit", &self.0.commit).field("scope", &self.0.scope).finish_non_exhaustive()
    }
}
