//! `ingest` as a program, over files that are written for it.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, missing_docs, reason = "tests")]

mod program;

use std::fs;

use program::{run, text};

/// A directory with files, that goes with the test.
struct Room(std::path::PathBuf);

impl Room {
    fn new() -> Self {
        let dir = std::env::temp_dir().join(format!("kag-ingest-{}", std::process::id()));
        fs::create_dir_all(dir.join("texts")).unwrap();
        Self(dir)
    }

    fn write(&self, name: &str, content: &str) -> String {
        fs::write(self.0.join(name), content).unwrap();
        self.path(name)
    }

    fn path(&self, name: &str) -> String {
        self.0.join(name).to_str().unwrap().to_owned()
    }
}

impl Drop for Room {
    fn drop(&mut self) {
        drop(fs::remove_dir_all(&self.0));
    }
}

/// What the program says, which must succeed.
fn told(arguments: &[&str]) -> String {
    let output = run("ingest", arguments);
    assert!(output.status.success(), "{arguments:?}: {}", text(&output.stderr));
    text(&output.stdout)
}

#[test]
fn texts_are_read_by_vocabulary_and_by_patterns() {
    let room = Room::new();
    room.write("texts/a.md", "# 皇马\n\n皇家马德里成立于1902年。REAL MADRID plays in white.\n");
    let vocabulary = room.write(
        "clubs.jsonl",
        "{\"name\": \"皇马\", \"type\": \"Club\", \"synonyms\": [\"Real Madrid\", \"皇家马德里\"]}\n[]\n",
    );
    let patterns = room.write(
        "clubs.json",
        r#"{"name": "clubs", "patterns": [{"predicate": "founded", "subject_type": "Club", "subject": "title",
            "object": {"value": "date"}, "expression": "成立于(?<object>\\d{4}年)"}]}"#,
    );
    let (texts, store) = (room.path("texts"), room.path("store"));

    let first = ["--store", &store, "--extract", "dictionary", "--vocabulary", &vocabulary, &texts];
    let dry = told(&[&first[..], &["--dry-run"]].concat());
    assert!(dry.contains("1 to add") && dry.contains("0 calls of a model"), "{dry}");
    let report = told(&first);
    assert!(report.contains("1 terms") && report.contains("1 nodes, 0 facts"), "{report}");
    let report = told(&first);
    assert!(report.contains("1 unchanged") && report.contains("0 extracted"), "{report}");

    let report = told(&["--store", &store, "--extract", "patterns", "--patterns", &patterns, &texts]);
    assert!(report.contains("1 written") && report.contains("1 facts (0 approximate, 0 unlocated)"), "{report}");

    let wrong = run("ingest", &["--store", &store, "--extract", "dictionary", &texts]);
    assert!(!wrong.status.success() && text(&wrong.stderr).contains("--vocabulary"), "{}", text(&wrong.stderr));
}
