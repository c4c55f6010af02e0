//! What the updatable indexes are made of: immutable segments, and how they are written.
//!
//! An index that changes a little with each commit is a list of segments that never change
//! and, for each, which of its rows are gone. A new version shares the segments of the one
//! before it, so it costs time in proportion to what is new, and readers keep the version
//! they hold. Segments of like size are merged as they gather, so that there are few of them
//! and each row is written again a logarithmic number of times.
//!
//! A segment is written once, under the [name](SealedSegment::name) that its content gives
//! it; a version is then a small manifest of names and of rows that are gone. Everything
//! written carries its kind, the version of its format and a checksum for each of its
//! sections: what is damaged is an error, never another answer.
//!
//! ```
//! use std::collections::BTreeMap;
//!
//! use kag_core::text::SegmentedBm25;
//!
//! let first = SegmentedBm25::new([1.0], Default::default());
//! let index = first.with([(1u32, ["red 红"]), (2, ["green 绿"])], []).with::<&str>([], [2]);
//!
//! // Files by name, and beside them one small manifest a version.
//! let mut files = BTreeMap::new();
//! for segment in index.segments() {
//!     let mut file = Vec::new();
//!     segment.sealed().write(&mut file)?;
//!     files.insert(segment.name(), file);
//! }
//! let manifest = index.manifest();
//!
//! let opened = SegmentedBm25::<u32, 1>::open(&manifest, |name| Ok(files[&name].as_slice()))?;
//! assert_eq!(opened.search("红 绿", 9), index.search("红 绿", 9));
//! # Ok::<(), kag_core::Error>(())
//! ```

mod dead;
mod frame;
mod key;
mod manifest;
mod sections;
mod tiers;

pub(crate) use dead::Dead;
pub use frame::SealedSegment;
#[cfg(test)]
pub(crate) use frame::tampering::tampered;
pub(crate) use frame::{Format, Frame};
pub use key::SegmentKey;
pub(crate) use manifest::Manifest;
pub(crate) use sections::{Reading, Writing, keys_in_order, order_of_keys};
pub(crate) use tiers::{Size, next_merge};
