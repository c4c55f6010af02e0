//! Which segments to merge.

/// Segments of one class that are merged when they have gathered; classes are this many
/// times apart.
const FAN: usize = 4;

/// How large a segment is.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Size {
    /// Rows it holds.
    pub(crate) rows: usize,
    /// Those of them that are not gone.
    pub(crate) live: usize,
}

impl Size {
    fn class(self) -> u32 {
        self.live.max(1).ilog(FAN)
    }

    /// Whether more than a quarter of it is gone.
    fn is_worn(self) -> bool {
        (self.rows - self.live.min(self.rows)) * 4 > self.rows
    }
}

/// The segments to be replaced by one of their live rows, at most `most` of them; nothing
/// when all is well.
///
/// Those are four or more of like size, the smallest first, or one that is worn. So a row is
/// written again once for each class it rises to and once for each quarter of its segment
/// that goes: a logarithmic number of times.
pub(crate) fn next_merge(sizes: &[Size], most: usize) -> Option<Vec<usize>> {
    let mut ascending: Vec<usize> = (0..sizes.len()).collect();
    ascending.sort_by_key(|at| sizes.get(*at).map(|size| size.live));
    let class = |at: &usize| sizes.get(*at).map(|size| size.class());
    for alike in ascending.chunk_by(|left, right| class(left) == class(right)).filter(|alike| alike.len() >= FAN) {
        let mut sum = 0;
        let fits = alike.iter().take_while(|at| {
            sum += sizes.get(**at).map_or(0, |size| size.live);
            sum <= most
        });
        let merged: Vec<usize> = fits.copied().collect();
        if merged.len() > 1 {
            return Some(merged);
        }
    }
    let worn = ascending.into_iter().filter(|at| sizes.get(*at).is_some_and(|size| size.is_worn()));
    worn.max_by_key(|at| sizes.get(*at).map(|size| size.rows - size.live.min(size.rows))).map(|at| vec![at])
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Adds segments of `each` rows until there are `total`; the rows that were written
    /// again and the most segments there ever were.
    fn grow(total: usize, each: usize, most: usize) -> (usize, usize) {
        let (mut sizes, mut written, mut segments) = (Vec::new(), 0, 0);
        for _ in 0..total / each {
            sizes.push(Size { rows: each, live: each });
            while let Some(mut merged) = next_merge(&sizes, most) {
                merged.sort_unstable();
                let live = merged.iter().rev().map(|at| sizes.remove(*at).live).sum();
                assert!(live <= most && merged.len() > 1);
                written += live;
                sizes.push(Size { rows: live, live });
            }
            segments = segments.max(sizes.len());
        }
        (written, segments)
    }

    #[test]
    fn segments_stay_few_and_rows_are_written_few_times() {
        let (written, segments) = grow(100_000, 10, 1 << 16);
        assert!(written < 8 * 100_000 && segments < 30, "{written} {segments}");
        let (written, segments) = grow(100_000, 10, 1 << 12);
        assert!(written < 8 * 100_000 && segments < 100_000 / 2_000 + 30, "{written} {segments}");
    }

    #[test]
    fn a_worn_segment_is_rewritten() {
        let size = |rows, live| Size { rows, live };
        assert_eq!(next_merge(&[size(100, 100), size(100, 70), size(1_000, 800)], 1_000), Some(vec![1]));
        assert_eq!(next_merge(&[size(100, 80), size(4, 3)], 1_000), None);
        assert_eq!(next_merge(&[], 10), None);
    }
}
