//! Language models, embedders and re-rankers as traits, with prompts as types and decorators.
//!
//! An adapter implements [`LanguageModel`], [`Embedder`] or [`Reranker`] over one provider;
//! everything else in this crate is written once in terms of those three. It has no HTTP
//! client and knows no provider, no graph and no schema.
//!
//! # Prompts
//!
//! A question is a type: a [`Prompt`] has fields for what is asked about, an output for what
//! is answered, and its [`Wording`] in files, which a host can replace. Document text goes in
//! behind a [`Fence`] it cannot leave. [`LanguageModelExt::ask`] asks; [`Scripted`] answers
//! in tests.
//!
//! # Structured output
//!
//! Model text is untrusted and rarely clean: prose around the JSON, thoughts before it, code
//! fences, several drafts, commas and quotes that are not JSON's, an end that never came.
//! [`find_json`] and [`read`] are the one place that deals with it. What has one plain
//! meaning is mended and listed; everything else is an error that says where, and what was
//! expected. Nothing is guessed: half a value is left out, a bare word is not a string.
//!
//! # Decorators
//!
//! A decorator is a model around a model. Their order matters, and it is this, outermost
//! first; [`Stack`] keeps to it:
//!
//! | decorator | why there |
//! |---|---|
//! | [`Trace`] | sees what the caller sees: one event a question, cached or not |
//! | [`Cache`] | a hit costs nothing: no budget, no wait, no attempt |
//! | [`Retry`] | each attempt below is charged; what the budget refuses is not tried again |
//! | [`Budgeted`], [`Metered`] | charge every attempt, and stop before the one too many |
//! | [`Limit`] | an attempt waits its turn only once it is allowed and counted |
//! | [`Record`], [`Replay`] | hold what the provider really said, errors included |
//! | the adapter | speaks to the provider |
//!
//! Every decorator passes [`stream`](LanguageModel::stream) through with the same
//! accounting, and a stream or call that is dropped half way is charged for what came.
//! [`Retry`], [`Limit`], [`Budgeted`], [`Metered`] and [`Record`] go around an [`Embedder`] as well.

mod decorate;
mod embedder;
mod embedding_cache;
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
    Budget, BudgetLimits, Budgeted, Cache, CacheStats, CallLog, CallOutcome, CallText, CallTrace, Clock, Jitter, Limit,
    LimitOptions, Meter, MeterReport, Metered, Price, PriceTable, RECORDING_VERSION, Record, RecordedCall,
    RecordedEmbeddings, RecordedError, RecordedOutcome, Recording, Replay, ReplayEmbedder, Retry, RetryOptions, Spent,
    Stack, Tally, TokioClock, Trace, TraceSink, TraceText,
};
pub use embedder::{Embedder, Purpose};
pub use embedding_cache::{CachedEmbedder, EMBEDDING_CACHE_VERSION, EmbeddingCacheStats};
pub use error::{Error, ErrorKind, Result};
pub use hash::RequestHash;
pub use language::Language;
pub use model::{
    Delta, DeltaStream, Finish, Format, LanguageModel, Message, PromptId, Reply, Request, Role, Usage,
    whole_reply_stream,
};
pub use prompt::{Fence, LanguageModelExt, Prompt, Template, Wording};
pub use reranker::Reranker;
pub use scripted::{Answer, Scripted, When};
pub use structured::{
    Found, Mismatch, Repair, RepairKind, Structured, check_schema, find_json, lenient, read, read_as, without_thoughts,
};
pub use tokens::{TokenCounter, estimate_tokens};
