//! Commits: atomic, exact, order-free, idempotent; and snapshots that never change.

use super::{dump_of, fixture};
use crate::{ChangeSet, Contribution, DocumentId, EmbeddingSpace, KnowledgeBase, SCHEMA, Scope, Snapshot, dump};

async fn put(base: &dyn KnowledgeBase, contribution: &Contribution) {
    base.commit(ChangeSet::new().put(contribution.clone())).await.expect("a commit");
}

/// A new base has no documents, and a dump of nothing but its first and last line.
pub async fn an_empty_base_shows_nothing(base: &dyn KnowledgeBase) {
    let snapshot = base.snapshot(&Scope::All).await.expect("a snapshot");
    assert_eq!(snapshot.chunks().documents(None, 10).await.expect("documents"), [], "{base:?}");
    assert_eq!(dump_of(base, &Scope::All).await.lines().count(), 2, "{base:?}");
}

/// A change set of several documents is visible in the next snapshot, whole.
pub async fn a_commit_shows_all_it_brings(base: &dyn KnowledgeBase) {
    let world = fixture::world();
    let done = base.commit(world.iter().cloned().collect()).await.expect("a commit");
    assert_eq!((done.added, done.replaced, done.removed, done.unchanged), (4, 0, 0, 0), "{base:?}");
    let snapshot = base.snapshot(&Scope::All).await.expect("a snapshot");
    let documents = snapshot.chunks().documents(None, 10).await.expect("documents");
    let contributions = snapshot.chunks().contributions(&documents).await.expect("contributions");
    for contribution in &world {
        let shown = contributions.iter().flatten().any(|shown| **shown == *contribution);
        assert!(shown, "{base:?} does not show {}", contribution.document().uri);
    }
    let pages: Vec<_> = snapshot.chunks().documents(Some(documents[0]), 2).await.expect("a page");
    assert_eq!(pages, documents[1..3], "{base:?} pages by id");
}

/// One bad contribution refuses the whole change set.
pub async fn a_refused_change_set_shows_nothing(base: &dyn KnowledgeBase) {
    let world = fixture::world();
    put(base, &world[0]).await;
    let before = dump_of(base, &Scope::All).await;
    let other = EmbeddingSpace::new("another model", 4);
    let odd = world[2].clone().with_vectors(other, []).expect("valid in itself");
    let change = ChangeSet::new().put(world[1].clone()).put(odd).remove(world[0].document().id);
    let refused = base.commit(change).await.expect_err("vectors of another space");
    assert!(refused.to_string().contains("note:c"), "{base:?} names the document: {refused}");
    assert_eq!(dump_of(base, &Scope::All).await, before, "{base:?}");
}

/// Equal contributions again are counted as unchanged and make no commit.
pub async fn putting_the_same_again_writes_nothing(base: &dyn KnowledgeBase) {
    let world = fixture::world();
    let first = base.commit(world.iter().cloned().collect()).await.expect("a commit");
    let again = base.commit(world.iter().cloned().collect()).await.expect("a commit");
    assert_eq!((again.id, again.unchanged, again.added + again.replaced), (first.id, 4, 0), "{base:?}");
}

/// A changed document replaces what it contributed, and nothing of others.
pub async fn replacing_a_document_changes_only_its_own(base: &dyn KnowledgeBase) {
    let world = fixture::world();
    let changed = fixture::contribution("note:a", "Juventus was founded in 1897.", &["Juventus"], &[]);
    base.commit(world.iter().cloned().collect()).await.expect("a commit");
    let done = base.commit(ChangeSet::new().put(changed.clone())).await.expect("a commit");
    assert_eq!((done.replaced, done.added), (1, 0), "{base:?}");
    let replaced = dump_of(base, &Scope::All).await;
    let everything = world.iter().map(|c| c.document().id).fold(ChangeSet::new(), ChangeSet::remove);
    base.commit(everything).await.expect("a commit");
    base.commit(world[1..].iter().cloned().chain([changed]).collect()).await.expect("a commit");
    assert_eq!(replaced, dump_of(base, &Scope::All).await, "{base:?}");
}

/// Insert A, insert B, remove B: the dump of A alone.
pub async fn removing_a_document_leaves_no_trace(base: &dyn KnowledgeBase) {
    let world = fixture::world();
    put(base, &world[0]).await;
    let alone = dump_of(base, &Scope::All).await;
    put(base, &world[1]).await;
    assert_ne!(dump_of(base, &Scope::All).await, alone, "{base:?} shows what was added");
    base.commit(ChangeSet::new().remove(world[1].document().id)).await.expect("a commit");
    assert_eq!(dump_of(base, &Scope::All).await, alone, "{base:?}");
}

