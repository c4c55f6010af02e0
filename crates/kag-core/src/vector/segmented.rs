//! Vectors that change.

use std::{cmp::Reverse, collections::BinaryHeap, sync::Arc};

use rayon::prelude::*;

use super::{
    VectorSegment,
    codes::{Code, Scale},
    dot::{dot, rounding},
    rows::{UnitRows, unit},
    segment::MOST_ROWS,
};
use crate::{
    Embedding, Result, Score, Scored,
    rank::TopK,
    segment::{Dead, SegmentKey, Size, next_merge},
};

const UPDATE: &str = "vector.update";
const SEARCH: &str = "vector.search";

/// Rows that one thread scans at a time.
const SCAN_ROWS: usize = 1 << 11;
/// Rows compared with one query of a batch before the next.
const TILE_ROWS: usize = 1 << 8;

/// An index of vectors of which new versions are made in time proportional to what is new.
///
/// It finds what [`ExactIndex`](super::ExactIndex) finds over the same rows, with the same
/// scores to the last bit. A search first compares codes of a byte a component, which is a
/// quarter of the memory and bounds every score from both sides; rows whose upper bound is
/// below the `k`th lower bound cannot be among the best, and the few others are scored by
/// their vectors. A version never changes; a new one shares its
/// [segments](crate::segment) with the one it was made from.
///
/// ```
/// use kag_core::{Embedding, vector::SegmentedVectors};
///
/// let (right, up) = (Embedding::new([1.0, 0.0]), Embedding::new([0.0, 1.0]));
/// let old = SegmentedVectors::new(2).with([(1u32, right), (2, up.clone())], [])?;
/// let new = old.with([(3, up)], [2])?;
///
/// let query = Embedding::new([0.6, 0.8]);
/// assert_eq!(old.search(&query, 1)?[0].item, 2);
/// assert_eq!(new.search(&query, 1)?[0].item, 3);
/// # Ok::<(), kag_core::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct SegmentedVectors<K> {
    pub(super) dim: usize,
    pub(super) segments: Vec<Live<K>>,
    rows: usize,
}

/// A segment and which of its rows are gone in one version.
#[derive(Clone, Debug)]
pub(super) struct Live<K> {
    pub(super) segment: Arc<VectorSegment<K>>,
    pub(super) dead: Dead,
}

impl<K: SegmentKey> SegmentedVectors<K> {
    /// An index without rows, of vectors of this dimension.
    #[must_use]
    pub fn new(dim: usize) -> Self {
        Self::of(dim, Vec::new())
    }

    pub(super) fn of(dim: usize, segments: Vec<Live<K>>) -> Self {
        let rows = segments.iter().map(Live::rows).sum();
        Self { dim, segments, rows }
    }

    /// The index of these rows without those of the keys `removed`, then with `added`, which
    /// take the place of rows with their keys.
    ///
    /// Keys that are not there cannot be removed, which is no error. Takes time in proportion
    /// to what is new, and now and then to merge segments of a few thousand rows.
    ///
    /// # Errors
    /// [`InvalidInput`](crate::ErrorKind::InvalidInput) if a vector has another dimension or
    /// two added rows have the same key; those of reading vectors that are not in memory.
    pub fn with(
        &self,
        added: impl IntoIterator<Item = (K, Embedding)>,
        removed: impl IntoIterator<Item = K>,
    ) -> Result<Self> {
        let added = UnitRows::new(UPDATE, self.dim, added)?;
        let keys = added.block(0, added.len()).keys.iter().copied();
        let mut gone: Vec<K> = removed.into_iter().chain(keys).collect();
        gone.sort_unstable();
        gone.dedup();
        let mut segments: Vec<_> = self.segments.iter().map(|live| live.without(&gone)).collect();
        segments.retain(|live| live.rows() > 0);
        let starts: Vec<usize> = (0..added.len()).step_by(MOST_ROWS).collect();
        let new = starts.into_par_iter().map(|first| VectorSegment::new(&added, first, MOST_ROWS));
        segments.extend(new.map(Live::new).collect::<Vec<_>>());
        self.merge(&mut segments)?;
        Ok(Self::of(self.dim, segments))
    }

    fn merge(&self, segments: &mut Vec<Live<K>>) -> Result<()> {
        let mut worn = 0;
        loop {
            let sizes: Vec<_> = segments.iter().map(Live::size).collect();
            let Some(mut merged) = next_merge(&sizes, MOST_ROWS) else { return Ok(()) };
            // One worn segment a version, so that none pays for all.
            worn += usize::from(merged.len() == 1);
            if worn > 1 {
                return Ok(());
            }
            merged.sort_unstable();
            let parts: Vec<_> = merged.iter().rev().map(|at| segments.remove(*at)).collect();
            let parts: Vec<_> = parts.iter().map(|live| (&*live.segment, &live.dead)).collect();
            segments.push(Live::new(VectorSegment::merged(self.dim, &parts)?));
        }
    }

