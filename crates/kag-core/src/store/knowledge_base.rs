//! The handle that commits and hands out snapshots.

use std::fmt;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use super::{Scope, Snapshot};
use crate::{ChangeSet, EmbeddingSpace, Result};

/// Counts the commits that changed something; larger is later.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct CommitId(pub u64);

impl CommitId {
    /// The commit after this one.
    #[must_use]
    pub fn next(self) -> Self {
        Self(self.0 + 1)
    }
}

impl fmt::Display for CommitId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

/// What a commit did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Commit {
    /// The state after it. A commit that changed nothing keeps the state and the id.
    pub id: CommitId,
    /// Documents that were not there before.
    pub added: usize,
    /// Documents whose contribution was replaced by another.
    pub replaced: usize,
    /// Documents that are gone.
    pub removed: usize,
    /// Documents put as they were already, and removals of what was not there.
    pub unchanged: usize,
    /// Settings that are other than they were.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub settings: usize,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde gives a reference")]
fn is_zero(count: &usize) -> bool {
    *count == 0
}

/// Holds contributions, and shows their union.
///
/// # Guarantees
/// - **Atomic**: a change set is wholly visible or not at all.
/// - **Exact removal**: insert A, insert B, remove B leaves the logical dump of insert A, byte for byte.
/// - **Order-free**: single inserts of distinct documents in any order leave the dump of one bulk insert.
/// - **Snapshot reads**: a snapshot never changes, and no reader waits for a writer.
/// - **Idempotent**: putting an equal contribution again writes nothing.
/// - **Scope**: a snapshot is that of a knowledge base which never held what its scope does not see.
///
/// The module `conformance`, behind the feature of that name, tests each of them.
///
/// ```
/// use kag_core::{ChangeSet, Chunk, ContentHash, ContributionDraft, Document, KnowledgeBase, Scope, memory::MemoryKnowledgeBase};
///
/// # futures::executor::block_on(async {
/// let base = MemoryKnowledgeBase::new();
/// let mut draft = ContributionDraft::new(Document::new("note:1", ContentHash::of("Hello.")));
/// let chunk = draft.add_chunk(Chunk::new(draft.document.id, 0, 0, "Hello."));
/// let commit = base.commit(ChangeSet::new().put(draft.seal()?)).await?;
/// assert_eq!(commit.added, 1);
///
/// let snapshot = base.snapshot(&Scope::All).await?;
/// assert!(snapshot.chunks().chunks(&[chunk]).await?[0].is_some());
/// # Ok::<(), kag_core::Error>(())
/// # }).unwrap();
/// ```
#[async_trait]
pub trait KnowledgeBase: fmt::Debug + Send + Sync + 'static {
    /// The space that contributed vectors must live in; `None` where it takes no vectors.
    fn embedding_space(&self) -> Option<&EmbeddingSpace>;

    /// Makes `change` visible, all of it on `Ok`, none of it on `Err`.
    /// Settings change in the same commit as documents ([`Settings::apply`](crate::Settings::apply)).
    ///
    /// # Errors
    /// [`InvalidInput`](crate::ErrorKind::InvalidInput), naming the document, where a contribution has vectors of
    /// another space; otherwise those of the back end.
    async fn commit(&self, change: ChangeSet) -> Result<Commit>;

    /// Everything that `scope` sees as of the last commit.
    ///
    /// # Errors
    /// Those of a [`Deriver`](super::Deriver), and of the back end.
    async fn snapshot(&self, scope: &Scope) -> Result<Snapshot>;
}
