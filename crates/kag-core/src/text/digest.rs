//! Whether two indexes hold the same, however they came to it.

use super::{SegmentedBm25, segment::TextSegment};
use crate::{ContentHash, segment::SegmentKey};

impl<K: SegmentKey, const FIELDS: usize> SegmentedBm25<K, FIELDS> {
    /// By key, for each row a number that depends on its terms, how often they stand where, and
    /// nothing else: two indexes hold the same rows where these are equal, whatever their
    /// segments are.
    ///
    /// ```
    /// use kag_core::text::SegmentedBm25;
    ///
    /// let empty = SegmentedBm25::<u32, 1>::new([1.0], Default::default());
    /// let one = empty.with([(1, ["red 红"]), (2, ["blue"])], []).with([(2, ["green 绿"])], []);
    /// let other = empty.with([(2, ["GREEN, 绿!"])], []).with([(1, ["red 红"])], []);
    /// assert_eq!(one.digests(), other.digests());
    /// assert_ne!(one.digests(), other.with::<&str>([], [1]).digests());
    /// ```
    #[must_use]
    pub fn digests(&self) -> Vec<(K, u128)> {
        let mut digests = Vec::with_capacity(self.len());
        for live in &self.segments {
            let rows = live.segment.keys.iter().zip(live.segment.digests()).enumerate();
            digests.extend(rows.filter(|(row, _)| !live.dead.contains(*row)).map(|(_, (key, digest))| (*key, digest)));
        }
        digests.sort_unstable();
        digests
    }
}

impl<K: SegmentKey, const FIELDS: usize> TextSegment<K, FIELDS> {
    /// Those of all rows, in their order.
    fn digests(&self) -> Vec<u128> {
        let mut digests: Vec<u128> = (0..self.keys.len()).map(|row| mixed(0, &self.length(row))).collect();
        for term in 0..self.terms.len() {
            let hash = self.terms.get(term).map_or(0, |term| ContentHash::of(term).to_u128());
            for at in self.postings_of(term..term + 1) {
                let times = self.times_of.get(at).and_then(|place| self.times.get(place));
                let sum = self.rows.get(at).and_then(|row| digests.get_mut(usize::from(*row)));
                if let Some((sum, times)) = sum.zip(times) {
                    // A sum, as terms have another order in another segment.
                    *sum = sum.wrapping_add(mixed(hash, times));
                }
            }
        }
        digests
    }
}

/// A number that depends on all of these.
fn mixed<const FIELDS: usize>(hash: u128, counts: &[u32; FIELDS]) -> u128 {
    // Odd, so that no factor is lost: the multiplier of PCG's 128-bit generator.
    const FACTOR: u128 = 0x2360_ed05_1fc6_5da4_4385_df64_9fcc_f645;
    counts.iter().fold(hash, |mixed, count| (mixed ^ (mixed >> 64) ^ u128::from(*count)).wrapping_mul(FACTOR))
}
