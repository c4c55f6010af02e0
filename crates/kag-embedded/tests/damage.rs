//! A flipped byte anywhere is found or does no harm; it never makes a wrong answer.
//!
//! Some hundred places by default; the environment variable `KAG_FLIPS` asks for another number.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    reason = "tests"
)]

mod world;

use std::{env, fs};

use futures::executor::block_on;
use kag_core::{ErrorKind, KnowledgeBase, Scope};
use kag_embedded::DerivedState;
use tempfile::TempDir;
use world::{Random, change, commit, disk::Disk, dump, options, shown, snapshot};

/// Whether the bytes open as a store that shows `expect`; `None` where damage is reported.
fn harmless(bytes: Vec<u8>, dir: &TempDir, what: &str) -> Option<String> {
    let base = match options().open_on(dir.path(), Disk::of(bytes)) {
        Ok(base) => base,
        Err(error) => {
            let kinds = [ErrorKind::Corrupt, ErrorKind::Unsupported];
            assert!(kinds.contains(&error.kind()), "{what}: {error:?}");
            return None;
        }
    };
    match world::try_dump(&base, &Scope::All) {
        Ok(dump) => Some(dump),
        Err(error) => {
            let kinds = [ErrorKind::Corrupt, ErrorKind::Unavailable];
            assert!(kinds.contains(&error.kind()), "{what}: {error:?}");
            assert!(!block_on(base.verify()).is_ok_and(|report| report.is_clean()), "{what}: {error:?}");
            None
        }
    }
}

#[test]
fn a_flipped_byte_of_the_truth_is_found_or_does_no_harm() {
    let flips: usize = env::var("KAG_FLIPS").ok().and_then(|flips| flips.parse().ok()).unwrap_or(600);
    let dir = TempDir::new().unwrap();
    let disk = Disk::default();
    let base = options().open_on(dir.path(), disk.clone()).unwrap();
    (0..8).for_each(|number| _ = commit(&base, change(21, number, 8)));
    let expect = dump(&base, &Scope::All);
    drop(base);
    let whole = disk.bytes();
    let mut random = Random(8);
    let mut found = 0;
    for flip in 0..flips {
        // Where everything begins, every byte; then anywhere.
        let at =
            if flip < flips / 3 { (flip * 16 + random.below(16)) % whole.len() } else { random.below(whole.len()) };
        let mut bytes = whole.clone();
        bytes[at] ^= 1 << random.below(8);
        match harmless(bytes, &dir, &format!("byte {at}")) {
            None => found += 1,
            Some(dump) => assert_eq!(dump, expect, "byte {at} of {}", whole.len()),
        }
    }
    println!("{found} of {flips} flips in {} bytes were found, the rest did no harm", whole.len());
    assert!(found > flips / 20);
}

#[test]
fn a_file_that_was_cut_is_refused() {
    let dir = TempDir::new().unwrap();
    let disk = Disk::default();
    let base = options().open_on(dir.path(), disk.clone()).unwrap();
    (0..8).for_each(|number| _ = commit(&base, change(21, number, 8)));
    let expect = dump(&base, &Scope::All);
    drop(base);
    let whole = disk.bytes();
    for length in (1..whole.len()).step_by(whole.len() / 60) {
        let dump = harmless(whole[..length].to_vec(), &dir, &format!("{length} bytes"));
        assert!(dump.is_none_or(|dump| dump == expect), "{length} of {} bytes", whole.len());
    }
}

/// What is derived and damaged is told by `verify`, by the name of its file.
#[test]
fn a_flipped_byte_of_what_is_derived_is_told() {
    let dir = TempDir::new().unwrap();
    let base = world::open(dir.path());
    (0..8).for_each(|number| _ = commit(&base, change(21, number, 8)));
    shown(&snapshot(&base, &Scope::All));
    block_on(base.checkpoint()).unwrap();
    let report = block_on(base.verify()).unwrap();
    assert!(report.is_clean() && report.derived.len() > 6, "{report:?}");
    let mut random = Random(10);
    for file in fs::read_dir(dir.path().join("derived")).unwrap() {
        let path = file.unwrap().path();
        let whole = fs::read(&path).unwrap();
        for _ in 0..6 {
            let (at, mut bytes) = (random.below(whole.len()), whole.clone());
            bytes[at] ^= 1 << random.below(8);
            fs::write(&path, bytes).unwrap();
            let report = block_on(base.verify()).unwrap();
            // A version that is not known is no damage, and no use.
            let is_stale = report.derived.iter().any(|file| file.state == DerivedState::Stale);
            assert!(is_stale || !report.is_clean(), "byte {at} of {}: {report:?}", path.display());
            assert!(report.problems.iter().all(|problem| problem.table.starts_with("derived/")), "{report:?}");
        }
        fs::write(&path, &whole[..whole.len() / 2]).unwrap();
        assert!(!block_on(base.verify()).unwrap().is_clean(), "half of {}", path.display());
        fs::write(&path, whole).unwrap();
    }
    assert!(block_on(base.verify()).unwrap().is_clean());
}

/// What is derived may be gone or damaged: it is made again.
#[test]
fn whatever_happens_to_what_is_derived_is_repaired() {
    let dir = TempDir::new().unwrap();
    let base = world::open(dir.path());
    (0..8).for_each(|number| _ = commit(&base, change(21, number, 8)));
    let expect = shown(&snapshot(&base, &Scope::All));
    drop(base);
    let derived = dir.path().join("derived");
    let files = || {
        let files = fs::read_dir(&derived).into_iter().flatten().map(|file| file.unwrap().path());
        let mut files: Vec<_> = files.collect();
        files.sort();
        files
    };
    let mut random = Random(9);
    for file in files() {
        for _ in 0..2 {
            let base = world::open(dir.path());
            assert_eq!(shown(&snapshot(&base, &Scope::All)), expect);
            drop(base);
            let Ok(mut bytes) = fs::read(&file) else { continue };
            let at = random.below(bytes.len().max(1));
            match random.below(4) {
                0 => bytes.truncate(at),
                1 => fs::remove_file(&file).unwrap(),
                _ => bytes[at] ^= 1 << random.below(8),
            }
            fs::write(&file, bytes).unwrap();
            let base = world::open(dir.path());
            assert_eq!(shown(&snapshot(&base, &Scope::All)), expect, "{}", file.display());
            commit(&base, change(22, 1, 8));
            let after = shown(&block_on(base.snapshot(&Scope::All)).unwrap());
            assert_ne!(after, expect);
            (0..8).for_each(|slot| {
                _ = commit(&base, kag_core::ChangeSet::new().remove(kag_core::DocumentId::of(&world::uri(slot))))
            });
            (0..8).for_each(|number| _ = commit(&base, change(21, number, 8)));
        }
    }
}
