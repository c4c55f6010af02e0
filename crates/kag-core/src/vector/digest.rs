//! Whether two indexes hold the same, however they came to it.

use super::{SegmentedVectors, VectorSegment};
use crate::{ContentHash, Result, segment::SegmentKey};

impl<K: SegmentKey> SegmentedVectors<K> {
    /// By key, the hash of the vector of each row: two indexes hold the same rows where these
    /// are equal, whatever their segments are. Reads every vector and compares it with its code.
    ///
    /// # Errors
    /// Those of [`VectorSegment::verify`].
    pub fn digests(&self) -> Result<Vec<(K, u128)>> {
        let (mut digests, mut bytes) = (Vec::with_capacity(self.len()), Vec::new());
        for live in &self.segments {
            live.segment.verify()?;
            for (row, key) in live.segment.keys().iter().enumerate().filter(|(row, _)| !live.dead.contains(*row)) {
                live.segment.bytes(row, &mut bytes)?;
                digests.push((*key, ContentHash::of(&bytes).to_u128()));
            }
        }
        digests.sort_unstable();
        Ok(digests)
    }
}

impl<K: SegmentKey> VectorSegment<K> {
    /// Puts the bytes of the vector of `row` into `bytes`.
    fn bytes(&self, row: usize, bytes: &mut Vec<u8>) -> Result<()> {
        let mut buffer = Vec::new();
        bytes.clear();
        bytes.extend(self.vector(row, &mut buffer)?.iter().flat_map(|component| component.to_bits().to_le_bytes()));
        Ok(())
    }
}
