//! Vectors of the records of a commit.

use std::sync::{Arc, OnceLock};

use kag_core::{
    CommitId, CpuPool, Embedding, EmbeddingSpace, RecordId, RecordKind, Result, Scored, VectorIndex, async_trait,
    vector::ExactIndex,
};

use super::{PerKind, Slot, row::Records, slot::Version};
use crate::{snapshot::StoredGraph, truth::Tables};

/// The vector index of one kind of record as of one commit.
#[derive(Debug)]
pub(crate) struct VectorVersion {
    commit: CommitId,
    index: ExactIndex<RecordId>,
}

impl Version for VectorVersion {
    fn commit(&self) -> CommitId {
        self.commit
    }
}

impl VectorVersion {
    fn build(kind: RecordKind, records: Records<'_>, dim: usize) -> Result<Self> {
        let mut rows = Vec::new();
        records.each(kind, |record, text| {
            rows.extend(records.tables.vector_of(text().1)?.map(|vector| (record, vector)));
            Ok(())
        })?;
        Ok(Self { commit: records.tables.commit(), index: ExactIndex::new(dim, rows)? })
    }
}

/// The vector port of a snapshot of everything.
#[derive(Debug)]
pub(crate) struct StoredVectors {
    pub(crate) tables: Arc<Tables>,
    pub(crate) graph: StoredGraph,
    pub(crate) space: EmbeddingSpace,
    pub(crate) slots: Arc<PerKind<Slot<VectorVersion>>>,
    pub(crate) cpu: CpuPool,
    pub(crate) versions: Arc<PerKind<OnceLock<Arc<VectorVersion>>>>,
}

impl StoredVectors {
    async fn version(&self, kind: RecordKind) -> Result<Arc<VectorVersion>> {
        if let Some(version) = self.versions.of(kind).get() {
            return Ok(Arc::clone(version));
        }
        let (tables, graph, dim) = (Arc::clone(&self.tables), self.graph.clone(), self.space.dim);
        let (slots, versions) = (Arc::clone(&self.slots), Arc::clone(&self.versions));
        let make = move || {
            let slot = slots.of(kind);
            let records = Records { tables: &tables, graph: &graph };
            let version = match slot.latest() {
                Some(latest) if latest.commit == tables.commit() => latest,
                _ => Arc::new(VectorVersion::build(kind, records, dim)?),
            };
            slot.offer(&version);
            Ok(Arc::clone(versions.of(kind).get_or_init(|| version)))
        };
        self.cpu.run("store.vectors", make).await?
    }
}

#[async_trait]
impl VectorIndex for StoredVectors {
    fn space(&self) -> &EmbeddingSpace {
        &self.space
    }

    async fn search(&self, kind: RecordKind, queries: &[Embedding], k: usize) -> Result<Vec<Vec<Scored<RecordId>>>> {
        self.version(kind).await?.index.search_batch(queries, k)
    }

    async fn vectors(&self, ids: &[RecordId]) -> Result<Vec<Option<Embedding>>> {
        let records = Records { tables: &self.tables, graph: &self.graph };
        let vector = |id: &RecordId| match records.text(*id)? {
            Some(text) => self.tables.vector_of(text),
            None => Ok(None),
        };
        ids.iter().map(vector).collect()
    }
}
