//! The errors of this crate.

use std::sync::Arc;

use kag_core::{BoxError, EmbeddingSpace};

use crate::{BuildReport, MapError};

/// A result whose error is [`Error`] unless said otherwise.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why a build stopped, or could not begin.
///
/// What happens to one document or chunk is no error but a line of the [`BuildReport`].
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// No reader is there for the extension of a source.
    #[error("no reader for {uri:?}")]
    NoReader {
        /// The source.
        uri: Arc<str>,
    },
    /// Nothing in a source can be read.
    #[error("reading {uri:?}")]
    Read {
        /// The source.
        uri: Arc<str>,
        /// The reader's reason.
        #[source]
        source: BoxError,
    },
    /// A table cannot be mapped.
    #[error("mapping {uri:?}")]
    Map {
        /// The source.
        uri: Arc<str>,
        /// What is wrong with it or with the mapping.
        #[source]
        source: MapError,
    },
    /// The embedder's vectors are not those that the knowledge base takes.
    #[error("the embedder makes vectors of {embedder}, the knowledge base takes {}", space(base.as_ref()))]
    Space {
        /// What the embedder makes.
        embedder: EmbeddingSpace,
        /// What the knowledge base takes; `None`: no vectors at all.
        base: Option<EmbeddingSpace>,
    },
    /// The knowledge base cannot be read.
    #[error("reading the knowledge base")]
    Snapshot(#[source] kag_core::Error),
    /// Computing failed: the work panicked, or threads cannot be started.
    #[error("computing")]
    Compute(#[source] kag_core::Error),
    /// Texts could not be embedded. What was committed before is in the report and stays.
    #[error("embedding the texts of {documents} documents, the first of which is {first:?}")]
    Embed {
        /// How many documents were waiting for it.
        documents: usize,
        /// The first of them.
        first: Arc<str>,
        /// What was done until then.
        report: Box<BuildReport>,
        /// The embedder's reason.
        #[source]
        source: kag_llm::Error,
    },
    /// A commit failed. What was committed before is in the report and stays.
    #[error("committing {documents} documents, the first of which is {first:?}")]
    Commit {
        /// How many documents were in it.
        documents: usize,
        /// The first of them.
        first: Arc<str>,
        /// What was done until then.
        report: Box<BuildReport>,
        /// The knowledge base's reason.
        #[source]
        source: kag_core::Error,
    },
}

fn space(space: Option<&EmbeddingSpace>) -> String {
    space.map_or_else(|| "none".to_owned(), ToString::to_string)
}
