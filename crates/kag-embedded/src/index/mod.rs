//! Search structures over everything: derived from the truth, caught up by the journal.
//!
//! Each is a version of a structure that shares most of itself with the version before.
//! A snapshot asks for the version of its commit when somebody first searches it; that is
//! made from the latest there is, in memory or in a file, and the records that the journal
//! says were touched since. Where there is none, or the journal does not go back so far, it is
//! made from all records.

mod check;
mod files;
mod mutual;
mod port;
mod row;
mod slot;
mod text;
mod vectors;
mod version;

pub(crate) use check::Standing;
pub(crate) use files::{DERIVED, Files, Head};
pub(crate) use mutual::{Mutual, MutualKeeper, NAME as MUTUAL};
pub(crate) use port::{StoredText, StoredVectors};
pub(crate) use slot::{PerKind, Slot};
pub(crate) use version::{Source, name_of};

use kag_core::{RecordId, text::SegmentedBm25, vector::SegmentedVectors};

pub(crate) type TextSlots = PerKind<Slot<SegmentedBm25<RecordId>>>;
pub(crate) type VectorSlots = PerKind<Slot<SegmentedVectors<RecordId>>>;
