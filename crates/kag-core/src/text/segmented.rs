//! BM25 over rows that change.

use std::sync::{Arc, OnceLock};

use super::{
    Bm25Options, TextSegment,
    bm25::{BLOCK, count_rows},
    counts::Counts,
    formula::{Formula, Weights, idf},
    query,
    segment::MOST_ROWS,
};
use crate::{
    Scored,
    rank::TopK,
    segment::{Dead, SegmentKey, Size, next_merge},
};

/// A full-text index of which new versions are made in time proportional to what is new.
///
/// It finds what [`Bm25`](super::Bm25) finds over the same rows, with the same scores to the
/// last bit: statistics are of the rows that are there, to the row, and a row that is gone
/// leaves no trace. A version never changes; a new one shares its
/// [segments](crate::segment) with the one it was made from.
///
/// ```
/// use kag_core::text::{Bm25, SegmentedBm25};
///
/// let empty = SegmentedBm25::new([2.0, 1.0], Default::default());
/// let old = empty.with([(1u32, ["Paris", "a city in France"]), (2, ["巴黎", "法国的首都"])], []);
/// let new = old.with([(1, ["Paris", "the capital of France"])], [2]);
///
/// assert_eq!((old.len(), new.len()), (2, 1));
/// assert!(new.search("法国", 9).is_empty());
/// let fresh = Bm25::with_fields([(1, ["Paris", "the capital of France"])], [2.0, 1.0], Default::default());
/// assert_eq!(new.search("capital Paris", 9), fresh.search("capital Paris", 9));
/// ```
#[derive(Clone, Debug)]
pub struct SegmentedBm25<K, const FIELDS: usize = 1> {
    pub(super) options: Bm25Options,
    pub(super) weights: Weights<FIELDS>,
    pub(super) segments: Vec<Live<K, FIELDS>>,
    rows: usize,
    /// Mean length of a row, weighed.
    mean: f64,
}

/// A segment and which of its rows are gone in one version.
#[derive(Clone, Debug)]
pub(super) struct Live<K, const FIELDS: usize> {
    pub(super) segment: Arc<TextSegment<K, FIELDS>>,
    pub(super) dead: Dead,
    /// Terms in each field of all rows that are not gone.
    totals: [u64; FIELDS],
    /// By length what BM25 adds to the number of times, once somebody has asked.
    damping: OnceLock<Vec<f64>>,
}

impl<K: SegmentKey, const FIELDS: usize> SegmentedBm25<K, FIELDS> {
    /// An index without rows, of fields of these weights (see
    /// [`Bm25::with_fields`](super::Bm25::with_fields)).
    #[must_use]
    pub fn new(weights: [f32; FIELDS], options: Bm25Options) -> Self {
        Self::of(options, Weights::new(weights), Vec::new())
    }

    pub(super) fn of(options: Bm25Options, weights: Weights<FIELDS>, segments: Vec<Live<K, FIELDS>>) -> Self {
        let mut totals = [0; FIELDS];
        for live in &segments {
            totals.iter_mut().zip(live.totals).for_each(|(sum, total)| *sum += total);
        }
        let rows = segments.iter().map(Live::rows).sum();
        Self { options, weights, segments, rows, mean: weights.of(&totals) / rows as f64 }
    }

    /// The index of these rows without those of the keys `removed`, then with `added`, which
    /// take the place of rows with their keys.
    ///
    /// Keys that are not there cannot be removed, which is no error. Rows added with equal
    /// keys are one row with their texts one after the other. Takes time in proportion to
    /// what is new, and now and then to merge segments: over many versions a logarithmic
    /// number of times the postings of each row. Counts terms on the rayon pool this is
    /// called in.
    #[must_use]
    pub fn with<S: AsRef<str> + Sync>(
        &self,
        added: impl IntoIterator<Item = (K, [S; FIELDS])>,
        removed: impl IntoIterator<Item = K>,
    ) -> Self {
        let (keys, mut counts) = count_rows(added, self.weights, &self.options.analyser);
        let mut gone: Vec<K> = removed.into_iter().chain(keys.iter().copied()).collect();
        gone.sort_unstable();
        gone.dedup();
        let mut segments: Vec<_> = self.segments.iter().map(|live| live.without(&gone)).collect();
        segments.retain(|live| live.rows() > 0);
        for keys in keys.chunks(MOST_ROWS) {
            let rest = counts.split_off(counts.len().min(MOST_ROWS / BLOCK));
            let joined = Counts::join(std::mem::replace(&mut counts, rest));
            segments.push(Live::new(TextSegment::new(keys.to_vec(), joined, self.weights), Dead::default()));
        }
        self.merge(&mut segments);
        Self::of(self.options.clone(), self.weights, segments)
    }

