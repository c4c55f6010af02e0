//! The ports of a snapshot that search.

use std::sync::{Arc, OnceLock};

use kag_core::{
    CpuPool, Embedding, EmbeddingSpace, ErrorKind, RecordId, RecordKind, Result, Scored, TextIndex, VectorIndex,
    async_trait, text::SegmentedBm25, vector::SegmentedVectors,
};

use super::{
    PerKind, Slot, Source, TextSlots, VectorSlots,
    row::Records,
    version::{Index, Version},
};

/// One structure for each kind of record, as of one commit, made when it is first asked for.
#[derive(Debug)]
pub(crate) struct Versions<I> {
    source: Source,
    slots: Arc<PerKind<Slot<I>>>,
    dim: usize,
    cpu: CpuPool,
    made: Arc<PerKind<OnceLock<Arc<Version<I>>>>>,
}

impl<I: Index> Versions<I> {
    fn new(source: Source, slots: Arc<PerKind<Slot<I>>>, dim: usize, cpu: CpuPool) -> Self {
        let made = PerKind { chunks: OnceLock::new(), nodes: OnceLock::new(), facts: OnceLock::new() };
        Self { source, slots, dim, cpu, made: Arc::new(made) }
    }

    async fn of(&self, kind: RecordKind) -> Result<Arc<Version<I>>> {
        if let Some(version) = self.made.of(kind).get() {
            return Ok(Arc::clone(version));
        }
        let (source, slots, made, dim) =
            (self.source.clone(), Arc::clone(&self.slots), Arc::clone(&self.made), self.dim);
        let make = move || {
            let version = source.version(kind, slots.of(kind), dim)?;
            Ok(Arc::clone(made.of(kind).get_or_init(|| version)))
        };
        self.cpu.run(I::NAME, make).await?
    }

    /// One that does not rest on files, for a search that found them damaged.
    async fn repaired(&self, kind: RecordKind) -> Result<Arc<Version<I>>> {
        let (source, slots, dim) = (self.source.clone(), Arc::clone(&self.slots), self.dim);
        self.cpu.run(I::NAME, move || source.repaired(kind, slots.of(kind), dim)).await?
    }
}

/// The text port of a snapshot of everything.
#[derive(Debug)]
pub(crate) struct StoredText(Versions<SegmentedBm25<RecordId>>);

impl StoredText {
    pub(crate) fn new(source: Source, slots: Arc<TextSlots>, cpu: CpuPool) -> Self {
        Self(Versions::new(source, slots, 0, cpu))
    }
}

#[async_trait]
impl TextIndex for StoredText {
    async fn search(&self, kind: RecordKind, queries: &[&str], k: usize) -> Result<Vec<Vec<Scored<RecordId>>>> {
        let version = self.0.of(kind).await?;
        Ok(queries.iter().map(|query| version.index.search(query, k)).collect())
    }

    async fn search_prefix(&self, kind: RecordKind, queries: &[&str], k: usize) -> Result<Vec<Vec<Scored<RecordId>>>> {
        let version = self.0.of(kind).await?;
        Ok(queries.iter().map(|query| version.index.search_prefix(query, k)).collect())
    }
}

/// The vector port of a snapshot of everything.
#[derive(Debug)]
pub(crate) struct StoredVectors {
    versions: Versions<SegmentedVectors<RecordId>>,
    space: EmbeddingSpace,
}

impl StoredVectors {
    pub(crate) fn new(source: Source, slots: Arc<VectorSlots>, space: EmbeddingSpace, cpu: CpuPool) -> Self {
        Self { versions: Versions::new(source, slots, space.dim, cpu), space }
    }
}

#[async_trait]
impl VectorIndex for StoredVectors {
    fn space(&self) -> &EmbeddingSpace {
        &self.space
    }

    async fn search(&self, kind: RecordKind, queries: &[Embedding], k: usize) -> Result<Vec<Vec<Scored<RecordId>>>> {
        match self.versions.of(kind).await?.index.search_batch(queries, k) {
            Err(error) if matches!(error.kind(), ErrorKind::Corrupt | ErrorKind::Unavailable) => {
                self.versions.repaired(kind).await?.index.search_batch(queries, k)
            }
            found => found,
        }
    }

    async fn vectors(&self, ids: &[RecordId]) -> Result<Vec<Option<Embedding>>> {
        let Source { tables, graph, .. } = &self.versions.source;
        let records = Records { tables, graph };
        let vector = |id: &RecordId| match records.shown(*id)? {
            Some(shown) => tables.vector_of(shown.embedded),
            None => Ok(None),
        };
        ids.iter().map(vector).collect()
    }
}
