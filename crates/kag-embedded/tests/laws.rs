//! The guarantees as properties: whatever happens, the store shows what the memory shows.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    reason = "tests"
)]

mod world;

use futures::executor::block_on;
use kag_core::{ChangeSet, DocumentId, Scope};
use proptest::prelude::*;
use tempfile::TempDir;
use world::{Random, change, commit, document, dump, joined, open, oracle, shown, snapshot, uri};

const SLOTS: usize = 6;

fn scopes() -> [Scope; 4] {
    [Scope::All, Scope::of::<&str>([]), Scope::of(["board"]), Scope::of(["board", "legal"])]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// G2, G3, G6: after every step, through every port and in every scope; the store is
    /// closed and opened now and then, and searched only now and then, so that its indexes
    /// catch up over one commit and over many.
    #[test]
    fn every_history_shows_what_it_shows_in_memory(seed in any::<u64>(), steps in 1u64..14) {
        let dir = TempDir::new().unwrap();
        let oracle = oracle();
        let mut base = open(dir.path());
        let mut random = Random(seed);
        for number in 0..steps {
            let change = change(seed, number, SLOTS);
            let (ours, theirs) = (commit(&base, change.clone()), commit(&oracle, change));
            prop_assert_eq!(ours, theirs);
            if random.below(3) == 0 {
                drop(base);
                base = open(dir.path());
            }
            prop_assert_eq!(dump(&base, &Scope::All), dump(&oracle, &Scope::All));
            if random.below(2) == 0 {
                for scope in scopes() {
                    prop_assert_eq!(shown(&snapshot(&base, &scope)), shown(&snapshot(&oracle, &scope)), "{:?}", scope);
                }
            }
        }
        prop_assert_eq!(shown(&snapshot(&base, &Scope::All)), shown(&snapshot(&oracle, &Scope::All)));
        let report = block_on(base.verify()).unwrap();
        prop_assert!(report.is_clean(), "{:?}", report);
    }

    /// Every club is named by very many documents, of which one comes or goes at a time: the
    /// edges are those of the memory, whichever were read again.
    #[test]
    fn edges_of_what_everybody_names_are_kept_up(seed in any::<u64>(), steps in 1u64..14) {
        let dir = TempDir::new().unwrap();
        let (base, oracle, mut random) = (open(dir.path()), oracle(), Random(seed));
        let many: ChangeSet = (0..24).map(|slot| document(slot, &mut random)).collect();
        commit(&base, many.clone());
        commit(&oracle, many);
        let edges = |base: &dyn kag_core::KnowledgeBase| {
            let view = block_on(snapshot(base, &Scope::All).graph().view(&kag_core::GraphNeed::Everything)).unwrap();
            joined(&view.mutual().unwrap())
        };
        prop_assert_eq!(edges(&base), edges(&oracle));
        for _ in 0..steps {
            let slot = random.below(28);
            let change = match random.below(3) {
                0 => ChangeSet::new().remove(DocumentId::of(&uri(slot))),
                _ => ChangeSet::new().put(document(slot, &mut random)),
            };
            commit(&base, change.clone());
            commit(&oracle, change);
            prop_assert_eq!(edges(&base), edges(&oracle));
        }
    }

    /// G3: single inserts in any order equal one bulk insert.
    #[test]
    fn order_leaves_no_trace(seed in any::<u64>(), order in Just((0..SLOTS).collect::<Vec<_>>()).prop_shuffle()) {
        let mut random = Random(seed);
        let documents: Vec<_> = (0..SLOTS).map(|slot| document(slot, &mut random)).collect();
        let (one, other) = (TempDir::new().unwrap(), TempDir::new().unwrap());
        let (single, bulk) = (open(one.path()), open(other.path()));
        for at in order {
            commit(&single, ChangeSet::new().put(documents[at].clone()));
        }
        commit(&bulk, documents.into_iter().collect());
        prop_assert_eq!(shown(&snapshot(&single, &Scope::All)), shown(&snapshot(&bulk, &Scope::All)));
    }

    /// G2: what was removed leaves no row behind, in any table.
    #[test]
    fn removing_everything_leaves_empty_tables(seed in any::<u64>()) {
        let dir = TempDir::new().unwrap();
        let base = open(dir.path());
        for number in 0..6 {
            commit(&base, change(seed, number, SLOTS));
        }
        let all = (0..SLOTS).map(|slot| DocumentId::of(&uri(slot)));
        commit(&base, all.fold(ChangeSet::new(), ChangeSet::remove));
        let stats = block_on(base.stats()).unwrap();
        for table in stats.tables {
            let kept = ["meta", "settings", "journal"].contains(&table.name.as_str());
            prop_assert!(kept || table.rows == 0, "{:?}", table);
        }
    }
}

/// G5: nothing is written for what is there already, and no commit is counted.
#[test]
fn the_same_again_writes_nothing() {
    let dir = TempDir::new().unwrap();
    let mut random = Random(5);
    let documents: Vec<_> = (0..SLOTS).map(|slot| document(slot, &mut random)).collect();
    let base = open(dir.path());
    let first = commit(&base, documents.iter().cloned().collect());
    drop(base);
    let bytes = std::fs::read(dir.path().join("truth.kag")).unwrap();
    let base = open(dir.path());
    let again = commit(&base, documents.into_iter().collect());
    assert_eq!((again.id, again.unchanged), (first.id, SLOTS));
    drop(base);
    assert!(std::fs::read(dir.path().join("truth.kag")).unwrap().len() == bytes.len());
}

/// A copy made while the store is used is a store, and a dump of it the same.
#[test]
fn a_backup_is_the_commit_it_names() {
    let (dir, copies) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    let base = open(dir.path());
    (0..5).for_each(|number| _ = commit(&base, change(3, number, SLOTS)));
    let expect = dump(&base, &Scope::All);
    let copied = block_on(base.backup_to(copies.path())).unwrap();
    commit(&base, change(3, 5, SLOTS));
    let copy = open(copies.path());
    assert_eq!(snapshot(&copy, &Scope::All).commit(), copied);
    assert_eq!(dump(&copy, &Scope::All), expect);
    assert!(block_on(copy.verify()).unwrap().is_clean());
    let refused = block_on(base.backup_to(copies.path())).unwrap_err();
    assert_eq!(refused.kind(), kag_core::ErrorKind::Conflict);
    commit(&copy, change(3, 5, SLOTS));
    assert_eq!(dump(&copy, &Scope::All), dump(&base, &Scope::All), "the copy goes on like the original");
}

/// Compaction changes the size and nothing else, and waits for nobody's snapshot.
#[test]
fn compaction_gives_back_what_is_free() {
    let dir = TempDir::new().unwrap();
    let base = open(dir.path());
    (0..40).for_each(|number| _ = commit(&base, change(9, number, 40)));
    let expect = shown(&snapshot(&base, &Scope::All));
    let held = snapshot(&base, &Scope::All);
    assert_eq!(block_on(base.compact()).unwrap_err().kind(), kag_core::ErrorKind::Conflict);
    drop(held);
    block_on(base.compact()).unwrap();
    assert_eq!(shown(&snapshot(&base, &Scope::All)), expect);
    assert!(block_on(base.verify()).unwrap().is_clean());
    commit(&base, change(9, 40, 40));
    assert!(block_on(base.verify()).unwrap().is_clean());
}
