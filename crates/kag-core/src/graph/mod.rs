//! Graph algorithms over an immutable compressed copy of a graph.
//!
//! Vertices are numbers from 0; what they stand for is the caller's business, and no
//! algorithm here ever calls a store. Build a [`Csr`] once per snapshot, share it in an
//! `Arc`, and run on it as often as needed.
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

mod build;
mod csr;
mod pagerank;
mod push;
mod seeds;

pub use build::CsrBuilder;
pub use csr::{Csr, Direction};
pub use pagerank::{PageRank, PageRankOptions, pagerank};
pub use push::{PushOptions, SparseRank, forward_push};
