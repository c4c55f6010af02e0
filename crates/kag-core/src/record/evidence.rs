//! Why a fact or a mention is believed, and where a node is named.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::Span;
use crate::{ChunkId, NodeId};

/// How far a piece of knowledge has come from raw text to curated knowledge (KAG §2.1).
///
/// The order is that of trust: [`Knowledge`](Self::Knowledge) is the greatest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Layer {
    /// Raw text (RC in the paper).
    Chunk,
    /// Extracted freely (KGfr).
    Information,
    /// Valid under the schema and curated (KGcs).
    Knowledge,
}

/// A probability that something is as stated: from 0 to 1, never NaN.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Confidence(f32);

impl Confidence {
    /// Certain.
    pub const CERTAIN: Self = Self(1.0);
    /// For what an extractor claims but nobody found in the text.
    pub const UNLOCATED: Self = Self(0.5);

    /// The confidence `value`, moved into 0 to 1; NaN becomes 0.
    #[must_use]
    pub fn new(value: f32) -> Self {
        Self(if value.is_nan() { 0.0 } else { value.clamp(0.0, 1.0) + 0.0 })
    }

    /// The number.
    #[must_use]
    pub fn get(self) -> f32 {
        self.0
    }
}

impl PartialEq for Confidence {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Confidence {}

impl PartialOrd for Confidence {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Confidence {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.0.total_cmp(&other.0)
    }
}

/// What produced a piece of evidence.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Origin {
    /// An extractor read it out of text.
    Extracted {
        /// The extractor and its version, and the model's name where there is one.
        by: Arc<str>,
    },
    /// A mapping made it out of a row.
    Mapped {
        /// The mapping and its version.
        by: Arc<str>,
        /// The row, from 1, not counting the header.
        row: u64,
    },
}

/// Why a fact is believed: these characters, read in this way.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Evidence {
    /// The chunk it was read from.
    pub chunk: ChunkId,
    /// The bytes of the chunk's text that say so; `None` where they were not found.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub span: Option<Span>,
    /// What produced it.
    pub origin: Origin,
    /// The layer its producer declares.
    pub layer: Layer,
    /// How sure its producer is.
    pub confidence: Confidence,
}

/// A node is named in this span of this chunk; in both directions, the mutual index.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Mention {
    /// The node that is named.
    pub node: NodeId,
    /// The chunk that names it.
    pub chunk: ChunkId,
    /// The bytes of the chunk's text that name it; `None` where they were not found.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub span: Option<Span>,
}
