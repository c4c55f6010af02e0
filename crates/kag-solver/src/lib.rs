//! Questions to cited answers: logical forms, retrieval, reasoning, reflection and traces.
//!
//! A [`Solver`] takes a question and a snapshot. A [`Planner`] turns the question into a
//! [`Plan`](logical::Plan), whose steps run over graph and text and bind variables in
//! [`BindingTable`]s; a [`Judge`] says whether what is known answers the question, and asks
//! on if not; a [`Generator`] writes sentences that cite their sources. What happened is in
//! the [`Trace`](trace::Trace).
//!
//! Each part can be used alone: [`logical`] reads, checks and prints plans without a store
//! or a model, and every [`Retriever`] finds passages without either.

mod answer;
mod batch;
mod cite;
mod error;
mod event;
mod execute;
mod generate;
mod judge;
mod known;
mod link;
pub mod logical;
mod memory;
mod options;
mod plan;
mod retrieve;
mod rounds;
mod solver;
mod table;
pub mod trace;

/// The attribute that the async traits of this family of crates are written with.
pub use async_trait::async_trait;

pub use answer::{Answer, Outcome};
pub use batch::BatchOptions;
pub use cite::Citation;
pub use error::{Error, Result};
pub use event::Event;
pub use execute::{Operator, OperatorInput, OperatorOutput, OperatorPlanner};
pub use generate::{GenerateInput, Generator, ModelGenerator, QuotingGenerator, Sentence};
pub use judge::{Judge, JudgeInput, ModelJudge, TableJudge, Verdict};
pub use link::{Link, LinkKind, LinkOptions, Name, link, synonyms_of};
pub use memory::{Memory, Unmatched};
pub use options::{PredicateLinkOptions, SolveOptions};
pub use plan::{
    GivenPlan, ModelPlanner, ModelStepPlanner, Next, PlainRetrieval, PlanInput, Planner, StepInput, StepPlanner,
};
pub use retrieve::{
    Bm25, Degradation, Dense, FactFilter, Fusion, HippoRag, HippoRag2, HippoRag2Options, HippoRagOptions, HippoSize,
    Hybrid, HybridOptions, ModelFactFilter, PageRank, PageRankOptions, Query, Retrieved, Retriever, named_in,
};
pub use solver::Solver;
pub use table::{BindingTable, Cell, Row, Support, TableError, Top};

/// The code of the guide to logical forms, compiled and run with the doc tests.
#[cfg(doctest)]
#[doc = include_str!("../../../docs/guides/logical-forms.md")]
struct LogicalFormsGuide;

/// The code of the guide to retrievers, compiled and run with the doc tests.
#[cfg(doctest)]
#[doc = include_str!("../../../docs/guides/choose-a-retriever.md")]
struct ChooseARetrieverGuide;

/// The code of the guide to traces, compiled and run with the doc tests.
#[cfg(doctest)]
#[doc = include_str!("../../../docs/guides/read-a-trace.md")]
struct ReadATraceGuide;

/// The code of the guide to operators, compiled and run with the doc tests.
#[cfg(doctest)]
#[doc = include_str!("../../../docs/guides/write-an-operator.md")]
struct WriteAnOperatorGuide;
