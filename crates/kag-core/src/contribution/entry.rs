//! The entries of a contribution.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
    sync::Arc,
};

use serde::{Deserialize, Serialize};

use crate::{ChunkId, ContentHash, Embedding, Evidence, Fact, FactId, Layer, NodeId, TypeName};

/// What one contribution says of a node.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NodeEntry {
    /// Derived from type and name, or from type and key.
    pub id: NodeId,
    /// Its type.
    pub type_name: TypeName,
    /// Each spelling of its name with the number of times it was given; never empty.
    pub names: BTreeMap<Arc<str>, u32>,
    /// Other names that the source gives it.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub aliases: BTreeSet<Arc<str>>,
    /// The layer its producer declares.
    pub layer: Layer,
}

impl NodeEntry {
    /// The most frequent spelling, ties by bytes.
    #[must_use]
    pub fn name(&self) -> &str {
        most_frequent(&self.names).map_or("", |name| name)
    }
}

/// The most frequent of `spellings`, ties to the smallest bytes; `None` where there are none.
pub(crate) fn most_frequent(spellings: &BTreeMap<Arc<str>, u32>) -> Option<&Arc<str>> {
    // `max_by` keeps the last of equals, so going backwards the smallest bytes win.
    spellings.iter().rev().max_by_key(|(_, count)| **count).map(|(spelling, _)| spelling)
}

/// What one contribution says of a fact.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FactEntry {
    /// Derived from the fact.
    pub id: FactId,
    /// The fact.
    pub fact: Fact,
    /// The fact in words, for search: subject, predicate, object as this document spells them.
    pub statement: Arc<str>,
    /// Why it is believed, sorted; never empty.
    pub evidence: Vec<Evidence>,
}

/// A chunk that could not be read for knowledge.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct ChunkFailure {
    /// The chunk.
    pub chunk: ChunkId,
    /// Why, in words.
    pub reason: Arc<str>,
}

/// Which vectors may be compared with which: those of one model, of one length.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct EmbeddingSpace {
    /// The id of the embedder.
    pub model: Arc<str>,
    /// Number of components of each vector.
    pub dim: usize,
}

impl EmbeddingSpace {
    /// The space of `model`, whose vectors have `dim` components.
    #[must_use]
    pub fn new(model: impl Into<Arc<str>>, dim: usize) -> Self {
        Self { model: model.into(), dim }
    }
}

impl fmt::Display for EmbeddingSpace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({} dimensions)", self.model, self.dim)
    }
}

/// The vector of a text.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TextVector {
    /// The hash of the text.
    pub text: ContentHash,
    /// Its vector.
    pub vector: Embedding,
}
