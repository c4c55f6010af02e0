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

#[cfg(feature = "conformance")]
pub mod conformance;
mod contribution;
mod cpu;
pub mod dump;
mod embedding;
mod error;
pub mod graph;
mod id;
pub mod memory;
mod name;
pub mod rank;
mod record;
mod score;
pub mod segment;
mod source;
mod spelling;
mod store;
pub mod text;
mod value;
pub mod vector;

/// The attribute that the async traits of this family of crates are written with.
pub use async_trait::async_trait;

pub use contribution::{
    Change, ChangeSet, ChunkFailure, Contribution, ContributionDraft, EmbeddingSpace, FactEntry, NodeEntry, SCHEMA,
    Settings, TextVector, UnitedFact, UnitedNode,
};
pub use cpu::CpuPool;
pub use embedding::Embedding;
pub use error::{BoxError, Error, ErrorKind, Result};
pub use id::{ChunkId, ContentHash, DocumentId, FactId, NodeId};
pub use name::{NameKey, Predicate, TypeName};
pub use record::{
    Chunk, Confidence, Document, Evidence, Fact, Layer, Mention, Node, Origin, PageRange, Qualifiers, Span,
};
pub use score::{Score, Scored};
pub use source::{Heading, Page, ReadDocument, ReadProblem, Reader, Reading, Source, TextBuilder};
pub use spelling::SpellingKey;
pub use store::{
    ChunkStore, Clusters, Commit, CommitId, DIFFERENT_FROM, Derivation, DeriveInput, Derived, DerivedFact, DerivedNode,
    Deriver, FactColumns, FactRecord, GraphNeed, GraphStore, GraphView, KnowledgeBase, MutualGraph, NodeNumbers,
    QualifierColumn, RecordId, RecordKind, SAME_AS, SYNONYM, Scope, Snapshot, TextIndex, VectorIndex, Vertex,
};
pub use value::{
    CompareError, Dimension, Float, Interval, Number, PartialDate, Precision, Quantity, Unit, Value, ValueKind,
};