    fn merge(&self, segments: &mut Vec<Live<K, FIELDS>>) {
        let mut worn = 0;
        loop {
            let sizes: Vec<_> = segments.iter().map(Live::size).collect();
            let Some(mut merged) = next_merge(&sizes, MOST_ROWS) else { return };
            // One worn segment a version, so that none pays for all.
            worn += usize::from(merged.len() == 1);
            if worn > 1 {
                return;
            }
            merged.sort_unstable();
            let parts: Vec<_> = merged.iter().rev().map(|at| segments.remove(*at)).collect();
            let parts: Vec<_> = parts.iter().map(|live| (&*live.segment, &live.dead)).collect();
            segments.push(Live::new(TextSegment::merged(&parts, self.weights), Dead::default()));
        }
    }

    /// The `k` rows that score highest, best first, ties by key; only rows that score above
    /// 0. See [`Bm25::search`](super::Bm25::search).
    #[must_use]
    pub fn search(&self, query: &str, k: usize) -> Vec<Scored<K>> {
        let terms = query::terms(&self.options.analyser, query);
        self.best(&self.wanted(&terms), None, k)
    }

    /// What [`search`](Self::search) finds when every term that begins with the last term of
    /// `query` is that term: for questions that are still being typed.
    ///
    /// The last term in reading order is meant, and no sign makes another one a beginning. Of
    /// a script without spaces a term is two characters, so one alone finds the pairs that
    /// begin with it.
    ///
    /// ```
    /// use kag_core::text::SegmentedBm25;
    ///
    /// let names = SegmentedBm25::new([1.0], Default::default());
    /// let names = names.with([(1u32, ["Lionel Messi"]), (2, ["梅西 (Messina)"]), (3, ["Mexico"])], []);
    /// let found: Vec<u32> = names.search_prefix("lionel mess", 9).iter().map(|hit| hit.item).collect();
    /// assert_eq!(found, [1, 2]);
    /// assert_eq!(names.search_prefix("梅", 9)[0].item, 2);
    /// ```
    #[must_use]
    pub fn search_prefix(&self, query: &str, k: usize) -> Vec<Scored<K>> {
        let Some((terms, prefix)) = query::unfinished(&self.options.analyser, query) else { return Vec::new() };
        let rows_of = |live: &Live<K, FIELDS>| live.segment.rows_of_prefix(&prefix, &live.dead, self.weights);
        let rows: Vec<_> = self.segments.iter().map(rows_of).collect();
        let idf = idf(self.rows, rows.iter().map(Vec::len).sum());
        self.best(&self.wanted(&terms), Some(&Prefix { idf, rows }), k)
    }

    /// The terms of a query as every segment has them.
    fn wanted(&self, terms: &[(String, f64)]) -> Vec<Wanted> {
        terms
            .iter()
            .filter_map(|(term, asked)| {
                let mut df = 0;
                let postings: Vec<_> = self
                    .segments
                    .iter()
                    .map(|live| {
                        let at = live.segment.terms.find(term)?;
                        let postings = live.segment.postings_of(at..at + 1);
                        df += live.segment.live(postings.clone(), &live.dead);
                        Some(postings)
                    })
                    .collect();
                (df > 0).then(|| Wanted { asked: *asked, idf: idf(self.rows, df), postings })
            })
            .collect()
    }

