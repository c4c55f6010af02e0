//! The files of a directory.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    reason = "tests"
)]

use std::{fs, path::Path};

use kag_builder::{
    BuildPipeline, Directory, Found, Hidden, LengthSplitter, Links, MentionExtractor, Outcome, ReaderSet,
};
use kag_core::memory::MemoryKnowledgeBase;

fn write(root: &Path, files: &[(&str, &str)]) {
    for (name, text) in files {
        let path = root.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
}

/// The URIs of what is found; what cannot be read has a `!` in front.
fn found(directory: &Directory) -> Vec<String> {
    let uri = |found| match found {
        Found::Source(source) => source.uri.to_string(),
        Found::Unread(unread) => format!("!{}", unread.uri),
    };
    directory.sources().map(uri).collect()
}

#[test]
fn files_come_in_one_order_with_uris_that_do_not_depend_on_where_they_lie() {
    let files = [("b.md", "b"), ("a/z.txt", "z"), ("a.txt", "a"), ("文/俱乐部 #1?.md", "c"), (".git/config", "x")];
    let (one, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    write(one.path(), &files);
    let mut backwards = files;
    backwards.reverse();
    write(other.path(), &backwards);
    let expect = ["notes/a.txt", "notes/a/z.txt", "notes/b.md", "notes/文/俱乐部 %231%3F.md"];
    for root in [one.path(), other.path()] {
        assert_eq!(found(&Directory::new(root, "notes/")), expect);
    }
    let all = Directory::new(one.path(), "").with_hidden(Hidden::Include);
    assert_eq!(found(&all)[0], ".git/config");
    let file = Directory::new(one.path().join("b.md"), "notes/b.md");
    assert_eq!(found(&file), ["notes/b.md"], "a file alone");
    assert!(found(&file.with_exclude(["*.md"]).unwrap()).is_empty());
}

#[test]
fn patterns_say_what_is_read() {
    let root = tempfile::tempdir().unwrap();
    write(
        root.path(),
        &[("a.md", ""), ("a.txt", ""), ("x/a.md", ""), ("x/y/b.md", ""), ("drafts/a.md", ""), ("x/drafts/c.md", "")],
    );
    let with = |include: &[&str], exclude: &[&str]| {
        found(&Directory::new(root.path(), "").with_include(include).unwrap().with_exclude(exclude).unwrap())
    };
    assert_eq!(with(&["*.md"], &["drafts/"]), ["a.md", "x/a.md", "x/y/b.md"]);
    assert_eq!(with(&["x/*.md"], &[]), ["x/a.md"]);
    assert_eq!(with(&["x/**/*.md", "/a.{txt,md}"], &["/x/drafts"]), ["a.md", "a.txt", "x/a.md", "x/y/b.md"]);
    assert!(Directory::new(".", "").with_include(["[a"]).unwrap_err().to_string().contains("[a"));
}

#[cfg(unix)]
#[test]
fn links_are_followed_only_where_it_is_asked_for() {
    let (root, elsewhere) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    write(root.path(), &[("a.md", "a")]);
    write(elsewhere.path(), &[("b.md", "b")]);
    std::os::unix::fs::symlink(elsewhere.path(), root.path().join("out")).unwrap();
    std::os::unix::fs::symlink(root.path(), root.path().join("loop")).unwrap();
    std::os::unix::fs::symlink("nowhere", root.path().join("broken.md")).unwrap();
    let directory = Directory::new(root.path(), "");
    assert_eq!(found(&directory), ["a.md"]);
    assert_eq!(found(&directory.with_links(Links::Follow)), ["a.md", "!broken.md", "!loop", "out/b.md"]);
}

#[test]
fn what_cannot_be_read_is_reported_and_the_rest_is_built() {
    let root = tempfile::tempdir().unwrap();
    write(
        root.path(),
        &[
            ("a.md", "# A\n\nParis."),
            ("b.html", "<title>B</title><p>Paris"),
            ("c.json", "{oops"),
            ("d.png", "\u{1}"),
            ("e.txt", "a long text, which is too long"),
            ("f.csv", "name,city\nx,Paris\n"),
        ],
    );
    let pipeline = BuildPipeline::new(ReaderSet::of_all_formats(), LengthSplitter::new(50), MentionExtractor::new());
    let base = MemoryKnowledgeBase::new();
    let directory = Directory::new(root.path(), "notes/").with_largest(25);
    let report = futures::executor::block_on(pipeline.sync(&base, directory.uri(), directory.sources())).unwrap();
    let unread: Vec<&str> = report.unread.iter().map(|unread| &*unread.uri).collect();
    assert_eq!(unread, ["notes/c.json", "notes/d.png", "notes/e.txt"]);
    for (unread, reason) in report.unread.iter().zip(["not JSON", "no reader", "30 bytes"]) {
        assert!(unread.reason.contains(reason), "{unread:?}");
    }
    let written: Vec<&str> = report.documents.iter().map(|document| &*document.uri).collect();
    assert_eq!(written, ["notes/a.md", "notes/b.html", "notes/f.csv"]);

    // What cannot be read any more keeps what it said; what is gone does not.
    fs::write(root.path().join("b.html"), [0; 20]).unwrap();
    fs::remove_file(root.path().join("f.csv")).unwrap();
    let report = futures::executor::block_on(pipeline.sync(&base, directory.uri(), directory.sources())).unwrap();
    let outcomes: Vec<_> = report.documents.iter().map(|document| (&*document.uri, &document.outcome)).collect();
    assert_eq!(outcomes, [("notes/a.md", &Outcome::Unchanged), ("notes/f.csv", &Outcome::Removed)]);
    assert!(report.unread.iter().any(|unread| &*unread.uri == "notes/b.html"));

    let nowhere = Directory::new(root.path().join("nowhere"), "notes/");
    let report = futures::executor::block_on(pipeline.sync(&base, nowhere.uri(), nowhere.sources())).unwrap();
    assert!(report.documents.is_empty(), "a directory that is not there removes nothing: {report}");
}
