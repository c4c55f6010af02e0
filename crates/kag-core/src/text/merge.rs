//! Several segments into one.

use std::sync::OnceLock;

use super::{
    formula::Weights,
    segment::TextSegment,
    terms::Terms,
    tuples::{Places, Tuples},
};
use crate::segment::{Dead, SegmentKey};

/// A segment on its way into another.
struct Source<'s, K, const FIELDS: usize> {
    segment: &'s TextSegment<K, FIELDS>,
    /// The new number of each row, if it is not gone.
    rows: Vec<Option<u16>>,
    /// The new place of each of its times.
    times: Vec<u32>,
    /// The next term to merge.
    term: usize,
}

impl<'s, K: SegmentKey, const FIELDS: usize> Source<'s, K, FIELDS> {
    fn next(&self) -> Option<&'s str> {
        self.segment.terms.get(self.term)
    }
}

impl<K: SegmentKey, const FIELDS: usize> TextSegment<K, FIELDS> {
    /// The segment of the rows of `parts` that are not gone, at most
    /// [`MOST_ROWS`](super::segment::MOST_ROWS).
    pub(super) fn merged(parts: &[(&Self, &Dead)], weights: Weights<FIELDS>) -> Self {
        let (mut keys, mut order, mut lengths) = (Vec::new(), Vec::new(), Vec::new());
        let times = Tuples::of(parts.iter().flat_map(|(segment, _)| segment.times.all().iter().copied()), weights);
        let mut sources = Vec::with_capacity(parts.len());
        for (segment, dead) in parts {
            let mut rows = vec![None; segment.keys.len()];
            for (old, (key, row)) in segment.keys.iter().zip(&mut rows).enumerate() {
                if !dead.contains(old) {
                    *row = Some(keys.len() as u16);
                    keys.push(*key);
                    lengths.push(segment.length(old));
                }
            }
            let live = segment.order.iter().filter_map(|old| *rows.get(*old as usize)?);
            order.extend(live.map(u32::from));
            sources.push(Source { segment, rows, times: segment.times.places_in(&times), term: 0 });
        }
        // A few ascending runs, which this sort takes as they are.
        order.sort_by_key(|row| keys.get(*row as usize));
        let postings = Merged::of(sources, times.len());
        let table = Tuples::of(lengths.iter().copied(), weights);
        Self {
            keys,
            order,
            length_of: lengths.iter().map(|length| table.place(length).unwrap_or_default() as u16).collect(),
            lengths: table,
            terms: postings.terms,
            starts: postings.starts,
            rows: postings.rows,
            times_of: postings.times_of,
            times,
            name: OnceLock::new(),
        }
    }
}

/// The postings of several segments, by term.
struct Merged {
    terms: Terms,
    starts: Vec<usize>,
    rows: Vec<u16>,
    times_of: Places,
}

impl Merged {
    /// `times` is the number of different times that all of them have.
    fn of<K: SegmentKey, const FIELDS: usize>(mut sources: Vec<Source<'_, K, FIELDS>>, times: usize) -> Self {
        let total = sources.iter().map(|source| source.segment.rows.len()).sum();
        let mut merged = Self {
            terms: Terms::default(),
            starts: vec![0],
            rows: Vec::with_capacity(total),
            times_of: Places::new(total, times),
        };
        while let Some(term) = sources.iter().filter_map(Source::next).min() {
            let before = merged.rows.len();
            for source in sources.iter_mut().filter(|source| source.next() == Some(term)) {
                merged.take(source);
                source.term += 1;
            }
            if merged.rows.len() > before {
                merged.terms.push(term);
                merged.starts.push(merged.rows.len());
            }
        }
        merged.rows.shrink_to_fit();
        merged.times_of.truncate(merged.rows.len());
        merged
    }

    /// Adds the postings of the next term of `source`.
    fn take<K: SegmentKey, const FIELDS: usize>(&mut self, source: &Source<'_, K, FIELDS>) {
        let segment = source.segment;
        for at in segment.postings_of(source.term..source.term + 1) {
            let row = segment.rows.get(at).and_then(|row| *source.rows.get(usize::from(*row))?);
            let times = segment.times_of.get(at).and_then(|place| source.times.get(place));
            if let Some((row, times)) = row.zip(times) {
                self.times_of.set(self.rows.len(), *times as usize);
                self.rows.push(row);
            }
        }
    }
}