    fn best(&self, wanted: &[Wanted], prefix: Option<&Prefix>, k: usize) -> Vec<Scored<K>> {
        let mut best = TopK::new(k);
        let mut scores = Vec::new();
        for (at, live) in self.segments.iter().enumerate() {
            let here: Vec<_> = wanted.iter().filter_map(|term| Some((term, term.postings.get(at)?.clone()?))).collect();
            let prefixed = prefix.and_then(|prefix| Some((prefix.idf, prefix.rows.get(at)?.as_slice())));
            let prefixed = prefixed.filter(|(_, rows)| !rows.is_empty());
            if here.is_empty() && prefixed.is_none() {
                continue;
            }
            scores.clear();
            scores.resize(live.segment.rows(), 0.0);
            let damping = live.damping(Formula::new(&self.options), self.mean);
            for (term, postings) in here {
                live.segment.add(postings, term.idf, term.asked, damping, &mut scores);
            }
            if let Some((idf, rows)) = prefixed {
                live.segment.add_prefix(rows, idf, damping, &mut scores);
            }
            for (row, (key, score)) in live.segment.keys.iter().zip(&scores).enumerate() {
                if *score > 0.0 && *score as f32 >= best.floor() && !live.dead.contains(row) {
                    best.push(Scored::new(*key, *score as f32));
                }
            }
        }
        best.into_sorted()
    }

    /// How the index weighs and reads.
    #[must_use]
    pub fn options(&self) -> &Bm25Options {
        &self.options
    }

    /// Number of rows, those without any term included.
    #[must_use]
    pub fn len(&self) -> usize {
        self.rows
    }

    /// Whether there are no rows.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rows == 0
    }

    /// Whether there is a row of this key.
    #[must_use]
    pub fn contains(&self, key: K) -> bool {
        self.segments.iter().any(|live| live.row(&key).is_some())
    }

    /// The segments, in no order.
    pub fn segments(&self) -> impl ExactSizeIterator<Item = &Arc<TextSegment<K, FIELDS>>> {
        self.segments.iter().map(|live| &live.segment)
    }
}

/// A term of a query: how often it is asked for, what it tells, and its postings in each
/// segment.
struct Wanted {
    asked: f64,
    idf: f64,
    postings: Vec<Option<std::ops::Range<usize>>>,
}

/// The last term of a query, of which only the beginning is known: what it tells, and in each
/// segment the rows that hold one like it.
struct Prefix {
    idf: f64,
    rows: Vec<Vec<(u16, f64)>>,
}

impl<K: SegmentKey, const FIELDS: usize> Live<K, FIELDS> {
    fn new(segment: TextSegment<K, FIELDS>, dead: Dead) -> Self {
        Self::shared(Arc::new(segment), dead)
    }

    /// `segment` without these rows.
    pub(super) fn shared(segment: Arc<TextSegment<K, FIELDS>>, dead: Dead) -> Self {
        let mut totals = [0; FIELDS];
        for row in (0..segment.rows()).filter(|row| !dead.contains(*row)) {
            totals.iter_mut().zip(segment.length(row)).for_each(|(sum, length)| *sum += u64::from(length));
        }
        Self { segment, dead, totals, damping: OnceLock::new() }
    }

    /// The same without the rows of these keys, all different, ready for another mean length.
    fn without(&self, keys: &[K]) -> Self {
        let gone: Vec<usize> = keys.iter().filter_map(|key| self.row(key)).collect();
        let (segment, damping) = (Arc::clone(&self.segment), OnceLock::new());
        if gone.is_empty() {
            return Self { segment, dead: self.dead.clone(), totals: self.totals, damping };
        }
        let dead = self.dead.with(gone.iter().copied(), segment.rows());
        let mut totals = self.totals;
        for row in gone {
            totals.iter_mut().zip(segment.length(row)).for_each(|(sum, length)| *sum -= u64::from(length));
        }
        Self { segment, dead, totals, damping }
    }

    /// The row of `key` if it is not gone.
    fn row(&self, key: &K) -> Option<usize> {
        self.segment.row(key).filter(|row| !self.dead.contains(*row))
    }

    /// Number of rows that are not gone.
    fn rows(&self) -> usize {
        self.segment.rows() - self.dead.count()
    }

    fn size(&self) -> Size {
        Size { rows: self.segment.rows(), live: self.rows() }
    }

    fn damping(&self, formula: Formula, mean: f64) -> &[f64] {
        let lengths = self.segment.lengths.worth().iter();
        self.damping.get_or_init(|| lengths.map(|length| formula.damping(*length, mean)).collect())
    }
}
