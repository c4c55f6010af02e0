//! Access scopes.

use super::{dump_of, fixture};
use crate::{ChangeSet, KnowledgeBase, RecordKind, Scope};

/// What a scope shows, down to search scores, is what a base would show that never held
/// the documents outside it.
pub async fn a_scope_is_a_base_that_never_held_the_rest(base: &dyn KnowledgeBase) {
    let world = fixture::world();
    base.commit(world.iter().cloned().collect()).await.expect("a commit");
    let public = Scope::of::<&str>([]);
    let scoped = (dump_of(base, &public).await, scores(base, &public).await);
    assert_eq!(dump_of(base, &Scope::of(["board"])).await, dump_of(base, &Scope::All).await, "{base:?}");

    base.commit(ChangeSet::new().remove(world[1].document().id)).await.expect("a commit");
    let never = (dump_of(base, &Scope::All).await, scores(base, &Scope::All).await);
    assert_eq!(scoped, never, "{base:?}");
    assert!(!scoped.0.contains("REAL MADRID"), "{base:?} hides spellings of hidden documents");
}

async fn scores(base: &dyn KnowledgeBase, scope: &Scope) -> String {
    let snapshot = base.snapshot(scope).await.expect("a snapshot");
    let mut scores = String::new();
    for kind in [RecordKind::Chunk, RecordKind::Node, RecordKind::Fact] {
        let found = snapshot.text().search(kind, &["Real Madrid founded 1902"], 10).await.expect("a search");
        scores.push_str(&format!("{found:?}"));
    }
    scores
}
