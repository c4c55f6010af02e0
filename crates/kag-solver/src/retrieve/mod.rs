//! Finding passages: several retrievers behind one trait, all over the same snapshot.
//!
//! A retriever asks no model, unless it is given a [`FactFilter`] that does. What needs a vector takes it from the [`Query`], so one
//! question is embedded once for all of them; without a vector retrieval is lexical and
//! graph-based, and says so in [`Retrieved::degradations`].
//!
//! | retriever | uses |
//! |---|---|
//! | [`Bm25`] | words |
//! | [`Dense`] | vectors of passages |
//! | [`Fusion`] | the ranks of other retrievers |
//! | [`PageRank`] | facts, mentions and synonyms around what the query names |
//! | [`HippoRag`], [`HippoRag2`] | what their papers use; to compare with |
//! | [`Hybrid`] | all of these; the default |

mod bm25;
pub(crate) mod cosine;
mod dense;
mod fusion;
mod hippo;
mod hybrid;
mod min_max;
mod pagerank;
mod seeds;

use std::{collections::BTreeSet, fmt, sync::Arc};

use async_trait::async_trait;
use kag_core::{ChunkId, Embedding, NodeId, Result, Scored, Snapshot};
use serde::{Deserialize, Serialize};

pub use bm25::Bm25;
pub use dense::Dense;
pub use fusion::Fusion;
pub use hippo::{FactFilter, HippoRag, HippoRag2, HippoRag2Options, HippoRagOptions, HippoSize, ModelFactFilter};
pub use hybrid::{Hybrid, HybridOptions};
pub use pagerank::{PageRank, PageRankOptions};
pub use seeds::named_in;

/// What passages are wanted for.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Query {
    /// The question in words.
    pub text: Arc<str>,
    /// Its vector, in the space of the snapshot.
    pub vector: Option<Embedding>,
    /// Nodes that it is already known to be about, with how surely.
    pub nodes: Vec<Scored<NodeId>>,
}

impl Query {
    /// The query for `text`, without a vector.
    #[must_use]
    pub fn new(text: impl Into<Arc<str>>) -> Self {
        Self { text: text.into(), vector: None, nodes: Vec::new() }
    }

    /// The same query with its vector.
    #[must_use]
    pub fn with_vector(mut self, vector: Embedding) -> Self {
        self.vector = Some(vector);
        self
    }

    /// The same query, known to be about `nodes`.
    #[must_use]
    pub fn with_nodes(mut self, nodes: Vec<Scored<NodeId>>) -> Self {
        self.nodes = nodes;
        self
    }
}

/// Passages, and what stood in the way of finding better ones.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Retrieved {
    /// The passages, best first, ties by id.
    pub hits: Vec<Scored<ChunkId>>,
    /// What the retriever had to do without.
    pub degradations: BTreeSet<Degradation>,
}

/// Something that a retriever had to do without. Never silent, never an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Degradation {
    /// The query has no vector, or the snapshot has none: lexical and graph-based only.
    NoVectors,
    /// Nothing that the query names is in the graph: passages alone decide.
    NoSeeds,
    /// The filter of facts failed: every linked fact was kept.
    FilterFailed,
    /// The iteration stopped at its limit before it had settled.
    NotConverged,
}

impl fmt::Display for Degradation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NoVectors => "no vectors: lexical and graph-based only",
            Self::NoSeeds => "nothing the query names is in the graph",
            Self::FilterFailed => "the filter of facts failed: all were kept",
            Self::NotConverged => "PageRank stopped before it had settled",
        })
    }
}

/// Finds the passages of a snapshot that a query wants.
///
/// ```
/// use kag_core::{Result, Scored, Snapshot};
/// use kag_solver::{Query, Retrieved, Retriever, async_trait};
///
/// /// The first passages there are.
/// #[derive(Debug)]
/// struct First;
///
/// #[async_trait]
/// impl Retriever for First {
///     fn name(&self) -> &str {
///         "first"
///     }
///
///     async fn retrieve(&self, snapshot: &Snapshot, _query: &Query, k: usize) -> Result<Retrieved> {
///         let documents = snapshot.chunks().documents(None, k).await?;
///         let contributions = snapshot.chunks().contributions(&documents).await?;
///         let chunks = contributions.iter().flatten().flat_map(|c| c.chunks()).take(k);
///         Ok(Retrieved { hits: chunks.map(|chunk| Scored::new(chunk.id, 1.0)).collect(), ..Retrieved::default() })
///     }
/// }
/// ```
#[async_trait]
pub trait Retriever: fmt::Debug + Send + Sync + 'static {
    /// What reports call it.
    fn name(&self) -> &str;

    /// The `k` best passages, best first, ties by id; fewer when fewer are found. The same
    /// snapshot and query always give the same list.
    ///
    /// # Errors
    /// Those of reading the snapshot.
    async fn retrieve(&self, snapshot: &Snapshot, query: &Query, k: usize) -> Result<Retrieved>;
}
