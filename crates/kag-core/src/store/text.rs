//! Full text.

use std::fmt;

use async_trait::async_trait;

use super::{RecordId, RecordKind};
use crate::{Result, Scored};

/// The full-text index of a snapshot.
#[async_trait]
pub trait TextIndex: fmt::Debug + Send + Sync + 'static {
    /// For each query the `k` best records of `kind` by BM25, best first, ties by id; only
    /// records that share a term with it. Statistics are those of the snapshot's scope.
    /// A query is plain words: operators of a back end's own query language have no effect.
    async fn search(&self, kind: RecordKind, queries: &[&str], k: usize) -> Result<Vec<Vec<Scored<RecordId>>>>;

    /// What [`search`](Self::search) finds when every term that begins with the last term of a
    /// query is that term: for questions that are still being typed. The last term in reading
    /// order is meant, and no sign makes another one a beginning. Of a script without spaces a
    /// term is two characters, so one alone finds the pairs that begin with it.
    async fn search_prefix(&self, kind: RecordKind, queries: &[&str], k: usize) -> Result<Vec<Vec<Scored<RecordId>>>>;
}
