//! What a row rests on.

use kag_core::{ChunkId, FactId, Span};
use serde::{Deserialize, Serialize};

/// One thing a row rests on.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Support {
    /// A fact of the graph, whose evidence leads to the text; or one that a rule of the host
    /// derived, whose proof does.
    Fact(FactId),
    /// Text that was read for this question.
    Passage {
        /// The chunk.
        chunk: ChunkId,
        /// The bytes of its text that say so; `None` for the whole chunk.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        span: Option<Span>,
    },
    /// A step that computed a value of the row, by its place in the plan, from 0.
    Step(usize),
}
