//! The rows most similar to a query.

use std::borrow::Cow;

use ndarray::{Array2, ArrayView2, Axis, linalg::general_mat_mul};
use rayon::prelude::*;

use super::{
    codes::{Code, Scale},
    dot::{dot, rounding},
    rows::{Block, UnitRows, unit},
};
use crate::{Embedding, Error, Result, Scored, rank::TopK};

const BUILD: &str = "vector.build";
const SEARCH: &str = "vector.search";

/// Rows that one thread scans with one query.
const SCAN_ROWS: usize = 4096;
/// Rows that one thread scans with a group of queries.
const BATCH_ROWS: usize = 4096;
/// Rows of one matrix product.
const TILE_ROWS: usize = 256;
/// Queries of one matrix product.
const GROUP: usize = 64;

/// An immutable index of vectors that compares a query with every one of them.
///
/// Vectors should be of length 1, as embedders return them, and are kept bit for bit then;
/// others are normalised, rows and queries alike. All-zero vectors score 0. Memory is six
/// bytes a component: the vectors, and their codes for a first pass. Large scans use the rayon pool they are called in.
#[derive(Clone, Debug)]
pub struct ExactIndex<K> {
    rows: UnitRows<K>,
    /// The rows as integers, one after the other, and their scales.
    integers: Vec<i16>,
    scales: Vec<Scale>,
}

impl<K: Copy + Ord + Send + Sync> ExactIndex<K> {
    /// The index of `rows`, in any order, each `dim` long.
    ///
    /// # Errors
    /// [`InvalidInput`](crate::ErrorKind::InvalidInput) if a vector has another dimension or
    /// two rows have the same key.
    pub fn new(dim: usize, rows: impl IntoIterator<Item = (K, Embedding)>) -> Result<Self> {
        let rows = UnitRows::new(BUILD, dim, rows)?;
        let mut integers = Vec::with_capacity(rows.len() * dim);
        let all = rows.block(0, rows.len());
        let scales = all.iter().map(|(_, row)| Scale::encode(row, &mut integers)).collect();
        Ok(Self { rows, integers, scales })
    }

    /// The `k` rows whose cosine with `query` is highest, best first, ties by key; all rows
    /// when there are fewer.
    ///
    /// # Errors
    /// [`InvalidInput`](crate::ErrorKind::InvalidInput) if `query` has another dimension.
    pub fn search(&self, query: &Embedding, k: usize) -> Result<Vec<Scored<K>>> {
        let query = unit(SEARCH, self.dim(), query)?;
        let mut integers = Vec::with_capacity(self.dim());
        let scale = Scale::encode(&query, &mut integers);
        let code = Code { integers: &integers, scale };
        let scan = |first: usize| {
            let mut best = TopK::new(k);
            let block = self.rows.block(first, SCAN_ROWS);
            for ((key, row), rough) in block.iter().zip(self.codes_from(first)) {
                // The bound is of the exact product, and `dot` rounds.
                if rough.at_most(code) + rounding(self.dim()) >= best.floor() {
                    best.push(Scored::new(key, dot(row, &query)));
                }
            }
            best
        };
        let found: Vec<_> = self.starts(SCAN_ROWS).map(scan).collect();
        Ok(TopK::join(k, found).into_sorted())
    }

    /// What [`search`](Self::search) finds for each of `queries`, in their order and equal to
    /// the last bit, several times faster than one by one.
    ///
    /// # Errors
    /// [`InvalidInput`](crate::ErrorKind::InvalidInput) if a query has another dimension.
    pub fn search_batch(&self, queries: &[Embedding], k: usize) -> Result<Vec<Vec<Scored<K>>>> {
        if let [query] = queries {
            return Ok(vec![self.search(query, k)?]);
        }
        let queries: Vec<_> = queries.iter().map(|query| unit(SEARCH, self.dim(), query)).collect::<Result<_>>()?;
        let mut found = Vec::with_capacity(queries.len());
        for group in queries.chunks(GROUP) {
            let group = Group::new(group, self.dim())?;
            let parts: Vec<_> =
                self.starts(BATCH_ROWS).map(|first| group.scan(self.rows.block(first, BATCH_ROWS), k)).collect();
            let mut parts: Vec<_> = parts.into_iter().map(Vec::into_iter).collect();
            found.extend(group.queries.iter().map(|_| {
                let best = parts.iter_mut().filter_map(Iterator::next);
                TopK::join(k, best).into_sorted()
            }));
        }
        Ok(found)
    }

    /// Length of every vector.
    #[must_use]
    pub fn dim(&self) -> usize {
        self.rows.dim()
    }

    /// Number of rows.
    #[must_use]
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there are no rows.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Every `count`th row, as starts of blocks to be scanned at the same time.
    fn starts(&self, count: usize) -> impl IndexedParallelIterator<Item = usize> + use<K> {
        (0..self.len().div_ceil(count)).into_par_iter().map(move |block| block * count)
    }

    /// The codes of the rows from `first` on.
    fn codes_from(&self, first: usize) -> impl Iterator<Item = Code<'_>> {
        let dim = self.dim();
        let scales = self.scales.iter().enumerate().skip(first);
        scales.map(move |(row, scale)| {
            let integers = self.integers.get(row * dim..(row + 1) * dim).unwrap_or_default();
            Code { integers, scale: *scale }
        })
    }
}

/// Queries that are compared with the same rows by one matrix product.
struct Group<'q> {
    queries: &'q [Cow<'q, [f32]>],
    matrix: Array2<f32>,
}

impl<'q> Group<'q> {
    fn new(queries: &'q [Cow<'q, [f32]>], dim: usize) -> Result<Self> {
        let elements = queries.iter().flat_map(|query| query.iter().copied()).collect();
        let matrix = Array2::from_shape_vec((queries.len(), dim), elements)
            .map_err(|error| Error::invalid(SEARCH, "too many queries").because(error))?;
        Ok(Self { queries, matrix })
    }

    /// The best of `block` for each query.
    fn scan<K: Copy + Ord>(&self, block: Block<'_, K>, k: usize) -> Vec<TopK<K>> {
        let mut best: Vec<_> = self.queries.iter().map(|_| TopK::new(k)).collect();
        let mut products = Array2::zeros((self.queries.len(), TILE_ROWS));
        let mut first = 0;
        while first < block.keys.len() {
            let tile = block.part(first, TILE_ROWS);
            let mut products = products.slice_axis_mut(Axis(1), (..tile.keys.len()).into());
            general_mat_mul(1.0, &self.matrix, &tile.matrix.t(), 0.0, &mut products);
            self.keep(tile, products.view(), &mut best);
            first += TILE_ROWS;
        }
        best
    }

    /// Scores the rows of `tile` that may be among the best, going by their `products`.
    fn keep<K: Copy + Ord>(&self, tile: Block<'_, K>, products: ArrayView2<'_, f32>, best: &mut [TopK<K>]) {
        let margin = rounding(self.matrix.ncols());
        for ((query, products), best) in self.queries.iter().zip(products.outer_iter()).zip(best) {
            let mut floor = best.floor() - margin;
            for ((key, row), product) in tile.iter().zip(products) {
                if *product >= floor {
                    best.push(Scored::new(key, dot(row, query)));
                    floor = best.floor() - margin;
                }
            }
        }
    }
}