/// Removing an unknown document is no error and no commit.
pub async fn removing_what_is_not_there_changes_nothing(base: &dyn KnowledgeBase) {
    put(base, &fixture::world()[0]).await;
    let before = base.snapshot(&Scope::All).await.expect("a snapshot").commit();
    let done = base.commit(ChangeSet::new().remove(DocumentId::of("note:never"))).await.expect("a commit");
    assert_eq!((done.id, done.removed, done.unchanged), (before, 0, 1), "{base:?}");
}

/// Single inserts in any order and one bulk insert leave one dump.
pub async fn order_of_commits_does_not_matter(base: &dyn KnowledgeBase) {
    let world = fixture::world();
    base.commit(world.iter().cloned().collect()).await.expect("a commit");
    let bulk = dump_of(base, &Scope::All).await;
    for order in [[0, 1, 2, 3], [3, 2, 1, 0], [2, 0, 3, 1]] {
        let everything = world.iter().map(|c| c.document().id).fold(ChangeSet::new(), ChangeSet::remove);
        base.commit(everything).await.expect("a commit");
        for at in order {
            put(base, &world[at]).await;
        }
        assert_eq!(dump_of(base, &Scope::All).await, bulk, "{base:?} in order {order:?}");
    }
}

/// A snapshot taken before a commit shows what it showed.
pub async fn a_snapshot_never_changes(base: &dyn KnowledgeBase) {
    let world = fixture::world();
    put(base, &world[0]).await;
    let old = base.snapshot(&Scope::All).await.expect("a snapshot");
    let mut before = Vec::new();
    dump::write(&old, &mut before).await.expect("a dump");
    let change = ChangeSet::new().put(world[1].clone()).remove(world[0].document().id);
    base.commit(change).await.expect("a commit");
    let mut after = Vec::new();
    dump::write(&old, &mut after).await.expect("a dump");
    assert_eq!(before, after, "{base:?}");
    assert_ne!(dump_of(base, &Scope::All).await.into_bytes(), after, "{base:?} shows the commit in a new snapshot");
}

/// Reading a dump and committing it leaves that dump.
pub async fn a_dump_loads_into_an_equal_base(base: &dyn KnowledgeBase) {
    let mut world = fixture::world();
    if base.embedding_space().is_some() {
        world = world.into_iter().map(fixture::with_vectors).collect();
    }
    base.commit(world.iter().cloned().collect()).await.expect("a commit");
    let written = dump_of(base, &Scope::All).await;
    let loaded = dump::read(written.as_bytes()).collect::<Result<Vec<_>, _>>().expect("a dump that reads");
    assert_eq!(loaded.len(), world.len(), "{base:?}");
    let everything = world.iter().map(|c| c.document().id).fold(ChangeSet::new(), ChangeSet::remove);
    base.commit(everything).await.expect("a commit");
    base.commit(loaded.into_iter().collect()).await.expect("a commit");
    assert_eq!(dump_of(base, &Scope::All).await, written, "{base:?}");
}

/// Settings come with their commit, are seen by every scope, and go with a dump.
pub async fn settings_are_kept_with_the_commit(base: &dyn KnowledgeBase) {
    let world = fixture::world();
    let change = || ChangeSet::new().put(world[0].clone()).set(SCHEMA, "namespace Football\n").set("语言", "中文");
    let first = base.commit(change()).await.expect("a commit");
    assert_eq!((first.added, first.settings), (1, 2), "{base:?}");
    let again = base.commit(change()).await.expect("a commit");
    assert_eq!((again.id, again.settings), (first.id, 0), "{base:?} writes nothing for what is there");
    let old = base.snapshot(&Scope::of::<&str>([])).await.expect("a snapshot");
    let written = dump_of(base, &Scope::All).await;

    let second = base.commit(ChangeSet::new().set(SCHEMA, "namespace Club\n").unset("语言").unset("never")).await;
    let second = second.expect("a commit");
    assert_eq!((second.id, second.settings), (first.id.next(), 2), "{base:?}");
    let new = base.snapshot(&Scope::of::<&str>([])).await.expect("a snapshot");
    let texts = |snapshot: &Snapshot| {
        let settings = snapshot.settings().iter();
        settings.map(|(name, text)| format!("{name}={text}")).collect::<Vec<_>>()
    };
    assert_eq!(texts(&old), ["schema=namespace Football\n", "语言=中文"], "{base:?}: a snapshot never changes");
    assert_eq!(texts(&new), ["schema=namespace Club\n"], "{base:?}");
    assert_eq!(dump::settings(written.as_bytes()).expect("settings"), *old.settings(), "{base:?}");

    let restored = dump::settings(written.as_bytes()).expect("settings");
    let restore = restored.iter().fold(ChangeSet::new(), |change, (name, text)| change.set(name.clone(), text.clone()));
    base.commit(restore).await.expect("a commit");
    assert_eq!(dump_of(base, &Scope::All).await, written, "{base:?}");
}
