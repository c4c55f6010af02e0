//! BM25 over the records of a commit.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, OnceLock},
};

use kag_core::{
    CommitId, ContentHash, CpuPool, RecordId, RecordKind, Result, Scored, TextIndex, async_trait, text::SegmentedBm25,
};

use super::{
    PerKind, Slot,
    row::{Records, changed, kind_of},
    slot::Version,
};
use crate::{snapshot::StoredGraph, truth::Tables};

/// Rows that are counted at once when all are.
const BATCH: usize = 1 << 15;

/// The text index of one kind of record as of one commit.
#[derive(Debug)]
pub(crate) struct TextVersion {
    pub(crate) commit: CommitId,
    pub(crate) index: SegmentedBm25<RecordId>,
    /// The words of records in which something derived shows.
    pub(crate) derived: BTreeMap<RecordId, ContentHash>,
}

impl Version for TextVersion {
    fn commit(&self) -> CommitId {
        self.commit
    }
}

impl TextVersion {
    /// The version of the commit of `records`, from `before` where that is possible.
    pub(crate) fn at(kind: RecordKind, records: Records<'_>, before: Option<&Self>) -> Result<Self> {
        let commit = records.tables.commit();
        let before = before.filter(|before| before.commit <= commit);
        if let Some(before) = before
            && let Some(touched) = records.tables.touched_since(before.commit)?
        {
            return before.advance(kind, records, touched);
        }
        Self::build(kind, records)
    }

    fn advance(&self, kind: RecordKind, records: Records<'_>, touched: BTreeSet<RecordId>) -> Result<Self> {
        let derived = records.derived(kind)?;
        let mut touched: BTreeSet<_> = touched.into_iter().filter(|record| kind_of(*record) == kind).collect();
        touched.extend(changed(&self.derived, &derived));
        let mut added = Vec::new();
        for record in &touched {
            if let Some(words) = records.words(*record)? {
                added.push((*record, [words]));
            }
        }
        Ok(Self { commit: records.tables.commit(), index: self.index.with(added, touched), derived })
    }

    fn build(kind: RecordKind, records: Records<'_>) -> Result<Self> {
        let mut index = SegmentedBm25::new([1.0], Default::default());
        let mut batch = Vec::new();
        records.each(kind, |record, text| {
            batch.push((record, [text().0]));
            if batch.len() == BATCH {
                index = index.with(std::mem::take(&mut batch), []);
            }
            Ok(())
        })?;
        index = index.with(batch, []);
        Ok(Self { commit: records.tables.commit(), index, derived: records.derived(kind)? })
    }
}

/// The text port of a snapshot of everything.
#[derive(Debug)]
pub(crate) struct StoredText {
    pub(crate) tables: Arc<Tables>,
    pub(crate) graph: StoredGraph,
    pub(crate) slots: Arc<PerKind<Slot<TextVersion>>>,
    pub(crate) cpu: CpuPool,
    pub(crate) versions: Arc<PerKind<OnceLock<Arc<TextVersion>>>>,
}

impl StoredText {
    async fn version(&self, kind: RecordKind) -> Result<Arc<TextVersion>> {
        if let Some(version) = self.versions.of(kind).get() {
            return Ok(Arc::clone(version));
        }
        let (tables, graph) = (Arc::clone(&self.tables), self.graph.clone());
        let (slots, versions) = (Arc::clone(&self.slots), Arc::clone(&self.versions));
        let make = move || {
            let slot = slots.of(kind);
            let records = Records { tables: &tables, graph: &graph };
            let latest = slot.latest();
            let version = match latest {
                Some(latest) if latest.commit == tables.commit() => latest,
                latest => Arc::new(TextVersion::at(kind, records, latest.as_deref())?),
            };
            slot.offer(&version);
            Ok(Arc::clone(versions.of(kind).get_or_init(|| version)))
        };
        self.cpu.run("store.text", make).await?
    }
}

#[async_trait]
impl TextIndex for StoredText {
    async fn search(&self, kind: RecordKind, queries: &[&str], k: usize) -> Result<Vec<Vec<Scored<RecordId>>>> {
        let version = self.version(kind).await?;
        Ok(queries.iter().map(|query| version.index.search(query, k)).collect())
    }
}
