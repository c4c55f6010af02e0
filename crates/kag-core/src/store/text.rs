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
}
