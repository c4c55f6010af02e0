//! Vector search by looking at every vector.
//!
//! Up to some hundred thousand vectors a scan is as fast as it needs to be, needs no time to
//! build, and is exact: what it finds is a function of the rows, and of nothing else.
//!
//! Similarity is the cosine. A score is always the same function of its two vectors, summed
//! in one fixed order, whichever way it was found; matrix products, whose order of summing
//! varies, and vectors rounded to integers, only choose what is worth scoring, with a margin
//! that proves that nothing is missed. So one query and a batch of queries agree to
//! the last bit, and so do two runs, any number of threads, and `(a, b)` and `(b, a)`.
//!
//! ```
//! use kag_core::{Embedding, vector::ExactIndex};
//!
//! let rows = [("右", Embedding::new([1.0, 0.0])), ("up", Embedding::new([0.0, 1.0]))];
//! let index = ExactIndex::new(2, rows)?;
//! let hits = index.search(&Embedding::new([0.8, 0.6]), 1)?;
//! assert_eq!((hits[0].item, hits[0].score.get()), ("右", 0.8));
//! # Ok::<(), kag_core::Error>(())
//! ```

mod codes;
mod digest;
mod dot;
mod exact;
mod heads;
mod pairs;
mod rows;
mod segment;
mod segmented;
mod stored;
mod stored_rows;

pub use exact::ExactIndex;
pub use pairs::{new_pairs_over, pairs_over};
pub use segment::VectorSegment;
pub use segmented::SegmentedVectors;
pub use stored_rows::Rows;
