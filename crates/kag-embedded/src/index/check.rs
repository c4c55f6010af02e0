//! Whether the files hold what the truth gives.

use std::fmt;

use kag_core::{CommitId, ErrorKind, RecordId, RecordKind, Result};

use super::{
    Files,
    files::Look,
    version::{BATCH, Index, Source, Version, name_of},
};
use crate::truth::Point;

/// How a file stands to the truth.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Standing {
    /// There is none: it is made when it is needed.
    Missing,
    /// Of a state that does not lead to this one, in another form, or made by other derivers: it is made anew.
    Stale,
    /// As of this commit, and caught up from there if that is not the last, it holds what the truth gives.
    Sound(CommitId),
    /// It does not hold that, or cannot be read.
    Damaged(String),
}

impl Standing {
    /// The standing of a file that could not be read because of `error`, if that is its fault.
    ///
    /// # Errors
    /// `error`, where it is not.
    pub(super) fn of(error: kag_core::Error) -> Result<Self> {
        match error.kind() {
            ErrorKind::Corrupt | ErrorKind::Unavailable => Ok(Self::Damaged(error.to_string())),
            ErrorKind::Unsupported => Ok(Self::Stale),
            _ => Err(error),
        }
    }
}

impl Source {
    /// How the file of a structure over one kind of record stands to the truth.
    pub(crate) fn check<I: Index>(&self, files: &Files, kind: RecordKind, dim: usize) -> Result<Standing> {
        let head = match files.look(&name_of::<I>(kind)) {
            Look::Found(head) => head,
            other => return Ok(other.standing()),
        };
        let from = Point { commit: head.commit, stamp: head.stamp };
        let index = match I::open(&head.manifest, files) {
            Ok(index) => index,
            Err(error) => return Standing::of(error),
        };
        let version = Version { commit: head.commit, stamp: head.stamp, derived: head.derived, index };
        let here = self.point();
        let version = if from == here { Some(version) } else { self.advance(kind, &version)? };
        let Some(version) = version else { return Ok(Standing::Stale) };
        if version.derived != self.records().derived(kind)? {
            return Ok(Standing::Damaged("it was made from other derived records".to_owned()));
        }
        let found = match version.index.digests() {
            Ok(found) => found,
            Err(error) => return Standing::of(error),
        };
        let expected = self.digests::<I>(kind, dim)?;
        Ok(match difference(&found, &expected) {
            Some((record, what)) => Standing::Damaged(format!("{record:?} {what}")),
            None => Standing::Sound(from.commit),
        })
    }

    /// What the structure must hold of each record, by record.
    fn digests<I: Index>(&self, kind: RecordKind, dim: usize) -> Result<Vec<(RecordId, u128)>> {
        let (mut digests, mut batch) = (Vec::new(), Vec::new());
        let mut take = |batch: Vec<_>| -> Result<()> {
            digests.extend(I::empty(dim).with(batch, Vec::new())?.digests()?);
            Ok(())
        };
        self.records().each(kind, |record, shown| {
            batch.extend(I::row(&self.tables, shown)?.map(|row| (record, row)));
            if batch.len() < BATCH { Ok(()) } else { take(std::mem::take(&mut batch)) }
        })?;
        take(batch)?;
        digests.sort_unstable();
        Ok(digests)
    }
}

/// The first place where two sorted lists differ, and how.
pub(super) fn difference<K: Ord + Copy + fmt::Debug, V: PartialEq>(
    found: &[(K, V)],
    expected: &[(K, V)],
) -> Option<(K, &'static str)> {
    let at = found.iter().zip(expected).take_while(|(found, expected)| found == expected).count();
    match (found.get(at), expected.get(at)) {
        (None, None) => None,
        (Some((found, _)), Some((expected, _))) if found == expected => Some((*found, "is another")),
        (Some((found, _)), Some((expected, _))) if expected < found => Some((*expected, "is missing")),
        (Some((found, _)), _) => Some((*found, "should not be there")),
        (None, Some((expected, _))) => Some((*expected, "is missing")),
    }
}

#[cfg(test)]
mod tests {
    use futures::executor::block_on;
    use kag_core::{
        ChangeSet, Contribution, GraphNeed, KnowledgeBase, Scope, conformance, text::SegmentedBm25,
        vector::SegmentedVectors,
    };
    use tempfile::TempDir;

    use super::*;
    use crate::{DerivedState, EmbeddedKnowledgeBase, Report, StoreOptions, index::DERIVED, open::derived};

    type Text = SegmentedBm25<RecordId>;
    type Vectors = SegmentedVectors<RecordId>;

    fn open(dir: &TempDir) -> EmbeddedKnowledgeBase {
        let options = StoreOptions::default().with_space(conformance::space());
        options.with_deriver(conformance::Foundings).open(dir.path()).unwrap()
    }

