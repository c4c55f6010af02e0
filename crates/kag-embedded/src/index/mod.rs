//! Search structures over everything: derived from the truth, caught up by the journal.
//!
//! Each is a version of a structure that shares most of itself with the version before.
//! A snapshot asks for the version of its commit when somebody first searches it; that is
//! made from the latest there is and the records that the journal says were touched since.
//! Where there is none, or the journal does not go back so far, it is made from all records.

mod row;
mod slot;
mod text;
mod vectors;

pub(crate) use slot::Slot;
pub(crate) use text::{StoredText, TextVersion};
pub(crate) use vectors::{StoredVectors, VectorVersion};

use kag_core::RecordKind;

/// One of something for each kind of record.
#[derive(Debug, Default)]
pub(crate) struct PerKind<T> {
    chunks: T,
    nodes: T,
    facts: T,
}

impl<T> PerKind<T> {
    pub(crate) fn of(&self, kind: RecordKind) -> &T {
        match kind {
            RecordKind::Chunk => &self.chunks,
            RecordKind::Node => &self.nodes,
            RecordKind::Fact => &self.facts,
        }
    }
}
