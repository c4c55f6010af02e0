//! From one version of a structure to the next.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use kag_core::{CommitId, ContentHash, RecordId, RecordKind, Result};

use super::{
    Files, Head, Slot,
    row::{Records, Shown, changed, kind_of},
};
use crate::{
    snapshot::StoredGraph,
    truth::{Point, Tables},
};

/// Rows that are added at once when all are.
pub(super) const BATCH: usize = 1 << 15;
/// A version that is so many commits ahead of the files is written before anybody asks.
const AHEAD: u64 = 64;

/// A structure that is kept up with the records of one kind.
pub(crate) trait Index: Sized + Send + Sync + 'static {
    /// What it holds of one record.
    type Row: Send;

    /// What the name of its file begins with.
    const NAME: &'static str;

    /// The structure without rows; `dim` is the length of vectors.
    fn empty(dim: usize) -> Self;

    /// What it holds of a record that is searched by `shown`; `None` for nothing.
    fn row(tables: &Tables, shown: Shown) -> Result<Option<Self::Row>>;

    /// The next version.
    fn with(&self, added: Vec<(RecordId, Self::Row)>, removed: Vec<RecordId>) -> Result<Self>;

    /// What tells the version, apart from its segments.
    fn manifest(&self) -> Vec<u8>;

    /// The names of its segments.
    fn segments(&self) -> Vec<ContentHash>;

    /// Writes the segments that are not in `files`, and gives back the same version, resting
    /// on what was written.
    fn write_segments(&self, files: &Files) -> Result<Option<Self>>;

    /// For each record a number that differs where the row does; everything is read for it.
    fn digests(&self) -> Result<Vec<(RecordId, u128)>>;

    /// The version that `manifest` tells.
    fn open(manifest: &[u8], files: &Files) -> Result<Self>;
}

/// A structure over one kind of record as of one commit.
#[derive(Debug)]
pub(crate) struct Version<I> {
    pub(crate) commit: CommitId,
    /// Which state of the truth that is.
    pub(crate) stamp: ContentHash,
    /// The records in which something derived shows.
    pub(crate) derived: BTreeMap<RecordId, ContentHash>,
    pub(crate) index: I,
}

/// What versions are made from.
#[derive(Clone, Debug)]
pub(crate) struct Source {
    pub(crate) tables: Arc<Tables>,
    pub(crate) graph: StoredGraph,
    /// Where versions are kept, and whether they may be written.
    pub(crate) files: Option<Arc<Files>>,
    pub(crate) may_write: bool,
}

impl Source {
    pub(super) fn point(&self) -> Point {
        self.tables.point()
    }

    /// The version of this commit, made from the latest in `slot`, which is then this one.
    pub(crate) fn version<I: Index>(&self, kind: RecordKind, slot: &Slot<I>, dim: usize) -> Result<Arc<Version<I>>> {
        let here = self.point();
        let latest = slot.latest(|| self.open(kind));
        let version = match latest {
            Some(latest) if latest.commit == here.commit && latest.stamp == here.stamp => return Ok(latest),
            Some(latest) => match self.advance(kind, &latest)? {
                Some(version) => version,
                None => self.build(kind, dim)?,
            },
            None => self.build(kind, dim)?,
        };
        let version = Arc::new(version);
        slot.offer(&version);
        if self.may_write && slot.unwritten().is_some_and(|(_, ahead)| ahead > AHEAD) {
            // What cannot be written is made again when the store is opened.
            drop(self.write(kind, slot));
        }
        Ok(version)
    }

    /// The version in the files, where it is one that this truth has had.
    fn open<I: Index>(&self, kind: RecordKind) -> Option<Version<I>> {
        let files = self.files.as_ref()?;
        let name = name_of::<I>(kind);
        let Head { commit, stamp, derived, manifest, .. } = files.read_head(&name)?;
        let leads_here = self.tables.touched_since(Point { commit, stamp }).ok()?.is_some();
        match I::open(&manifest, files).ok().filter(|_| leads_here) {
            Some(index) => Some(Version { commit, stamp, derived, index }),
            None => {
                self.discard(&name);
                None
            }
        }
    }

