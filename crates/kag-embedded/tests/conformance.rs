//! The embedded knowledge base does what every knowledge base must.
#![allow(clippy::unwrap_used, missing_docs, reason = "tests")]

use kag_core::{ChangeSet, Commit, EmbeddingSpace, KnowledgeBase, Result, Scope, Snapshot, async_trait, conformance};
use kag_embedded::{EmbeddedKnowledgeBase, StoreOptions};
use tempfile::TempDir;

/// A store in a directory that goes with it.
#[derive(Debug)]
struct Stored(EmbeddedKnowledgeBase, #[expect(dead_code, reason = "removed when dropped")] TempDir);

#[async_trait]
impl KnowledgeBase for Stored {
    fn embedding_space(&self) -> Option<&EmbeddingSpace> {
        self.0.embedding_space()
    }

    async fn commit(&self, change: ChangeSet) -> Result<Commit> {
        self.0.commit(change).await
    }

    async fn snapshot(&self, scope: &Scope) -> Result<Snapshot> {
        self.0.snapshot(scope).await
    }
}

fn stored(options: StoreOptions) -> Stored {
    let dir = TempDir::new().unwrap();
    Stored(options.open(dir.path()).unwrap(), dir)
}

kag_core::knowledge_base_conformance!(async { stored(StoreOptions::default().with_space(conformance::space())) });

mod without_vectors {
    use super::*;

    kag_core::knowledge_base_conformance!(async { stored(StoreOptions::default()) });
}

mod with_a_deriver {
    use super::*;

    kag_core::deriving_knowledge_base_conformance!(async {
        stored(StoreOptions::default().with_deriver(conformance::Foundings))
    });
}
