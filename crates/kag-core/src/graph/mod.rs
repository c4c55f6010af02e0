//! Graph algorithms over an immutable compressed copy of a graph.
//!
//! Vertices are numbers from 0; what they stand for is the caller's business, and no
//! algorithm here ever calls a store. Build a [`Csr`] once, share it in an `Arc`, and run on
//! it as often as needed; where a graph changes a little at a time, [`PatchedCsr`] makes the
//! next version from the one before.
//!
//! Personalised PageRank comes in two forms. [`pagerank`] visits the whole graph and is as
//! exact as asked; [`forward_push`] visits only the neighbourhood of the seeds, however
//! large the graph, and knows how much it left out.
//!
//! ```
//! use kag_core::graph::{CsrBuilder, Direction, PageRankOptions, pagerank};
//!
//! let mut edges = CsrBuilder::new(4);
//! edges.add(0, 1, 1.0)?;
//! edges.add(1, 2, 1.0)?;
//! let graph = edges.build(Direction::Undirected);
//! let ranks = pagerank(&graph, &[(0, 1.0)], &PageRankOptions::default())?;
//! let best: Vec<u32> = ranks.top(4).iter().map(|hit| hit.item).collect();
//! assert_eq!(best, [0, 1, 2]); // vertex 3 cannot be reached
//! # Ok::<(), kag_core::Error>(())
//! ```

mod arcs;
mod base;
mod build;
mod csr;
mod grain;
mod numbers;
mod pagerank;
mod patch;
mod patched;
mod piece;
mod push;
mod runs;
mod seeds;
mod solve;
mod stored;
mod sweep;
mod weight;

pub use arcs::{Arcs, Graph};
pub use base::BaseCsr;
pub use build::CsrBuilder;
pub use csr::{Csr, Direction};
pub use grain::Grain;
pub use numbers::{BaseNumbers, VertexNumbers};
pub use pagerank::{PageRank, PageRankOptions, pagerank};
pub use patch::Patch;
pub use patched::PatchedCsr;
pub use push::{PushOptions, SparseRank, forward_push};
pub use weight::MAX_WEIGHT;