    /// Removes files that turned out to be of no use.
    fn discard(&self, name: &str) {
        if let Some(files) = self.files.as_ref().filter(|_| self.may_write) {
            files.discard(name);
        }
    }

    /// The version of this commit, made anew because what it rested on is damaged.
    pub(crate) fn repaired<I: Index>(&self, kind: RecordKind, slot: &Slot<I>, dim: usize) -> Result<Arc<Version<I>>> {
        self.discard(&name_of::<I>(kind));
        let version = Arc::new(self.build(kind, dim)?);
        slot.restart(&version);
        Ok(version)
    }

    /// Writes the latest version in `slot` where the files do not have it.
    pub(crate) fn write<I: Index>(&self, kind: RecordKind, slot: &Slot<I>) -> Result<()> {
        let Some(files) = &self.files else { return Ok(()) };
        let Some((version, _)) = slot.unwritten() else { return Ok(()) };
        let resting = version.index.write_segments(files)?;
        files.write_head(
            &name_of::<I>(kind),
            &Head {
                commit: version.commit,
                stamp: version.stamp,
                derived: version.derived.clone(),
                segments: version.index.segments(),
                manifest: version.index.manifest(),
            },
        )?;
        slot.note_written(version.commit.0);
        if let Some(index) = resting {
            let Version { commit, stamp, ref derived, .. } = *version;
            slot.offer(&Arc::new(Version { commit, stamp, derived: derived.clone(), index }));
        }
        Ok(())
    }

    pub(super) fn records(&self) -> Records<'_> {
        Records { tables: &self.tables, graph: &self.graph }
    }

    /// The version of this commit from that of an earlier one; `None` where the journal does
    /// not lead from there to here.
    pub(super) fn advance<I: Index>(&self, kind: RecordKind, before: &Version<I>) -> Result<Option<Version<I>>> {
        let from = Point { commit: before.commit, stamp: before.stamp };
        let Some(touched) = self.tables.touched_since(from)? else { return Ok(None) };
        let records = self.records();
        let derived = records.derived(kind)?;
        let mut touched: BTreeSet<_> = touched.into_iter().filter(|record| kind_of(*record) == kind).collect();
        touched.extend(changed(&before.derived, &derived));
        let mut added = Vec::new();
        for record in &touched {
            if let Some(shown) = records.shown(*record)? {
                added.extend(I::row(&self.tables, shown)?.map(|row| (*record, row)));
            }
        }
        let index = before.index.with(added, touched.into_iter().collect())?;
        let Point { commit, stamp } = self.point();
        Ok(Some(Version { commit, stamp, derived, index }))
    }

    fn build<I: Index>(&self, kind: RecordKind, dim: usize) -> Result<Version<I>> {
        let records = self.records();
        let mut index = I::empty(dim);
        let mut batch = Vec::new();
        records.each(kind, |record, shown| {
            batch.extend(I::row(&self.tables, shown)?.map(|row| (record, row)));
            if batch.len() == BATCH {
                index = index.with(std::mem::take(&mut batch), Vec::new())?;
            }
            Ok(())
        })?;
        let index = index.with(batch, Vec::new())?;
        let Point { commit, stamp } = self.point();
        Ok(Version { commit, stamp, derived: records.derived(kind)?, index })
    }
}

/// What the file of a structure over `kind` is called.
pub(crate) fn name_of<I: Index>(kind: RecordKind) -> String {
    let kind = match kind {
        RecordKind::Chunk => "chunks",
        RecordKind::Node => "nodes",
        RecordKind::Fact => "facts",
    };
    format!("{}.{kind}", I::NAME)
}
