//! The retrieval kernels against slow but obvious implementations and known values.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    reason = "tests"
)]

mod graph;
mod patched_graph;
mod rank;
mod segmented_text;
mod segmented_vectors;
mod text;
mod vector;
