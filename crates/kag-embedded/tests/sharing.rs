//! Who may have a store open, and what readers see meanwhile.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    reason = "tests"
)]

mod world;

use std::{
    env,
    io::{BufRead, BufReader, Write},
    path::Path,
    process::{Command, Stdio},
    sync::atomic::{AtomicBool, AtomicUsize, Ordering},
    time::{Duration, Instant},
};

use futures::executor::block_on;
use kag_core::{ChangeSet, DocumentId, ErrorKind, KnowledgeBase, Scope, conformance};
use kag_embedded::{Access, EmbeddedKnowledgeBase, StoreOptions};
use tempfile::TempDir;
use world::{change, commit, dump, open, options, shown, snapshot};

const DIRECTORY: &str = "KAG_SHARING_DIRECTORY";

fn read(dir: &Path) -> EmbeddedKnowledgeBase {
    options().with_access(Access::Read).open(dir).unwrap()
}

/// The other process: reads what it finds whenever it is asked, and says so.
#[test]
fn other() {
    let Some(directory) = env::var_os(DIRECTORY) else { return };
    let directory = Path::new(&directory);
    let refused = options().open(directory).unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::Conflict, "{refused}");
    println!("refused {refused}");
    let base = read(directory);
    for line in std::io::stdin().lines() {
        let scope = if line.unwrap() == "all" { Scope::All } else { Scope::of::<&str>([]) };
        let seen = snapshot(&base, &scope);
        println!("seen {} {}", seen.commit(), shown(&seen).len());
        std::io::stdout().flush().unwrap();
    }
}

#[test]
fn another_process_reads_while_one_writes_and_is_told_who_does() {
    if env::var_os(DIRECTORY).is_some() {
        return;
    }
    let dir = TempDir::new().unwrap();
    let base = open(dir.path());
    commit(&base, change(1, 0, 6));
    let mut other = Command::new(env::current_exe().unwrap())
        .args(["--exact", "other", "--nocapture"])
        .env(DIRECTORY, dir.path())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut asking = other.stdin.take().unwrap();
    let mut lines = BufReader::new(other.stdout.take().unwrap()).lines().map(Result::unwrap);
    let refused = lines.find_map(|line| line.split("refused ").nth(1).map(str::to_owned)).unwrap();
    assert!(refused.contains(&format!("process = {}", std::process::id())), "{refused}");
    assert!(refused.contains("host = ") && refused.contains("writer.lock"), "{refused}");
    for number in 1..12 {
        commit(&base, change(1, number, 6));
        for (word, scope) in [("all", Scope::All), ("public", Scope::of::<&str>([]))] {
            writeln!(asking, "{word}").unwrap();
            let seen = lines.find_map(|line| line.split("seen ").nth(1).map(str::to_owned)).unwrap();
            let ours = snapshot(&base, &scope);
            assert_eq!(seen, format!("{} {}", ours.commit(), shown(&ours).len()));
        }
    }
    drop(asking);
    assert!(other.wait().unwrap().success());
}

#[test]
fn a_second_writer_is_refused_until_the_first_and_its_snapshots_are_gone() {
    let dir = TempDir::new().unwrap();
    let first = open(dir.path());
    commit(&first, change(1, 0, 6));
    let refused = options().open(dir.path()).unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::Conflict);
    let held = snapshot(&first, &Scope::All);
    let expect = shown(&held);
    drop(first);
    assert_eq!(options().open(dir.path()).unwrap_err().kind(), ErrorKind::Conflict, "a snapshot still reads");
    assert_eq!(shown(&held), expect);
    drop(held);
    assert_eq!(shown(&snapshot(&open(dir.path()), &Scope::All)), expect);
}

#[test]
fn what_is_open_for_reading_is_not_written() {
    let dir = TempDir::new().unwrap();
    assert_eq!(options().with_access(Access::Read).open(dir.path()).unwrap_err().kind(), ErrorKind::InvalidInput);
    drop(open(dir.path()));
    let (one, two) = (read(dir.path()), read(dir.path()));
    let refused = block_on(one.commit(change(1, 0, 6))).unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::Unsupported, "{refused}");
    assert_eq!(block_on(two.compact()).unwrap_err().kind(), ErrorKind::Unsupported);
    assert_eq!(dump(&one, &Scope::All), dump(&two, &Scope::All));
}

#[test]
fn a_store_of_another_space_is_refused() {
    let dir = TempDir::new().unwrap();
    drop(StoreOptions::default().open(dir.path()).unwrap());
    drop(options().open(dir.path()).unwrap());
    let other = StoreOptions::default().with_space(kag_core::EmbeddingSpace::new("another", 8));
    let refused = other.open(dir.path()).unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::InvalidInput);
    let same = StoreOptions::default().open(dir.path()).unwrap();
    assert_eq!(same.embedding_space(), Some(&conformance::space()), "the store knows its own");
}

/// G4: snapshots that are held answer as before, and those that are taken show whole change
/// sets, while a writer goes on; nobody waits for it.
#[test]
fn readers_go_on_while_a_writer_commits() {
    let version = |slot: usize, year: usize| {
        let text = format!("Juventus met 曼联 in {year}.");
        conformance::contribution(&world::uri(slot), &text, &world::CLUBS, &[])
    };
    let dir = TempDir::new().unwrap();
    let base = open(dir.path());
    commit(&base, ChangeSet::new().put(version(0, 0)).put(version(1, 0)));
    let held = snapshot(&base, &Scope::All);
    let expect = shown(&held);
    let (done, taken) = (AtomicBool::new(false), AtomicUsize::new(0));
    let reader = || {
        let mut latencies = Vec::new();
        while !done.load(Ordering::Acquire) {
            let began = Instant::now();
            let seen = snapshot(&base, &Scope::All);
            let ids = [DocumentId::of(&world::uri(0)), DocumentId::of(&world::uri(1))];
            let shown = block_on(seen.chunks().contributions(&ids)).unwrap();
            latencies.push(began.elapsed());
            let texts: Vec<_> = shown.iter().flatten().map(|c| c.chunks()[0].text.clone()).collect();
            assert_eq!(texts[0], texts[1], "both or neither");
            taken.fetch_add(1, Ordering::Relaxed);
        }
        latencies
    };
    let began = Instant::now();
    let mut latencies: Vec<Duration> = std::thread::scope(|threads| {
        let readers = [threads.spawn(reader), threads.spawn(reader)];
        for year in 1..100 {
            commit(&base, ChangeSet::new().put(version(0, year)).put(version(1, year)));
            if year % 25 == 0 {
                assert_eq!(shown(&held), expect, "a snapshot never changes");
            }
        }
        done.store(true, Ordering::Release);
        readers.into_iter().flat_map(|reader| reader.join().unwrap()).collect()
    });
    latencies.sort_unstable();
    let at = |share: usize| latencies[(latencies.len() - 1) * share / 100];
    println!(
        "{} snapshots read beside 99 commits in {:?}: p50 {:?}, p99 {:?}, worst {:?}",
        taken.load(Ordering::Relaxed),
        began.elapsed(),
        at(50),
        at(99),
        at(100)
    );
    assert!(taken.load(Ordering::Relaxed) > 99);
    assert_eq!(shown(&held), expect);
}
