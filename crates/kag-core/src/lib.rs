//! Records, stores, retrieval kernels and guarantees of Knowledge Augmented Generation.
//!
//! Everything above this crate (schema, reasoning, models, builder, solver) and every
//! back end beside it speaks in the types found here. It knows no schema, no model, no
//! prompt and no network.
//!
//! Read in this order: [`Value`] and the records ([`Document`], [`Chunk`], [`Node`],
//! [`Fact`], [`Evidence`], [`Mention`]); then [`Contribution`], the unit of knowledge that one
//! document adds; then [`KnowledgeBase`], which commits change sets and hands out
//! snapshots; then the kernels in [`graph`], [`text`], [`vector`] and [`rank`].

mod cpu;
mod embedding;
mod error;
pub mod graph;
mod id;
mod name;
pub mod rank;
mod record;
mod score;
pub mod text;
mod value;
pub mod vector;

pub use cpu::CpuPool;
pub use embedding::Embedding;
pub use error::{Error, ErrorKind, Result};
pub use id::{ChunkId, ContentHash, DocumentId, FactId, NodeId};
pub use name::{NameKey, Predicate, TypeName};
pub use record::{Chunk, Confidence, Document, Evidence, Fact, Layer, Mention, Node, Origin, Qualifiers, Span};
pub use score::{Score, Scored};
pub use value::{Float, Value};
