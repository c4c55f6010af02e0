//! From rows of terms to rows by term.

use super::{
    counts::{Count, Joined},
    dictionary::Dictionary,
    formula::{Formula, Weights, idf, score},
};

/// For each term the rows that hold it, ascending, and what it adds to their scores.
#[derive(Clone, Debug)]
pub(super) struct Postings {
    terms: Dictionary,
    /// Start of each term's postings, and one more: the number of postings.
    offsets: Vec<usize>,
    rows: Vec<u32>,
    scores: Vec<f32>,
}

impl Postings {
    pub(super) fn of<const FIELDS: usize>(joined: Joined<FIELDS>, weights: Weights<FIELDS>, formula: Formula) -> Self {
        let mut totals = [0_u64; FIELDS];
        for lengths in &joined.lengths {
            totals.iter_mut().zip(lengths).for_each(|(total, length)| *total += u64::from(*length));
        }
        let mean = weights.of(&totals) / joined.lengths.len() as f64;
        let damping = joined.lengths.iter().map(|lengths| formula.damping(weights.of(lengths), mean));
        Self::by_term(joined.terms, &joined.counts, weights, &damping.collect::<Vec<_>>())
    }

    /// A counting sort by term. `damping` of a row is what BM25 adds to the number of times.
    #[expect(
        clippy::indexing_slicing,
        reason = "counts hold numbers of terms and of rows, and places are a permutation"
    )]
    fn by_term<const FIELDS: usize>(
        terms: Dictionary,
        counts: &[Count<FIELDS>],
        weights: Weights<FIELDS>,
        damping: &[f64],
    ) -> Self {
        let mut frequencies = vec![0; terms.len()];
        counts.iter().for_each(|count| frequencies[count.term as usize] += 1);
        let idf: Vec<f64> = frequencies.iter().map(|df| idf(damping.len(), *df)).collect();
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
            scores[*at] = score(idf[*term as usize], weights.of(times), damping[*row as usize]);
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
