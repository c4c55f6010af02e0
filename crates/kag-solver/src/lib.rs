//! Questions to cited answers: logical forms, retrieval, reasoning, reflection and traces.

mod link;
pub mod logical;
mod memory;
mod retrieve;
mod table;

/// The attribute that the async traits of this family of crates are written with.
pub use async_trait::async_trait;

pub use link::{Link, LinkKind, LinkOptions, Name, link, synonyms_of};
pub use memory::{Memory, Unmatched};
pub use retrieve::{
    Bm25, Degradation, Dense, Fusion, Hybrid, HybridOptions, PageRank, PageRankOptions, Query, Retrieved, Retriever,
};
pub use table::{BindingTable, Cell, Row, Support, TableError, Top};

/// The code of the guide to logical forms, compiled and run with the doc tests.
#[cfg(doctest)]
#[doc = include_str!("../../../docs/guides/logical-forms.md")]
struct LogicalFormsGuide;
