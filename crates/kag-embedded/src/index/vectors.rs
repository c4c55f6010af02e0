//! Vectors: their codes in memory, themselves in the files once they are written.

use std::sync::Arc;

use kag_core::{
    ContentHash, Embedding, RecordId, Result,
    vector::{SegmentedVectors, VectorSegment},
};

use super::{Files, row::Shown, version::Index};
use crate::truth::Tables;

impl Index for SegmentedVectors<RecordId> {
    type Row = Embedding;

    const NAME: &'static str = "vectors";

    fn empty(dim: usize) -> Self {
        Self::new(dim)
    }

    fn row(tables: &Tables, shown: Shown) -> Result<Option<Embedding>> {
        tables.vector_of(shown.embedded)
    }

    fn with(&self, added: Vec<(RecordId, Embedding)>, removed: Vec<RecordId>) -> Result<Self> {
        self.with(added, removed)
    }

    fn manifest(&self) -> Vec<u8> {
        self.manifest()
    }

    fn segments(&self) -> Vec<ContentHash> {
        self.segments().map(|segment| segment.name()).collect()
    }

    fn write_segments(&self, files: &Files) -> Result<Option<Self>> {
        let mut resting = self.clone();
        for segment in self.segments() {
            if !files.has_segment(segment.name()) {
                files.write_segment(&segment.sealed()?)?;
            }
            if segment.is_in_memory() {
                resting = resting.replacing(&Arc::new(VectorSegment::open(files.open_segment(segment.name())?)?));
            }
        }
        Ok(Some(resting))
    }

    fn digests(&self) -> Result<Vec<(RecordId, u128)>> {
        self.digests()
    }

    fn open(manifest: &[u8], files: &Files) -> Result<Self> {
        Self::open(manifest, |name| Ok(Arc::new(VectorSegment::open(files.open_segment(name)?)?)))
    }
}
