//! BM25.

use std::io::BufReader;

use kag_core::{ContentHash, RecordId, Result, text::SegmentedBm25};

use super::{Files, row::Shown, version::Index};
use crate::truth::Tables;

impl Index for SegmentedBm25<RecordId> {
    type Row = String;

    const NAME: &'static str = "text";

    fn empty(_dim: usize) -> Self {
        Self::new([1.0], Default::default())
    }

    fn row(_tables: &Tables, shown: Shown) -> Result<Option<String>> {
        Ok(Some(shown.words))
    }

    fn with(&self, added: Vec<(RecordId, String)>, removed: Vec<RecordId>) -> Result<Self> {
        Ok(self.with(added.into_iter().map(|(record, words)| (record, [words])), removed))
    }

    fn manifest(&self) -> Vec<u8> {
        self.manifest()
    }

    fn segments(&self) -> Vec<ContentHash> {
        self.segments().map(|segment| segment.name()).collect()
    }

    fn write_segments(&self, files: &Files) -> Result<Option<Self>> {
        for segment in self.segments() {
            if !files.has_segment(segment.name()) {
                files.write_segment(&segment.sealed())?;
            }
        }
        Ok(None)
    }

    fn digests(&self) -> Result<Vec<(RecordId, u128)>> {
        Ok(self.digests())
    }

    fn open(manifest: &[u8], files: &Files) -> Result<Self> {
        Self::open(manifest, |name| Ok(BufReader::new(files.open_segment(name)?)))
    }
}
