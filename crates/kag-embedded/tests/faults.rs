//! G1 when the disk fails: at every call of a commit in turn, in every way.
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
use kag_core::{ChangeSet, ErrorKind, KnowledgeBase, Result, Scope};
use kag_embedded::{EmbeddedKnowledgeBase, is_storage_full};
use tempfile::TempDir;
use world::{
    Random, change, commit,
    disk::{Disk, Failure},
    dump, options, oracle,
};

const SEED: u64 = 11;
const SLOTS: usize = 8;

fn open(dir: &TempDir, disk: &Disk) -> Result<EmbeddedKnowledgeBase> {
    options().open_on(dir.path(), disk.clone())
}

/// A store of a few commits, and the change set that comes next.
fn begun(dir: &TempDir) -> (Vec<u8>, ChangeSet) {
    let disk = Disk::default();
    let base = open(dir, &disk).unwrap();
    (0..6).for_each(|number| _ = commit(&base, change(SEED, number, SLOTS)));
    drop(base);
    (disk.bytes(), change(SEED, 6, SLOTS))
}

/// The dumps before and after the change set.
fn expected(next: &ChangeSet) -> [String; 2] {
    let memory = oracle();
    (0..6).for_each(|number| _ = commit(&memory, change(SEED, number, SLOTS)));
    let before = dump(&memory, &Scope::All);
    commit(&memory, next.clone());
    [before, dump(&memory, &Scope::All)]
}

/// Opens what is left, and says which of the two states it is.
fn check(left: Vec<u8>, expect: &[String; 2], what: &str) -> usize {
    let dir = TempDir::new().unwrap();
    let disk = Disk::of(left);
    let base = open(&dir, &disk).unwrap_or_else(|error| panic!("{what}: {error:?}"));
    let report = block_on(base.verify()).unwrap();
    assert!(report.is_clean(), "{what}: {report:?}");
    let found = dump(&base, &Scope::All);
    let state = expect.iter().position(|dump| *dump == found).unwrap_or_else(|| panic!("{what}: neither old nor new"));
    commit(&base, change(SEED, 7, SLOTS));
    assert!(block_on(base.verify()).unwrap().is_clean(), "{what}: goes on");
    state
}

#[test]
fn a_disk_that_fails_at_any_call_leaves_the_old_or_the_new_state() {
    let dir = TempDir::new().unwrap();
    let (begun, next) = begun(&dir);
    let expect = expected(&next);
    assert_ne!(expect[0], expect[1]);
    let mut random = Random(3);
    let mut states = [0; 2];
    for failure in [Failure::Short, Failure::Full, Failure::Device, Failure::Sync] {
        for at in 0.. {
            let what = format!("{failure:?} at call {at}");
            let disk = Disk::of(begun.clone());
            let base = open(&dir, &disk).unwrap();
            disk.fail_at(at, failure);
            let told = block_on(base.commit(next.clone()));
            let failed = disk.has_failed();
            match &told {
                Ok(_) => {}
                Err(error) => {
                    assert_eq!(error.kind(), ErrorKind::Unavailable, "{what}: {error:?}");
                    assert_eq!(is_storage_full(error), failure == Failure::Full, "{what}: {error:?}");
                }
            }
            drop(base);
            for left in [disk.bytes(), disk.bytes_after_power_cut(&mut random)] {
                let state = check(left, &expect, &what);
                assert!(told.is_err() || state == 1, "{what}: told, and not there");
                states[state] += 1;
            }
            if !failed && told.is_ok() {
                break;
            }
        }
    }
    println!("{} times the old state, {} times the new", states[0], states[1]);
    assert!(states.iter().all(|count| *count > 3), "{states:?}");
}

/// The power goes at any moment of a commit, not only where a call failed.
#[test]
fn a_power_cut_at_any_call_leaves_the_old_or_the_new_state() {
    let dir = TempDir::new().unwrap();
    let (begun, next) = begun(&dir);
    let expect = expected(&next);
    let mut random = Random(4);
    for at in 0.. {
        let disk = Disk::of(begun.clone());
        let base = open(&dir, &disk).unwrap();
        disk.fail_at(at, Failure::Device);
        let told = block_on(base.commit(next.clone()));
        for round in 0..3 {
            check(disk.bytes_after_power_cut(&mut random), &expect, &format!("call {at}, round {round}"));
        }
        drop(base);
        if told.is_ok() {
            break;
        }
    }
}
