//! The ports of a store: what a back end implements and everything else is written against.
//!
//! One handle, the [`KnowledgeBase`], commits change sets and hands out [`Snapshot`]s. All
//! reading happens on snapshots, through four small ports: [`GraphStore`], [`ChunkStore`],
//! [`TextIndex`] and [`VectorIndex`]. Only the knowledge base writes.

mod chunks;
mod cluster;
mod columns;
mod deriver;
mod graph;
mod knowledge_base;
mod mutual;
mod scope;
mod snapshot;
mod text;
mod vectors;

pub use chunks::ChunkStore;
pub use cluster::{Clusters, DIFFERENT_FROM, SAME_AS};
pub use columns::{FactColumns, NodeNumbers, QualifierColumn};
pub use deriver::{DeriveInput, Derived, DerivedFact, DerivedNode, Deriver};
pub use graph::{Derivation, FactRecord, GraphNeed, GraphStore, GraphView, SYNONYM};
pub use knowledge_base::{Commit, CommitId, KnowledgeBase};
pub use mutual::{MutualGraph, Vertex};
pub use scope::Scope;
pub use snapshot::Snapshot;
pub use text::TextIndex;
pub use vectors::VectorIndex;

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{ChunkId, FactId, NodeId};

/// What kind of record an index is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum RecordKind {
    /// Chunks, by their passage: title, headings, text.
    Chunk,
    /// Nodes, by their name (text indexes: and their aliases).
    Node,
    /// Facts, by their statement.
    Fact,
}

/// The key of an index: a chunk, a node or a fact.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum RecordId {
    /// A chunk.
    Chunk(ChunkId),
    /// A node.
    Node(NodeId),
    /// A fact.
    Fact(FactId),
}

impl RecordId {
    /// The chunk, where it is one.
    #[must_use]
    pub fn chunk(self) -> Option<ChunkId> {
        if let Self::Chunk(id) = self { Some(id) } else { None }
    }

    /// The node, where it is one.
    #[must_use]
    pub fn node(self) -> Option<NodeId> {
        if let Self::Node(id) = self { Some(id) } else { None }
    }

    /// The fact, where it is one.
    #[must_use]
    pub fn fact(self) -> Option<FactId> {
        if let Self::Fact(id) = self { Some(id) } else { None }
    }
}

impl fmt::Display for RecordId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Chunk(id) => write!(f, "chunk {id}"),
            Self::Node(id) => write!(f, "node {id}"),
            Self::Fact(id) => write!(f, "fact {id}"),
        }
    }
}