    /// The same index with `segment` in place of the one of the same name, equal but for
    /// where its vectors are.
    #[must_use]
    pub fn replacing(mut self, segment: &Arc<VectorSegment<K>>) -> Self {
        for live in self.segments.iter_mut().filter(|live| live.segment.name() == segment.name()) {
            live.segment = Arc::clone(segment);
        }
        self
    }

    /// The `k` rows whose cosine with `query` is highest, best first, ties by key; all rows
    /// when there are fewer. See [`ExactIndex::search`](super::ExactIndex::search).
    ///
    /// # Errors
    /// [`InvalidInput`](crate::ErrorKind::InvalidInput) if `query` has another dimension;
    /// those of reading vectors that are not in memory.
    pub fn search(&self, query: &Embedding, k: usize) -> Result<Vec<Scored<K>>> {
        let mut found = self.search_batch(std::slice::from_ref(query), k)?;
        Ok(found.pop().unwrap_or_default())
    }

    /// What [`search`](Self::search) finds for each of `queries`, in their order, reading
    /// codes once for all.
    ///
    /// # Errors
    /// Those of [`search`](Self::search).
    pub fn search_batch(&self, queries: &[Embedding], k: usize) -> Result<Vec<Vec<Scored<K>>>> {
        let queries: Vec<_> = queries.iter().map(|query| Query::new(self.dim, query)).collect::<Result<_>>()?;
        let mut scanned = self.scan_all(0..self.segments.len(), &queries, k);
        let joined: Vec<_> = queries
            .iter()
            .map(|query| (query, Candidates::join(k, scanned.iter_mut().filter_map(Iterator::next))))
            .collect();
        joined.into_par_iter().map(|(query, candidates)| self.score(query, candidates, k)).collect()
    }

    /// What [`search`](Self::search) finds if, of a segment for which `first` names rows, only
    /// those are looked at: for an index that is built once over a segment and names most of
    /// the best rows sooner than a scan. Segments for which it names none are scanned.
    ///
    /// Rows that are gone, or that the segment does not have, are left out. The index of a
    /// segment must name more rows than `k` where some of them may be gone.
    ///
    /// # Errors
    /// Those of [`search`](Self::search).
    pub fn search_among(
        &self,
        query: &Embedding,
        k: usize,
        mut first: impl FnMut(&VectorSegment<K>) -> Option<Vec<u32>>,
    ) -> Result<Vec<Scored<K>>> {
        let query = Query::new(self.dim, query)?;
        let (mut named, mut others) = (Candidates::new(k), Vec::new());
        for (segment, live) in self.segments.iter().enumerate() {
            let Some(mut rows) = first(&live.segment) else {
                others.push(segment);
                continue;
            };
            rows.sort_unstable();
            rows.dedup();
            let rows = rows.into_iter().map(|row| row as usize);
            let rows = rows.filter(|row| *row < live.segment.keys().len() && !live.dead.contains(*row));
            named.rows.extend(rows.map(|row| Candidate { high: f32::INFINITY, segment, row }));
        }
        let scanned = self.scan_all(others, std::slice::from_ref(&query), k);
        let candidates = Candidates::join(k, scanned.into_iter().flatten().chain([named]));
        self.score(&query, candidates, k)
    }

    /// By block of rows of these segments, what may be among the best for each query.
    fn scan_all(
        &self,
        segments: impl IntoIterator<Item = usize>,
        queries: &[Query],
        k: usize,
    ) -> Vec<std::vec::IntoIter<Candidates>> {
        let blocks = segments.into_iter().flat_map(|segment| {
            let rows = self.segments.get(segment).map_or(0, |live| live.segment.keys().len());
            (0..rows).step_by(SCAN_ROWS).map(move |first| (segment, first))
        });
        let blocks: Vec<_> = blocks.collect();
        let scan = |(segment, first)| self.scan(segment, first, queries, k).into_iter();
        blocks.into_par_iter().map(scan).collect()
    }

    /// The rows of a block that may be among the best `k` of it, for each query.
    fn scan(&self, at: usize, first: usize, queries: &[Query], k: usize) -> Vec<Candidates> {
        let mut candidates: Vec<_> = queries.iter().map(|_| Candidates::new(k)).collect();
        let Some(live) = self.segments.get(at) else { return candidates };
        let rounding = rounding(self.dim);
        for tile in (first..first + SCAN_ROWS).step_by(TILE_ROWS) {
            for (query, candidates) in queries.iter().zip(&mut candidates) {
                let code = query.code();
                for ((codes, scale), row) in live.segment.codes(tile, TILE_ROWS).zip(tile..) {
                    let (low, high) = code.bounds(codes, scale);
                    // The bounds are of the exact product, and `dot` rounds.
                    let (low, high) = (low - rounding, high + rounding);
                    if high >= candidates.floor.floor() && !live.dead.contains(row) {
                        candidates.push(Candidate { high, segment: at, row }, low);
                    }
                }
            }
        }
        candidates
    }

