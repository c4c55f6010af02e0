//! Saying which names are of one thing.
//!
//! Identity itself is the first alignment: the same type and the same normalised name are
//! the same node, in whatever document. Beyond that there are [`OfficialNames`], a table
//! that the host brings and that is applied to what one document says, and
//! [`SynonymEdges`], which are derived from all documents together.

mod official;
mod synonym;

pub use official::{AmbiguousName, OfficialNames};
pub use synonym::SynonymEdges;
