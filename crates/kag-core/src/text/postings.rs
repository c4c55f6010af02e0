//! From rows of terms to rows by term.

use super::{Analyser, dictionary::Dictionary};

/// How often each term stands in each of some adjacent rows.
#[derive(Default)]
pub(super) struct Counts {
    terms: Dictionary,
    /// Terms in each row, weighed.
    lengths: Vec<f64>,
    /// By row.
    counts: Vec<Count>,
    /// By term, where its latest count is in `counts`.
    latest: Vec<usize>,
}

/// How often `term` stands in `row`, weighed.
#[derive(Clone, Copy)]
struct Count {
    term: u32,
    row: u32,
    times: f64,
}

impl Counts {
    /// Adds a row of texts and their weights.
    pub(super) fn add_row<'t>(&mut self, fields: impl Iterator<Item = (&'t str, f32)>, analyser: &Analyser) {
        let row = self.lengths.len() as u32;
        let first = self.counts.len();
        let mut length = 0.0;
        for (text, weight) in fields {
            let times = f64::from(weight);
            analyser.each_term(text, |term| {
                length += times;
                let term = self.terms.number(term);
                if term as usize == self.latest.len() {
                    self.latest.push(usize::MAX);
                }
                self.count(first, Count { term, row, times });
            });
        }
        self.lengths.push(length);
    }

    /// Adds `one` to the counts of the row that begin at `first`.
    fn count(&mut self, first: usize, one: Count) {
        let Some(latest) = self.latest.get_mut(one.term as usize) else { return };
        match self.counts.get_mut(*latest) {
            Some(known) if *latest >= first => known.times += one.times,
            _ => {
                *latest = self.counts.len();
                self.counts.push(one);
            }
        }
    }
}

/// For each term the rows that hold it, ascending, and what it adds to their scores.
///
/// Numbers of terms may differ from one run to the next; nothing outside depends on them.
#[derive(Clone, Debug)]
pub(super) struct Postings {
    terms: Dictionary,
    /// Start of each term's postings, and one more: the number of postings.
    offsets: Vec<usize>,
    rows: Vec<u32>,
    scores: Vec<f32>,
}

impl Postings {
    /// The postings of all rows of all `blocks`, one after the other.
    pub(super) fn of(blocks: Vec<Counts>, k1: f32, b: f32) -> Self {
        let mut terms = Dictionary::default();
        let (mut lengths, mut counts) = (Vec::new(), Vec::new());
        for block in blocks {
            let numbers = terms.merge(block.terms);
            let first = lengths.len() as u32;
            let held = block.counts.into_iter().filter(|count| count.times > 0.0);
            counts.extend(held.filter_map(|Count { term, row, times }| {
                Some(Count { term: *numbers.get(term as usize)?, row: first + row, times })
            }));
            lengths.extend(block.lengths);
        }
        let (k1, b) = (f64::from(k1), f64::from(b));
        let mean = lengths.iter().sum::<f64>() / lengths.len() as f64;
        let damping: Vec<f64> = lengths.iter().map(|length| k1 * (1.0 - b + b * length / mean)).collect();
        Self::by_term(terms, &counts, &damping)
    }

    /// A counting sort by term. `damping` of a row is what BM25 adds to the number of times.
    #[expect(
        clippy::indexing_slicing,
        reason = "counts hold numbers of terms and of rows, and places are a permutation"
    )]
    fn by_term(terms: Dictionary, counts: &[Count], damping: &[f64]) -> Self {
        let mut frequencies = vec![0; terms.len()];
        counts.iter().for_each(|count| frequencies[count.term as usize] += 1);
        let all = damping.len() as f64;
        let idf = |df: &usize| ((all - *df as f64 + 0.5) / (*df as f64 + 0.5)).ln_1p();
        let idf: Vec<f64> = frequencies.iter().map(idf).collect();
        let mut offsets = Vec::with_capacity(terms.len() + 1);
        offsets.push(0);
        let mut total = 0;
        for frequency in frequencies {
            total += frequency;
            offsets.push(total);
        }
        let mut place = offsets.clone();
        let (mut rows, mut scores) = (vec![0; total], vec![0.0; total]);
        for Count { term, row, times } in counts {
            let at = &mut place[*term as usize];
            rows[*at] = *row;
            scores[*at] = (idf[*term as usize] * times / (times + damping[*row as usize])) as f32;
            *at += 1;
        }
        Self { terms, offsets, rows, scores }
    }

    /// The number of `term`, if any row holds it.
    pub(super) fn term(&self, term: &str) -> Option<u32> {
        self.terms.get(term)
    }

    /// Adds to `scores`, one a row, what a query gives that has `term` so many times.
    #[expect(clippy::indexing_slicing, reason = "scores has one element a row, and postings hold rows")]
    pub(super) fn add(&self, term: u32, times: f64, scores: &mut [f64]) {
        let term = term as usize;
        let Some((from, to)) = self.offsets.get(term).zip(self.offsets.get(term + 1)) else { return };
        let rows = self.rows.get(*from..*to).unwrap_or_default();
        let added = self.scores.get(*from..*to).unwrap_or_default();
        for (row, score) in rows.iter().zip(added) {
            scores[*row as usize] += times * f64::from(*score);
        }
    }
}
