//! Saying which names are of one thing.
//!
//! Identity itself is the first alignment: the same type and the same normalised name are
//! the same node, in whatever document. Beyond that there are [`OfficialNames`], a table
//! that the host brings and that is applied to what one document says, and two that are
//! derived from all documents together: [`SynonymEdges`] between names that are probably of one
//! thing, for retrieval, and [`InstanceFusion`], which decides that nodes are one thing.

mod fuse;
mod official;
mod synonym;

use kag_core::NodeId;

pub use fuse::{Decision, Decisions, Doubtful, InstanceFusion, Profile, Profiles, Resemblance};
pub use official::{AmbiguousName, OfficialNames};
pub use synonym::SynonymEdges;

/// A pair of nodes, the smaller id first.
fn pair(one: NodeId, other: NodeId) -> (NodeId, NodeId) {
    (one.min(other), one.max(other))
}
