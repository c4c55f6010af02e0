//! G1: a process that writes is killed at random moments, over and over; what it was told is
//! committed is there, whole, and nothing else is.
//!
//! 200 kills by default; the environment variable `KAG_KILLS` asks for another number.
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
    thread,
    time::Duration,
};

use futures::executor::block_on;
use kag_core::{ChangeSet, KnowledgeBase, RecordKind, Scope};
use tempfile::TempDir;
use world::{Random, change, commit, dump, open, oracle, snapshot};

const DIRECTORY: &str = "KAG_CRASH_DIRECTORY";
const SEED: u64 = 0x6b61;
const SLOTS: usize = 12;

/// The change set that makes the commit `number`; each changes something.
fn history(number: u64) -> ChangeSet {
    let text = format!("曼联 met Juventus in {number}.");
    change(SEED, number, SLOTS).put(kag_core::conformance::contribution("note:count", &text, &world::CLUBS, &[]))
}

/// The child: commits until it is killed, and prints what it was told.
#[test]
fn child() {
    let Some(directory) = env::var_os(DIRECTORY) else { return };
    let base = open(Path::new(&directory));
    let mut out = std::io::stdout();
    let mut last = snapshot(&base, &Scope::All).commit().0;
    loop {
        let done = commit(&base, history(last + 1));
        last += 1;
        assert_eq!(done.id.0, last);
        writeln!(out, "committed {last}").unwrap();
        out.flush().unwrap();
        if last.is_multiple_of(5) {
            let found = snapshot(&base, &Scope::All);
            block_on(found.text().search(RecordKind::Chunk, &["Juventus"], 3)).unwrap();
            block_on(found.vectors().unwrap().search(RecordKind::Node, &[world::vector("曼联")], 3)).unwrap();
        }
        if last.is_multiple_of(23) {
            block_on(base.compact()).unwrap();
        }
    }
}

/// Runs a child on `directory`, kills it, and says which commit was the last it was told of.
fn killed(directory: &Path, random: &mut Random) -> Option<u64> {
    let mut child = Command::new(env::current_exe().unwrap())
        .args(["--exact", "child", "--nocapture"])
        .env(DIRECTORY, directory)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut told = None;
    // Some die while they open the store, most a few commits later.
    for _ in 0..random.below(8) {
        for line in lines.by_ref() {
            if let Some(number) = line.unwrap().split("committed ").nth(1) {
                told = number.trim().parse().ok();
                break;
            }
        }
    }
    thread::sleep(Duration::from_micros(random.below(25_000) as u64));
    child.kill().unwrap();
    let status = child.wait().unwrap();
    assert!(status.code().is_none(), "the child ended by itself: {status}");
    for line in lines.map_while(Result::ok) {
        told = line.split("committed ").nth(1).and_then(|number| number.trim().parse().ok()).or(told);
    }
    told
}

#[test]
fn what_was_committed_survives_every_kill() {
    if env::var_os(DIRECTORY).is_some() {
        return;
    }
    let kills: usize = env::var("KAG_KILLS").ok().and_then(|kills| kills.parse().ok()).unwrap_or(200);
    let dir = TempDir::new().unwrap();
    let (memory, mut known, mut told) = (oracle(), 0, 0);
    let mut random = Random(7);
    let mut mid = 0;
    for kill in 0..kills {
        told = killed(dir.path(), &mut random).unwrap_or(told);
        let base = open(dir.path());
        let last = block_on(base.snapshot(&Scope::All)).unwrap().commit().0;
        assert!(last == told || last == told + 1, "kill {kill}: {told} was told, {last} is there");
        mid += usize::from(last != told);
        while known < last {
            known += 1;
            commit(&memory, history(known));
        }
        let report = block_on(base.verify()).unwrap();
        assert!(report.is_clean(), "kill {kill}: {report:?}");
        assert_eq!(dump(&base, &Scope::All), dump(&memory, &Scope::All), "kill {kill}, commit {last}");
        told = last;
    }
    println!("{kills} kills, {known} commits, {mid} of them there before anybody was told");
}
