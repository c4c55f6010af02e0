//! An immutable part of a [`SegmentedBm25`](super::SegmentedBm25).

use std::{ops::Range, sync::OnceLock};

use super::{
    counts::{Count, Joined},
    formula::{Weights, score},
    terms::Terms,
    tuples::{Places, Tuples},
};
use crate::{
    ContentHash,
    segment::{Dead, SealedSegment, SegmentKey, order_of_keys},
};

/// Most rows of a segment: their numbers take two bytes.
pub(super) const MOST_ROWS: usize = 1 << 16;

/// Some rows of a [`SegmentedBm25`](super::SegmentedBm25), by term. Immutable.
///
/// A posting (that a row holds a term) takes three bytes: the number of the row, and which
/// of the few different counts this one is. Rows are in no order.
#[derive(Debug)]
pub struct TextSegment<K, const FIELDS: usize> {
    pub(super) keys: Vec<K>,
    /// The rows by ascending key.
    pub(super) order: Vec<u32>,
    /// Which of `lengths` each row has.
    pub(super) length_of: Vec<u16>,
    pub(super) lengths: Tuples<FIELDS>,
    pub(super) terms: Terms,
    /// Start of each term's postings, and one more: the number of postings.
    pub(super) starts: Vec<usize>,
    /// By term the rows that hold it, ascending.
    pub(super) rows: Vec<u16>,
    /// Beside `rows`, which of `times` tells how often.
    pub(super) times_of: Places,
    pub(super) times: Tuples<FIELDS>,
    pub(super) name: OnceLock<ContentHash>,
}

