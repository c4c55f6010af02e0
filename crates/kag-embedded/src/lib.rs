//! The durable store: one directory, one truth.
//!
//! [`EmbeddedKnowledgeBase`] keeps a knowledge base in a directory. What documents
//! contributed lies in one file, in redb, and is written by one transaction a commit;
//! everything else (statistics of terms, codes of vectors, the graph as algorithms see it) is
//! derived from it, carries the commit it reflects, catches up when the store is opened, and
//! may be deleted at any time.
//!
//! What a snapshot shows is what [`kag_core::memory::snapshot_of`] shows of the same
//! contributions, byte for byte.
//!
//! See `docs/guides/operate-a-store.md` for the files, their sizes, backup and recovery.
//!
//! This crate knows no schema, no rules and no models.

mod backup;
mod base;
mod codec;
mod error;
mod index;
mod meta;
mod migrate;
mod open;
mod options;
mod snapshot;
mod stats;
mod storage;
mod truth;
mod verify;

pub use base::EmbeddedKnowledgeBase;
pub use error::is_storage_full;
pub use options::{Access, StoreOptions};
pub use stats::{Stats, TableStats};
pub use verify::{DerivedFile, DerivedState, Problem, Report};

/// The code of the guide to stores, compiled and run with the doc tests.
#[cfg(doctest)]
#[doc = include_str!("../../../docs/guides/operate-a-store.md")]
struct OperateAStoreGuide;
