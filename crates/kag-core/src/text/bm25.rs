//! BM25.

use rayon::prelude::*;

use super::{
    Analyser,
    counts::Counts,
    formula::{Formula, Weights},
    postings::Postings,
    query,
};
use crate::{Scored, rank};

/// Rows whose terms are counted by one thread at a time.
pub(super) const BLOCK: usize = 256;

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
/// scores depend on the rows and not on their order. It is built on the rayon pool that the
/// constructor is called in.
#[derive(Clone, Debug)]
pub struct Bm25<K> {
    analyser: Analyser,
    /// The rows, ascending.
    keys: Vec<K>,
    postings: Postings,
}

impl<K: Copy + Ord + Send + Sync> Bm25<K> {
    /// The index of `rows` with default options.
    #[must_use]
    pub fn new<S: AsRef<str> + Sync>(rows: impl IntoIterator<Item = (K, S)>) -> Self {
        Self::with_options(rows, Bm25Options::default())
    }

    /// The index of `rows`.
    #[must_use]
    pub fn with_options<S: AsRef<str> + Sync>(rows: impl IntoIterator<Item = (K, S)>, options: Bm25Options) -> Self {
        Self::with_fields(rows.into_iter().map(|(key, text)| (key, [text])), [1.0], options)
    }

    /// The index of rows of several fields, such as title and text.
    ///
    /// A term in a field of weight 2 counts as if it stood there twice, and the field as if
    /// it were twice as long (the simple BM25F of Robertson, Zaragoza and Taylor 2004).
    /// Weights below 0, NaN and infinite count as 0.
    #[must_use]
    pub fn with_fields<S: AsRef<str> + Sync, const FIELDS: usize>(
        rows: impl IntoIterator<Item = (K, [S; FIELDS])>,
        weights: [f32; FIELDS],
        options: Bm25Options,
    ) -> Self {
        let weights = Weights::new(weights);
        let (keys, counts) = count_rows(rows, weights, &options.analyser);
        let postings = Postings::of(Counts::join(counts), weights, Formula::new(&options));
        Self { analyser: options.analyser, keys, postings }
    }

    /// The `k` rows that score highest, best first, ties by key; only rows that score above
    /// 0, so fewer when fewer hold a term of `query`.
    ///
    /// `query` is plain text: no word or sign in it is an operator. Without any term it
    /// finds nothing.
    #[must_use]
    pub fn search(&self, query: &str, k: usize) -> Vec<Scored<K>> {
        let mut scores = vec![0.0; self.keys.len()];
        for (term, times) in query::terms(&self.analyser, query) {
            if let Some(term) = self.postings.term(&term) {
                self.postings.add(term, times, &mut scores);
            }
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
}

/// The keys of `rows`, ascending, and what stands in the rows, counted in blocks on the rayon
/// pool this is called in. Rows with equal keys are one row with their texts one after the
/// other.
pub(super) fn count_rows<K: Copy + Ord + Send + Sync, S: AsRef<str> + Sync, const FIELDS: usize>(
    rows: impl IntoIterator<Item = (K, [S; FIELDS])>,
    weights: Weights<FIELDS>,
    analyser: &Analyser,
) -> (Vec<K>, Vec<Counts<FIELDS>>) {
    let mut rows: Vec<_> = rows.into_iter().collect();
    rows.sort_by_key(|(key, _)| *key);
    let rows: Vec<_> = rows.chunk_by(|(left, _), (right, _)| left == right).collect();
    let keys = rows.iter().filter_map(|same| same.first()).map(|(key, _)| *key).collect();
    let count = |rows: &[&[(K, [S; FIELDS])]]| {
        let mut counts = Counts::default();
        for row in rows {
            let fields = row.iter().flat_map(|(_, texts)| weights.counting(texts.iter().map(AsRef::as_ref)));
            counts.add_row(fields, analyser);
        }
        counts
    };
    (keys, rows.par_chunks(BLOCK).map(count).collect())
}
