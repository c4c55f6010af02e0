//! Language models, embedders and re-rankers as traits, with prompts as types and decorators.
//!
//! An adapter implements [`LanguageModel`], [`Embedder`] or [`Reranker`] over one provider;
//! everything else in this crate is written once in terms of those three.

mod decorate;
mod embedder;
mod error;
mod forward;
mod hash;
mod language;
mod model;
mod prompt;
mod reranker;
mod script;
mod scripted;
mod structured;
mod tokens;

pub use decorate::{
    Budget, BudgetLimits, Budgeted, Cache, CacheStats, CallLog, CallOutcome, CallText, CallTrace,
    Clock, Jitter, Limit, LimitOptions, Meter, MeterReport, Metered, Price, RECORDING_VERSION,
    Record, RecordedCall, RecordedError, RecordedOutcome, Recording, Replay, Retry, RetryOptions,
    Spent, Stack, Tally, TokioClock, Trace, TraceSink, TraceText,
};
pub use embedder::{Embedder, Purpose};
pub use error::{Error, ErrorKind, Result};
pub use hash::RequestHash;
pub use language::Language;
pub use model::{
    Delta, DeltaStream, Finish, Format, LanguageModel, Message, PromptId, Reply, Request, Role,
    Usage, whole_reply_stream,
};
pub use prompt::{Fence, LanguageModelExt, Prompt, Template, Wording};
pub use reranker::Reranker;
pub use scripted::{Answer, Scripted, When};
pub use structured::{
    Found, Mismatch, Repair, RepairKind, Structured, check_schema, find_json, lenient, read,
    read_as, without_thoughts,
};
pub use tokens::estimate_tokens;
