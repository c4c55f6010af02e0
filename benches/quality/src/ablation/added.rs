//! What one document more costs.

use std::{sync::Arc, time::Instant};

use kag::{ChangeSet, Contribution, EmbeddingSpace, KnowledgeBase, MemoryKnowledgeBase, Scope};
use serde::Serialize;

use super::stage::Stage;
use crate::Result;

/// One passage added to others, every name stage and vectors on.
#[derive(Debug, Serialize)]
pub(super) struct Added {
    /// How many passages were there.
    pub(super) to: usize,
    /// What aligning those took, from nothing, in milliseconds.
    pub(super) all_ms: f64,
    /// Pairs of which the names, and of which the vectors, were compared for them.
    pub(super) all_compared: [u64; 2],
    /// What aligning one more took, in milliseconds.
    pub(super) one_ms: f64,
    /// Nodes that it brought or gave other names.
    pub(super) one_changed: usize,
    /// Pairs of which the names, and of which the vectors, were compared for it.
    pub(super) one_compared: [u64; 2],
    /// The whole of commit and snapshot of the base in memory, which unites all anew, in milliseconds.
    pub(super) snapshot_ms: f64,
}

/// Adds the last of `documents` to the first `to` of the others.
pub(super) async fn add_one(
    documents: &[Arc<Contribution>],
    to: usize,
    space: Option<&EmbeddingSpace>,
) -> Result<Option<Added>> {
    let Some((last, others)) = documents.split_last() else { return Ok(None) };
    let stage = Stage::every_name();
    let base = space.cloned().into_iter().fold(MemoryKnowledgeBase::new(), MemoryKnowledgeBase::with_space);
    let base = stage.on(base);
    let first: Vec<_> = others.iter().take(to).map(Arc::clone).collect();
    let to = first.len();
    base.commit(first.into_iter().fold(ChangeSet::new(), ChangeSet::put)).await?;
    base.snapshot(&Scope::All).await?;
    let (all, all_time) = stage.work();
    let start = Instant::now();
    base.commit(ChangeSet::new().put(Arc::clone(last))).await?;
    base.snapshot(&Scope::All).await?;
    let snapshot_ms = 1e3 * start.elapsed().as_secs_f64();
    let (one, one_time) = stage.work();
    Ok(Some(Added {
        to,
        all_ms: 1e3 * all_time.as_secs_f64(),
        all_compared: [all.names_compared, all.vectors_compared],
        one_ms: 1e3 * one_time.as_secs_f64(),
        one_changed: one.nodes_changed,
        one_compared: [one.names_compared, one.vectors_compared],
        snapshot_ms,
    }))
}