    fn note(at: usize) -> Contribution {
        let text = format!("Real Madrid met 曼联 in {}.", 1900 + at);
        let made = conformance::contribution(&format!("note:{at}"), &text, &["Real Madrid", "曼联"], &[]);
        let vector = |text: std::sync::Arc<str>| (text, kag_core::Embedding::new([1.0, 0.0, 0.0, 0.0]));
        let vectors: Vec<_> = made.texts().into_iter().map(vector).collect();
        made.with_vectors(conformance::space(), vectors).unwrap()
    }

    /// A store whose files are all there, closed.
    fn filled() -> TempDir {
        let dir = TempDir::new().unwrap();
        let base = open(&dir);
        block_on(base.commit((0..3).map(note).collect())).unwrap();
        search(&base);
        dir
    }

    fn search(base: &EmbeddedKnowledgeBase) {
        let snapshot = block_on(base.snapshot(&Scope::All)).unwrap();
        for kind in [RecordKind::Chunk, RecordKind::Node, RecordKind::Fact] {
            block_on(snapshot.text().search(kind, &["Madrid"], 3)).unwrap();
            let query = kag_core::Embedding::new([1.0, 0.0, 0.0, 0.0]);
            block_on(snapshot.vectors().unwrap().search(kind, &[query], 3)).unwrap();
        }
        block_on(snapshot.graph().view(&GraphNeed::Everything)).unwrap().mutual().unwrap();
    }

    fn verified(dir: &TempDir) -> Report {
        block_on(open(dir).verify()).unwrap()
    }

    fn state(report: &Report, name: &str) -> Option<DerivedState> {
        report.derived.iter().find(|file| file.name == name).map(|file| file.state)
    }

    #[test]
    fn every_file_is_compared_with_the_truth() {
        let dir = filled();
        let report = verified(&dir);
        let names: Vec<&str> = report.derived.iter().map(|file| &*file.name).collect();
        let kinds = ["text.chunks", "vectors.chunks", "text.nodes", "vectors.nodes", "text.facts", "vectors.facts"];
        assert_eq!(names, [&["derived"][..], &kinds, &["mutual"]].concat());
        assert!(report.derived.iter().all(|file| file.state == DerivedState::Sound(CommitId(1))), "{report:?}");
        assert!(report.is_clean(), "{report:?}");
    }

    #[test]
    fn a_file_that_is_behind_is_caught_up_and_one_of_other_derivers_is_stale() {
        let dir = filled();
        let before = TempDir::new().unwrap();
        for file in std::fs::read_dir(derived(dir.path())).unwrap() {
            let file = file.unwrap();
            std::fs::copy(file.path(), before.path().join(file.file_name())).unwrap();
        }
        block_on(open(&dir).commit(ChangeSet::new().put(note(9)).remove(note(0).document().id))).unwrap();
        std::fs::remove_dir_all(derived(dir.path())).unwrap();
        std::fs::rename(before.path(), derived(dir.path())).unwrap();
        let report = verified(&dir);
        assert!(report.is_clean(), "{report:?}");
        assert_eq!(state(&report, "text.chunks"), Some(DerivedState::Sound(CommitId(1))));
        assert_eq!(state(&report, "derived"), Some(DerivedState::Stale));

        let plain = StoreOptions::default().with_access(crate::Access::Read).open(dir.path()).unwrap();
        let report = block_on(plain.verify()).unwrap();
        assert!(report.is_clean() && report.derived.iter().all(|file| file.state == DerivedState::Stale), "{report:?}");
    }

    #[test]
    fn a_sound_file_of_something_else_is_found_out() {
        for name in ["text.nodes", "vectors.chunks", "mutual", DERIVED] {
            let dir = filled();
            let files = Files::new(derived(dir.path()), kag_core::ContentHash::of_parts(&[b"foundings 1"]));
            let mut head = files.read_head(name).unwrap();
            match name {
                "text.nodes" => {
                    let index = <Text as Index>::open(&head.manifest, &files).unwrap();
                    let gone = index.digests()[0].0;
                    let index = index.with::<&str>([], [gone]);
                    index.write_segments(&files).unwrap();
                    (head.segments, head.manifest) = (Index::segments(&index), index.manifest());
                }
                "vectors.chunks" => {
                    let index = <Vectors as Index>::open(&head.manifest, &files).unwrap();
                    let moved = index.digests().unwrap()[1].0;
                    let index = index.with([(moved, kag_core::Embedding::new([0.0, 1.0, 0.0, 0.0]))], []).unwrap();
                    index.write_segments(&files).unwrap();
                    (head.segments, head.manifest) = (Index::segments(&index), index.manifest());
                }
                "mutual" => head.manifest = super::super::mutual::tests::without_a_vertex(&head.manifest, &files),
                _ => head.manifest = serde_json::to_vec(&kag_core::Derived::default()).unwrap(),
            }
            files.write_head(name, &head).unwrap();
            let report = verified(&dir);
            assert_eq!(state(&report, name), Some(DerivedState::Damaged), "{report:?}");
            assert_eq!((report.found, &*report.problems[0].table), (1, &*format!("derived/{name}")), "{report:?}");
        }
    }
}
