//! Everything in memory: the reference that other stores are compared with.
//!
//! A commit swaps the set of contributions; what a snapshot shows is computed from that
//! set when the snapshot is first taken, and kept. So the guarantees hold by construction:
//! a snapshot is a function of the visible contributions and of nothing else. It costs
//! time in proportion to all that is visible, once a commit and scope.
//!
//! [`snapshot_of`] is that function; a store of your own that keeps contributions
//! elsewhere gets every reading port from it.

mod chunks;
mod graph;
mod knowledge_base;
mod text;
mod union;
mod vectors;

pub use graph::MemoryGraph;
pub use knowledge_base::MemoryKnowledgeBase;

use std::sync::Arc;

use crate::{CommitId, Contribution, Deriver, EmbeddingSpace, Result, Scope, Snapshot};

/// The snapshot of what `scope` sees of `contributions`, with what `derivers` derive from it.
///
/// # Errors
/// Those of a deriver; where a derived node has no visible name, or another type than the node with its id; and
/// where a derived fact speaks of a node that does not exist.
pub fn snapshot_of(
    commit: CommitId,
    scope: &Scope,
    contributions: impl IntoIterator<Item = Arc<Contribution>>,
    derivers: &[Arc<dyn Deriver>],
    space: Option<&EmbeddingSpace>,
) -> Result<Snapshot> {
    let visible: Vec<_> = contributions.into_iter().filter(|c| scope.sees(c.document())).collect();
    let texts = vectors::TextVectors::of(&visible);
    let graph = Arc::new(union::graph_of(&visible, derivers, &texts)?);
    let text = text::MemoryText::of(&visible, &graph);
    let vectors = space.map(|space| vectors::MemoryVectors::of(space.clone(), &visible, &graph, &texts)).transpose()?;
    let chunks = chunks::MemoryChunks::of(visible);
    let snapshot = Snapshot::new(commit, scope.clone(), graph, Arc::new(chunks), Arc::new(text));
    Ok(match vectors {
        Some(vectors) => snapshot.with_vectors(Arc::new(vectors)),
        None => snapshot,
    })
}
