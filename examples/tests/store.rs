//! `kag_store` as a program, over a store that is filled for it.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, missing_docs, reason = "tests")]

mod program;

use std::{fs, path::Path};

use kag::{EmbeddedKnowledgeBase, KnowledgeBase, StoreOptions, conformance, core::ChangeSet};
use program::{run, text};

/// A directory that goes with the test.
struct Room(std::path::PathBuf);

impl Room {
    fn new(name: &str) -> Self {
        let dir = std::env::temp_dir().join(format!("kag-store-{name}-{}", std::process::id()));
        fs::create_dir_all(&dir).unwrap();
        Self(dir)
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

/// A store of documents in two languages, one of them removed again, and a schema.
async fn fill(dir: &Path) {
    let base: EmbeddedKnowledgeBase = StoreOptions::default().with_space(conformance::space()).open(dir).unwrap();
    let note = |at: usize| {
        let sentences = format!("Real Madrid met 曼联 in {}. 曼联成立于1878年。", 1900 + at);
        conformance::contribution(&format!("note:{at}"), &sentences, &["Real Madrid", "曼联"], &[])
    };
    let change = (0..20).map(note).fold(ChangeSet::new(), ChangeSet::put);
    base.commit(change.set("schema", "namespace Football\n\nClub(俱乐部): EntityType\n")).await.unwrap();
    base.commit(ChangeSet::new().remove(note(3).document().id)).await.unwrap();
}

/// What the program says, which must succeed.
fn told(arguments: &[&str]) -> String {
    let output = run("kag_store", arguments);
    assert!(output.status.success(), "{arguments:?}: {}", text(&output.stderr));
    text(&output.stdout)
}

#[tokio::test]
async fn a_store_is_checked_measured_copied_and_carried_over() {
    let room = Room::new("all");
    let (store, copy, other, file) = (room.path("store"), room.path("copy"), room.path("other"), room.path("dump"));
    fill(Path::new(&store)).await;

    let report = told(&["verify", &store]);
    assert!(report.contains("commit 2: 19 documents") && report.ends_with("0 problems\n"), "{report}");
    let stats = told(&["stats", &store]);
    assert!(stats.contains("commit 2, 19 documents, 38 chunks") && stats.contains("settings"), "{stats}");
    let dump = told(&["dump", &store]);
    assert!(dump.contains("Club(俱乐部)") && dump.ends_with("{\"end\":{\"documents\":19}}\n"), "{dump}");
    told(&["dump", &store, &file]);
    assert_eq!(fs::read_to_string(&file).unwrap(), dump);

    assert_eq!(told(&["backup", &store, &copy]), format!("commit 2 is in {copy}\n"));
    assert_eq!(told(&["dump", &copy]), dump);
    assert!(told(&["load", &other, &file]).contains("19 added"));
    assert_eq!(told(&["dump", &other]), dump);
    assert!(told(&["load", &other, &file]).contains("19 unchanged"));

    let size = || fs::metadata(Path::new(&store).join("truth.kag")).unwrap().len();
    let before = size();
    told(&["compact", &store]);
    assert!(size() <= before);
    assert_eq!(told(&["dump", &store]), dump);
    for dir in [&store, &copy, &other] {
        assert!(told(&["verify", dir]).ends_with("0 problems\n"));
    }
}

#[tokio::test]
async fn what_cannot_be_done_is_said() {
    let room = Room::new("refused");
    let (store, file) = (room.path("store"), room.path("dump"));
    fill(Path::new(&store)).await;
    let refused = |arguments: &[&str]| {
        let output = run("kag_store", arguments);
        assert!(!output.status.success(), "{arguments:?}");
        text(&output.stderr)
    };
    assert!(refused(&["verify", &room.path("nothing")]).contains("there is no store here"));
    assert!(refused(&["backup", &store, &store]).contains("there is a store already"));
    assert!(refused(&["polish", &store]).contains("usage:"));
    told(&["dump", &store, &file]);
    let cut = fs::read_to_string(&file).unwrap();
    fs::write(&file, &cut[..cut.len() / 2]).unwrap();
    assert!(refused(&["load", &room.path("other"), &file]).contains("error:"));

    let truth = Path::new(&store).join("truth.kag");
    let mut bytes = fs::read(&truth).unwrap();
    let start = bytes.len() / 8;
    bytes[start..].fill(0x5a);
    fs::write(&truth, bytes).unwrap();
    let output = run("kag_store", &["verify", &store]);
    let said = text(&output.stdout) + &text(&output.stderr);
    assert!(!output.status.success() && said.contains("damaged"), "{said}");
}