    /// Scores candidates, those that may score highest first, as long as they may be among
    /// the best.
    fn score(&self, query: &Query, candidates: Vec<Candidate>, k: usize) -> Result<Vec<Scored<K>>> {
        let mut best: BinaryHeap<Reverse<Score>> = BinaryHeap::new();
        let (mut found, mut buffer) = (TopK::new(k), Vec::new());
        for Candidate { high, segment, row } in candidates {
            let worst = best.peek().map_or(f32::NEG_INFINITY, |Reverse(score)| score.get());
            if best.len() == k && high < worst {
                break;
            }
            let Some(live) = self.segments.get(segment) else { continue };
            let Some(key) = live.segment.keys().get(row) else { continue };
            let scored = Scored::new(*key, dot(live.segment.vector(row, &mut buffer)?, &query.vector));
            best.push(Reverse(scored.score));
            if best.len() > k {
                best.pop();
            }
            found.push(scored);
        }
        Ok(found.into_sorted())
    }

    /// The vector of `key`, of length 1, if it has one.
    ///
    /// # Errors
    /// Those of reading vectors that are not in memory.
    pub fn get(&self, key: K) -> Result<Option<Embedding>> {
        let found = self.segments.iter().find_map(|live| Some((live, live.row(&key)?)));
        found.map(|(live, row)| live.segment.embedding(row)).transpose()
    }

    /// Whether there is a row of this key.
    #[must_use]
    pub fn contains(&self, key: K) -> bool {
        self.segments.iter().any(|live| live.row(&key).is_some())
    }

    /// Length of every vector.
    #[must_use]
    pub fn dim(&self) -> usize {
        self.dim
    }

    /// Number of rows.
    #[must_use]
    pub fn len(&self) -> usize {
        self.rows
    }

    /// Whether there are no rows.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rows == 0
    }

    /// The segments, in no order.
    pub fn segments(&self) -> impl ExactSizeIterator<Item = &Arc<VectorSegment<K>>> {
        self.segments.iter().map(|live| &live.segment)
    }
}

impl<K: SegmentKey> Live<K> {
    fn new(segment: VectorSegment<K>) -> Self {
        Self { segment: Arc::new(segment), dead: Dead::default() }
    }

    fn without(&self, keys: &[K]) -> Self {
        let gone: Vec<usize> = keys.iter().filter_map(|key| self.row(key)).collect();
        let rows = self.segment.keys().len();
        let dead = if gone.is_empty() { self.dead.clone() } else { self.dead.with(gone, rows) };
        Self { segment: Arc::clone(&self.segment), dead }
    }

    /// The row of `key` if it is not gone.
    fn row(&self, key: &K) -> Option<usize> {
        self.segment.row(key).filter(|row| !self.dead.contains(*row))
    }

    /// Number of rows that are not gone.
    fn rows(&self) -> usize {
        self.segment.keys().len() - self.dead.count()
    }

    fn size(&self) -> Size {
        Size { rows: self.segment.keys().len(), live: self.rows() }
    }
}

/// A query and its code.
struct Query {
    vector: Vec<f32>,
    integers: Vec<i16>,
    scale: Scale,
}

impl Query {
    fn new(dim: usize, query: &Embedding) -> Result<Self> {
        let vector = unit(SEARCH, dim, query)?.into_owned();
        let mut integers = Vec::with_capacity(dim);
        let scale = Scale::encode(&vector, &mut integers);
        Ok(Self { vector, integers, scale })
    }

    fn code(&self) -> Code<'_> {
        Code { integers: &self.integers, scale: self.scale }
    }
}

/// A row that may be among the best, and the most that it may score.
#[derive(Clone, Copy)]
struct Candidate {
    high: f32,
    segment: usize,
    row: usize,
}

/// Rows that may be among the best `k`, and the best of the least that rows score.
struct Candidates {
    floor: TopK<()>,
    rows: Vec<Candidate>,
}

impl Candidates {
    fn new(k: usize) -> Self {
        Self { floor: TopK::new(k), rows: Vec::new() }
    }

    fn push(&mut self, row: Candidate, low: f32) {
        self.rows.push(row);
        self.floor.push(Scored::new((), low));
    }

    /// The rows of `parts` that may be among the best of all, those first that may score
    /// highest.
    fn join(k: usize, parts: impl Iterator<Item = Self>) -> Vec<Candidate> {
        let (floors, rows): (Vec<_>, Vec<_>) = parts.map(|part| (part.floor, part.rows)).unzip();
        let lows = TopK::join(k, floors).into_sorted();
        let floor = lows.last().filter(|_| lows.len() == k).map_or(f32::NEG_INFINITY, |low| low.score.get());
        let mut rows: Vec<Candidate> = rows.into_iter().flatten().filter(|row| k > 0 && row.high >= floor).collect();
        rows.sort_unstable_by(|left, right| right.high.total_cmp(&left.high));
        rows
    }
}