impl<K: SegmentKey, const FIELDS: usize> TextSegment<K, FIELDS> {
    /// The segment of these rows.
    #[expect(
        clippy::indexing_slicing,
        reason = "counts hold numbers of terms and of rows, ranks and places are permutations"
    )]
    pub(super) fn new(keys: Vec<K>, joined: Joined<FIELDS>, weights: Weights<FIELDS>) -> Self {
        let mut terms = Terms::default();
        let mut ranks = vec![0_usize; joined.terms.len()];
        for (term, number) in joined.terms.into_sorted() {
            ranks[number as usize] = terms.len();
            terms.push(&term);
        }
        let mut starts = vec![0; terms.len() + 1];
        joined.counts.iter().for_each(|count| starts[ranks[count.term as usize] + 1] += 1);
        let mut total = 0;
        starts.iter_mut().for_each(|start| {
            total += *start;
            *start = total;
        });
        let times = Tuples::of(joined.counts.iter().map(|count| count.times), weights);
        let (mut rows, mut times_of) = (vec![0; total], Places::new(total, times.len()));
        let mut place = starts.clone();
        for Count { term, row, times: count } in joined.counts {
            let at = &mut place[ranks[term as usize]];
            rows[*at] = row as u16;
            times_of.set(*at, times.place(&count).unwrap_or_default());
            *at += 1;
        }
        let lengths = Tuples::of(joined.lengths.iter().copied(), weights);
        let length_of = joined.lengths.iter().map(|length| lengths.place(length).unwrap_or_default() as u16);
        Self {
            order: order_of_keys(&keys),
            keys,
            length_of: length_of.collect(),
            lengths,
            terms,
            starts,
            rows,
            times_of,
            times,
            name: OnceLock::new(),
        }
    }

    /// The name of [`sealed`](Self::sealed), which is computed when first asked for.
    pub fn name(&self) -> ContentHash {
        *self.name.get_or_init(|| self.seal().name())
    }

    /// Everything in the form in which it is written.
    #[must_use]
    pub fn sealed(&self) -> SealedSegment {
        let sealed = self.seal();
        self.name.get_or_init(|| sealed.name());
        sealed
    }

    /// Number of rows, those included that versions hold to be gone.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.keys.len()
    }

    /// Number of postings.
    #[must_use]
    pub fn postings(&self) -> usize {
        self.rows.len()
    }

    /// Bytes of memory taken.
    #[must_use]
    pub fn memory(&self) -> usize {
        size_of_val(self.keys.as_slice())
            + size_of_val(self.order.as_slice())
            + size_of_val(self.length_of.as_slice())
            + size_of_val(self.starts.as_slice())
            + size_of_val(self.rows.as_slice())
            + self.times_of.memory()
            + self.times.memory()
            + self.lengths.memory()
            + self.terms.memory()
    }

    /// The row of `key`.
    pub(super) fn row(&self, key: &K) -> Option<usize> {
        let at = self.order.binary_search_by(|row| self.keys.get(*row as usize).cmp(&Some(key))).ok()?;
        self.order.get(at).map(|row| *row as usize)
    }

    /// Terms in each field of `row`.
    pub(super) fn length(&self, row: usize) -> [u32; FIELDS] {
        let length = self.length_of.get(row).and_then(|at| self.lengths.get(usize::from(*at)));
        length.copied().unwrap_or([0; FIELDS])
    }

    /// Where the postings of these terms are.
    pub(super) fn postings_of(&self, terms: Range<usize>) -> Range<usize> {
        let start = self.starts.get(terms.start).copied().unwrap_or_default();
        start..self.starts.get(terms.end).copied().unwrap_or_default().max(start)
    }

    /// Rows of these postings that are not gone.
    pub(super) fn live(&self, postings: Range<usize>, dead: &Dead) -> usize {
        if dead.count() == 0 {
            return postings.len();
        }
        dead.live_of(self.rows.get(postings).unwrap_or_default())
    }

    /// The rows, not gone, that hold any term that begins with `prefix`, ascending, and how
    /// often they hold one, weighed.
    pub(super) fn rows_of_prefix(&self, prefix: &str, dead: &Dead, weights: Weights<FIELDS>) -> Vec<(u16, f64)> {
        let terms = self.terms.beginning_with(prefix);
        if terms.is_empty() {
            return Vec::new();
        }
        let mut times = vec![[0_u32; FIELDS]; self.keys.len()];
        for at in self.postings_of(terms) {
            let more = self.times_of.get(at).and_then(|place| self.times.get(place));
            let sum = self.rows.get(at).and_then(|row| times.get_mut(usize::from(*row)));
            if let Some((sum, more)) = sum.zip(more) {
                sum.iter_mut().zip(more).for_each(|(sum, more)| *sum = sum.saturating_add(*more));
            }
        }
        let held = times.iter().enumerate().filter(|(row, times)| **times != [0; FIELDS] && !dead.contains(*row));
        held.map(|(row, times)| (row as u16, weights.of(times))).collect()
    }

    /// Adds to `scores`, one a row, what [such](Self::rows_of_prefix) rows get for that.
    pub(super) fn add_prefix(&self, rows: &[(u16, f64)], idf: f64, damping: &[f64], scores: &mut [f64]) {
        for (row, times) in rows {
            let row = usize::from(*row);
            let damping = self.length_of.get(row).and_then(|length| damping.get(usize::from(*length)));
            if let Some((sum, damping)) = scores.get_mut(row).zip(damping) {
                *sum += f64::from(score(idf, *times, *damping));
            }
        }
    }

    /// Adds to `scores`, one a row, what these postings of one term give, whose idf this is
    /// and which the query has so many times. `damping` is by length.
    pub(super) fn add(&self, postings: Range<usize>, idf: f64, asked: f64, damping: &[f64], scores: &mut [f64]) {
        let rows = self.rows.get(postings.clone()).unwrap_or_default();
        let term = Term { rows, lengths: &self.length_of, worth: self.times.worth(), idf, asked, damping };
        match &self.times_of {
            Places::Bytes(times) => term.add(times.get(postings).unwrap_or_default(), scores),
            Places::Pairs(times) => term.add(times.get(postings).unwrap_or_default(), scores),
            Places::Quads(times) => term.add(times.get(postings).unwrap_or_default(), scores),
        }
    }
}

/// One term of a query in one segment.
#[derive(Clone, Copy)]
struct Term<'s> {
    rows: &'s [u16],
    lengths: &'s [u16],
    worth: &'s [f64],
    idf: f64,
    asked: f64,
    damping: &'s [f64],
}

impl Term<'_> {
    #[expect(
        clippy::indexing_slicing,
        reason = "a segment holds numbers of its own rows and places in its own tuples, which reading checks"
    )]
    fn add<P: Copy + TryInto<usize>>(self, times: &[P], scores: &mut [f64]) {
        for (row, place) in self.rows.iter().zip(times) {
            let row = usize::from(*row);
            let times = self.worth[(*place).try_into().unwrap_or_default()];
            let damping = self.damping[usize::from(self.lengths[row])];
            scores[row] += self.asked * f64::from(score(self.idf, times, damping));
        }
    }
}
