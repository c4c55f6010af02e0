//! Rows that are gone.

use std::sync::Arc;

const BITS: usize = u64::BITS as usize;

/// Which rows of a segment are gone. A copy costs nothing; a change copies a bit a row.
#[derive(Clone, Debug, Default)]
pub(crate) struct Dead {
    /// A bit a row; none while all are there.
    words: Arc<[u64]>,
    count: usize,
}

impl Dead {
    /// These and `more`, of a segment of `rows` rows; those beyond are left out.
    pub(crate) fn with(&self, more: impl IntoIterator<Item = usize>, rows: usize) -> Self {
        let mut words = self.words.to_vec();
        words.resize(rows.div_ceil(BITS), 0);
        for row in more.into_iter().filter(|row| *row < rows) {
            if let Some(word) = words.get_mut(row / BITS) {
                *word |= 1 << (row % BITS);
            }
        }
        Self::of(words)
    }

    /// The rows of these bits, of a segment of `rows` rows; nothing if bits are missing or
    /// more.
    pub(crate) fn read(words: Vec<u64>, rows: usize) -> Option<Self> {
        let beyond = |last: &u64| !rows.is_multiple_of(BITS) && last >> (rows % BITS) != 0;
        let fits = words.is_empty() || (words.len() == rows.div_ceil(BITS) && !words.last().is_some_and(beyond));
        fits.then(|| Self::of(words))
    }

    fn of(words: Vec<u64>) -> Self {
        let count = words.iter().map(|word| word.count_ones() as usize).sum();
        Self { words: if count == 0 { Arc::default() } else { words.into() }, count }
    }

    /// The bits; none if all rows are there.
    pub(crate) fn words(&self) -> &[u64] {
        &self.words
    }

    /// How many rows are gone.
    pub(crate) fn count(&self) -> usize {
        self.count
    }

    /// How many of `rows`, all of the segment, are not gone.
    #[expect(clippy::indexing_slicing, reason = "there is a bit for each row of the segment")]
    pub(crate) fn live_of(&self, rows: &[u16]) -> usize {
        if self.count == 0 {
            return rows.len();
        }
        let words = &*self.words;
        let gone = rows.iter().map(|row| (words[usize::from(*row) / BITS] >> (usize::from(*row) % BITS) & 1) as usize);
        rows.len() - gone.sum::<usize>()
    }

    /// Whether `row` is gone.
    #[inline]
    pub(crate) fn contains(&self, row: usize) -> bool {
        self.words.get(row / BITS).is_some_and(|word| word >> (row % BITS) & 1 == 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_die_once_and_stay_dead() {
        let none = Dead::default();
        let some = none.with([3, 64, 3, 500], 100);
        let more = some.with([65], 100);
        assert_eq!((none.count(), some.count(), more.count()), (0, 2, 3));
        assert!(some.contains(3) && some.contains(64) && !some.contains(65) && !some.contains(99));
        assert!(more.contains(65) && !none.contains(3));
        assert_eq!((none.live_of(&[3, 64, 65]), some.live_of(&[3, 64, 65]), more.live_of(&[])), (3, 1, 0));
    }

    #[test]
    fn bits_that_do_not_fit_are_refused() {
        assert_eq!(Dead::read(vec![0b101], 3).map(|dead| dead.count()), Some(2));
        assert_eq!(Dead::read(Vec::new(), 70).map(|dead| dead.count()), Some(0));
        assert!(Dead::read(vec![0b1000], 3).is_none());
        assert!(Dead::read(vec![1], 65).is_none());
        assert!(Dead::read(vec![u64::MAX], 64).is_some());
    }
}
