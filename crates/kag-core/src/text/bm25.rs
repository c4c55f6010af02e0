//! BM25.

use std::collections::HashMap;

use super::Analyser;
use crate::{Scored, rank};

/// How [`Bm25`] weighs and reads.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Bm25Options {
    /// How slowly repetitions of a term stop adding: 0 counts a term once, the default is
    /// 1.5. Below 0 and NaN count as 0.
    pub k1: f32,
    /// How much longer rows are held back: 0 not at all, 1 in full proportion; the default
    /// is 0.75. Held within 0 and 1; NaN counts as 0.
    pub b: f32,
    /// How rows and queries become terms.
    pub analyser: Analyser,
}

impl Default for Bm25Options {
    fn default() -> Self {
        Self { k1: 1.5, b: 0.75, analyser: Analyser::default() }
    }
}

impl Bm25Options {
    /// Sets how slowly repetitions of a term stop adding.
    #[must_use]
    pub fn with_k1(mut self, k1: f32) -> Self {
        self.k1 = k1;
        self
    }

    /// Sets how much longer rows are held back.
    #[must_use]
    pub fn with_b(mut self, b: f32) -> Self {
        self.b = b;
        self
    }

    /// Sets how rows and queries become terms.
    #[must_use]
    pub fn with_analyser(mut self, analyser: Analyser) -> Self {
        self.analyser = analyser;
        self
    }
}

/// An immutable full-text index that ranks exactly by BM25.
///
/// A row scores, summed over the terms of the query (a term twice counts twice),
///
/// `ln(1 + (N - df + 0.5) / (df + 0.5)) * tf / (tf + k1 * (1 - b + b * length / mean))`
///
/// with N rows, df of them holding the term, tf times in this one. This is the form of
/// Robertson and Zaragoza (2009) with the idf of Lucene, which stays above 0 for terms in
/// most rows (the classic one does not, and would rank rows for *lacking* a word), and
/// without the constant factor `k1 + 1`, which changes no order. Statistics are of the rows
/// given, to the row.
///
/// Rows with equal keys are one row with their texts one after the other. The index and its
/// scores depend on the rows and not on their order.
#[derive(Clone, Debug)]
pub struct Bm25<K> {
    analyser: Analyser,
    /// The rows, ascending.
    keys: Vec<K>,
    terms: HashMap<Box<str>, u32>,
    postings: Postings,
}

/// For each term the rows that hold it, ascending, and what it adds to their scores.
#[derive(Clone, Debug)]
struct Postings {
    /// Start of each term's postings, and one more: the number of postings.
    offsets: Vec<usize>,
    rows: Vec<u32>,
    scores: Vec<f32>,
}

impl<K: Copy + Ord> Bm25<K> {
    /// The index of `rows` with default options.
    #[must_use]
    pub fn new<S: AsRef<str>>(rows: impl IntoIterator<Item = (K, S)>) -> Self {
        Self::with_options(rows, Bm25Options::default())
    }

    /// The index of `rows`.
    #[must_use]
    pub fn with_options<S: AsRef<str>>(rows: impl IntoIterator<Item = (K, S)>, options: Bm25Options) -> Self {
        Self::with_fields(rows.into_iter().map(|(key, text)| (key, [text])), [1.0], options)
    }

    /// The index of rows of several fields, such as title and text.
    ///
    /// A term in a field of weight 2 counts as if it stood there twice, and the field as if
    /// it were twice as long (the simple BM25F of Robertson, Zaragoza and Taylor 2004).
    /// Weights below 0, NaN and infinite count as 0.
    #[must_use]
    pub fn with_fields<S: AsRef<str>, const FIELDS: usize>(
        rows: impl IntoIterator<Item = (K, [S; FIELDS])>,
        weights: [f32; FIELDS],
        options: Bm25Options,
    ) -> Self {
        let mut rows: Vec<_> = rows.into_iter().collect();
        rows.sort_by_key(|(key, _)| *key);
        let weights = weights.map(|weight| if weight.is_finite() { weight.max(0.0) } else { 0.0 });
        let mut counted = Counted::default();
        let mut keys = Vec::new();
        for row in rows.chunk_by(|(left, _), (right, _)| left == right) {
            keys.extend(row.first().map(|(key, _)| *key));
            let fields = row.iter().flat_map(|(_, texts)| texts.iter().zip(weights));
            counted.row(fields.map(|(text, weight)| (text.as_ref(), weight)), &options.analyser);
        }
        let postings = counted.postings(options.k1.max(0.0), options.b.clamp(0.0, 1.0).max(0.0));
        Self { analyser: options.analyser, keys, terms: counted.terms, postings }
    }

