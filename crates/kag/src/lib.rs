#![doc = include_str!("../README.md")]

// Each crate under its own short name: what is not named below, and every `Error`, is there.
pub use kag_builder as builder;
#[cfg(feature = "candle")]
pub use kag_candle as candle;
pub use kag_core as core;
#[cfg(feature = "embedded")]
pub use kag_embedded as embedded;
pub use kag_llm as llm;
#[cfg(feature = "openai")]
pub use kag_openai as openai;
#[cfg(feature = "readers")]
pub use kag_readers as readers;
pub use kag_reason as reason;
pub use kag_schema as schema;
pub use kag_solver as solver;
#[cfg(feature = "static")]
pub use kag_static as static_embedder;

// What most programs name.
pub use kag_core::{
    Change, ChangeSet, Chunk, ChunkId, Clusters, Commit, CommitId, Confidence, ContentHash, Contribution,
    ContributionDraft, CpuPool, DeriveInput, Derived, DerivedFact, DerivedNode, Deriver, Document, DocumentId,
    Embedding, EmbeddingSpace, Error, ErrorKind, Evidence, Fact, FactId, FactRecord, GraphNeed, GraphView, Interval,
    KnowledgeBase, Layer, Mention, NameKey, Node, NodeId, Origin, PartialDate, Predicate, Quantity, Reader, Result,
    SCHEMA, SYNONYM, Scope, Score, Scored, Settings, Snapshot, Source, Span, TextBuilder, TypeName, Value, async_trait,
    dump,
    memory::{self, MemoryKnowledgeBase},
};
#[cfg(feature = "conformance")]
pub use kag_core::{conformance, deriving_knowledge_base_conformance, knowledge_base_conformance};

pub use kag_llm::{
    CachedEmbedder, Embedder, Language, LanguageModel, LanguageModelExt, Prompt, Purpose, Reply, Request, Reranker,
    Scripted, Template, TokenCounter, Wording,
};

pub use kag_schema::Schema;

pub use kag_builder::{
    BuildPipeline, BuildReport, Cast, CellLink, Chain, Column, CsvReader, Decision, Decisions, Directory, Extraction,
    Extractor, HtmlReader, InstanceFusion, JsonReader, JsonlReader, LengthSplitter, MarkdownReader, MentionExtractor,
    OfficialNames, OnViolation, OpenExtractor, Pattern, PatternExtractor, Patterns, Profile, Profiles, ReaderSet,
    RecordFields, RecordedExtractor, SchemaExtractor, Splitter, SubjectOf, SynonymEdges, TableMapping, TableSet,
    TextReader,
};

pub use kag_solver::{
    Answer, BatchOptions, BindingTable, Bm25, Cell, Citation, Dense, Event, FactFilter, Fusion, GenerateInput,
    Generator, GivenPlan, HippoRag, HippoRag2, HippoRag2Options, HippoRagOptions, HippoSize, Hybrid, HybridOptions,
    Judge, JudgeInput, ModelFactFilter, ModelGenerator, ModelJudge, ModelPlanner, ModelStepPlanner, Next, Operator,
    OperatorInput, OperatorOutput, OperatorPlanner, Outcome, PageRank, PageRankOptions, PlainRetrieval, PlanInput,
    Planner, PredicateLinkOptions, Query, Retrieved, Retriever, Row, Sentence, SolveOptions, Solver, StepInput,
    StepPlanner, Support, Unmatched, Verdict, logical, trace,
};

#[cfg(feature = "candle")]
pub use kag_candle::CandleEmbedder;
#[cfg(feature = "embedded")]
pub use kag_embedded::{Access, EmbeddedKnowledgeBase, StoreOptions};
#[cfg(feature = "openai")]
pub use kag_openai::{OpenAi, OpenAiEmbedder};
#[cfg(feature = "readers")]
pub use kag_readers::{DocxReader, PdfReader};
#[cfg(feature = "static")]
pub use kag_static::StaticEmbedder;
