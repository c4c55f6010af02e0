//! Language models, embedders and re-rankers as traits, with prompts as types and decorators.
//!
//! An adapter implements [`LanguageModel`], [`Embedder`] or [`Reranker`] over one provider;
//! everything else in this crate is written once in terms of those three.

mod embedder;
mod error;
mod model;
mod reranker;

pub use embedder::{Embedder, Purpose};
pub use error::{Error, ErrorKind, Result};
pub use model::{
    Delta, DeltaStream, Finish, Format, LanguageModel, Message, PromptId, Reply, Request, Role,
    Usage,
};
pub use reranker::Reranker;