    /// The `k` rows that score highest, best first, ties by key; only rows that score above
    /// 0, so fewer when fewer hold a term of `query`.
    ///
    /// `query` is plain text: no word or sign in it is an operator. Without any term it
    /// finds nothing.
    #[must_use]
    pub fn search(&self, query: &str, k: usize) -> Vec<Scored<K>> {
        let mut scores = vec![0.0; self.keys.len()];
        for (term, times) in self.query_terms(query) {
            self.postings.add(term, times, &mut scores);
        }
        let found = self.keys.iter().zip(scores).filter(|(_, score)| *score > 0.0);
        rank::top_k(found.map(|(key, score)| Scored::new(*key, score as f32)), k)
    }

    /// Number of rows, those without any term included.
    #[must_use]
    pub fn len(&self) -> usize {
        self.keys.len()
    }

    /// Whether there are no rows.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }

    /// The known terms of `query` and how often it has them, by their bytes, so that scores
    /// are summed in one order whatever the numbers of the terms.
    fn query_terms(&self, query: &str) -> Vec<(u32, f64)> {
        let mut terms = self.analyser.terms(query);
        terms.sort_unstable();
        let known = terms.chunk_by(|left, right| left == right).filter_map(|same| {
            let term = self.terms.get(same.first()?.as_str())?;
            Some((*term, same.len() as f64))
        });
        known.collect()
    }
}

impl Postings {
    #[expect(clippy::indexing_slicing, reason = "scores has one element a row, and postings hold rows")]
    fn add(&self, term: u32, times: f64, scores: &mut [f64]) {
        let term = term as usize;
        let Some((from, to)) = self.offsets.get(term).zip(self.offsets.get(term + 1)) else { return };
        let rows = self.rows.get(*from..*to).unwrap_or_default();
        let added = self.scores.get(*from..*to).unwrap_or_default();
        for (row, score) in rows.iter().zip(added) {
            scores[*row as usize] += times * f64::from(*score);
        }
    }
}

/// Rows read so far.
#[derive(Default)]
struct Counted {
    terms: HashMap<Box<str>, u32>,
    lengths: Vec<f64>,
    /// How often each term stands in each row, by row.
    counts: Vec<Count>,
    /// By term, where its count in the row being read is in `counts`.
    place: Vec<usize>,
}

#[derive(Clone, Copy)]
struct Count {
    term: u32,
    row: u32,
    times: f64,
}

impl Counted {
    fn row<'t>(&mut self, fields: impl Iterator<Item = (&'t str, f32)>, analyser: &Analyser) {
        let row = self.lengths.len() as u32;
        let first = self.counts.len();
        let mut length = 0.0;
        for (text, weight) in fields {
            analyser.each_term(text, |term| {
                length += f64::from(weight);
                let term = self.number(term);
                self.count(first, Count { term, row, times: f64::from(weight) });
            });
        }
        self.lengths.push(length);
    }

    fn number(&mut self, term: &str) -> u32 {
        if let Some(number) = self.terms.get(term) {
            return *number;
        }
        let number = self.terms.len() as u32;
        self.terms.insert(term.into(), number);
        self.place.push(usize::MAX);
        number
    }

    /// Adds `one` to the counts of the row that begin at `first`.
    fn count(&mut self, first: usize, one: Count) {
        let Some(place) = self.place.get_mut(one.term as usize) else { return };
        match self.counts.get_mut(*place) {
            Some(known) if *place >= first => known.times += one.times,
            _ => {
                *place = self.counts.len();
                self.counts.push(one);
            }
        }
    }

    /// A counting sort by term, and the scores.
    #[expect(
        clippy::indexing_slicing,
        reason = "counts hold terms and rows numbered by `number` and `row`, and places are a permutation"
    )]
    fn postings(&self, k1: f32, b: f32) -> Postings {
        let (k1, b) = (f64::from(k1), f64::from(b));
        let mut offsets = vec![0; self.terms.len() + 1];
        let held = self.counts.iter().filter(|count| count.times > 0.0);
        held.clone().for_each(|count| offsets[count.term as usize + 1] += 1);
        let all = self.lengths.len() as f64;
        let idf: Vec<f64> =
            offsets[1..].iter().map(|df| *df as f64).map(|df| ((all - df + 0.5) / (df + 0.5)).ln_1p()).collect();
        for term in 1..offsets.len() {
            offsets[term] += offsets[term - 1];
        }
        let mean = self.lengths.iter().sum::<f64>() / all;
        let mut place = offsets.clone();
        let postings = offsets.last().copied().unwrap_or(0);
        let (mut rows, mut scores) = (vec![0; postings], vec![0.0; postings]);
        for count in held {
            let (term, times) = (count.term as usize, count.times);
            let long = self.lengths[count.row as usize] / mean;
            rows[place[term]] = count.row;
            scores[place[term]] = (idf[term] * times / (times + k1 * (1.0 - b + b * long))) as f32;
            place[term] += 1;
        }
        Postings { offsets, rows, scores }
    }
}
