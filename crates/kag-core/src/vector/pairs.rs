//! All pairs that are similar enough.

use ndarray::{Array2, ArrayView2, linalg::general_mat_mul};
use rayon::prelude::*;

use super::{
    dot::{dot, rounding},
    heads::{Directions, Heads, bound},
    rows::{Block, UnitRows},
};
use crate::{Embedding, Error, Result};

const OPERATION: &str = "vector.pairs";

/// Rows on each side of one matrix product.
const TILE: usize = 256;
/// Where more than one in so many pairs is left open, a matrix product is quicker than one after the other.
const MANY: usize = 8;

/// Every unordered pair of rows whose cosine is `threshold` or more, with the cosine.
///
/// The smaller key stands first in a pair, and pairs are in the order of their keys. Whether
/// a pair is in, and its cosine, depend on its two vectors alone: not on the other rows,
/// their order, or the number of threads. All-zero vectors have cosine 0 with all others.
/// Time is quadratic in the number of rows, at the speed of a matrix product of a sixth of the components, on the rayon
/// pool this is called in.
///
/// # Errors
/// [`InvalidInput`](crate::ErrorKind::InvalidInput) if vectors differ in dimension, two rows
/// have the same key, or the threshold is NaN.
pub fn pairs_over<K: Copy + Ord + Send + Sync>(rows: &[(K, Embedding)], threshold: f32) -> Result<Vec<(K, K, f32)>> {
    new_pairs_over(rows, &[], threshold)
}

/// Those pairs of [`pairs_over`] the rows of `fresh` and `known` together of which at least one is fresh.
///
/// To the last bit what is new when rows are added, and all there is where none are known. Time is
/// proportional to the number of fresh rows times that of all.
///
/// # Errors
/// As for [`pairs_over`], all rows taken together.
pub fn new_pairs_over<K: Copy + Ord + Send + Sync>(
    fresh: &[(K, Embedding)],
    known: &[(K, Embedding)],
    threshold: f32,
) -> Result<Vec<(K, K, f32)>> {
    if threshold.is_nan() {
        return Err(Error::invalid(OPERATION, "the threshold is not a number"));
    }
    let dim = fresh.iter().chain(known).next().map_or(0, |(_, vector)| vector.dim());
    let fresh = &UnitRows::new(OPERATION, dim, fresh.iter().cloned())?;
    let known = &UnitRows::new(OPERATION, dim, known.iter().cloned())?;
    if fresh.keys().iter().any(|key| known.keys().binary_search(key).is_ok()) {
        return Err(Error::invalid(OPERATION, "two vectors have the same key"));
    }
    let sides = Sides::of(fresh, known);
    let starts = |rows: &UnitRows<K>| (0..rows.len()).step_by(TILE);
    let within = starts(fresh).flat_map(|upper| starts(fresh).map(move |lower| (upper, Lower::Fresh(lower))));
    let within = within.filter(|(upper, lower)| matches!(lower, Lower::Fresh(lower) if upper <= lower));
    let across = starts(fresh).flat_map(|upper| starts(known).map(move |lower| (upper, Lower::Known(lower))));
    let tiles: Vec<_> = within.chain(across).collect();
    let found = tiles.into_par_iter().flat_map_iter(|(upper, lower)| sides.in_tile(upper, lower, threshold));
    let mut pairs: Vec<_> = found.collect();
    pairs.par_sort_unstable_by_key(|(left, right, _)| (*left, *right));
    Ok(pairs)
}

/// The first row of a tile's lower side.
#[derive(Clone, Copy)]
enum Lower {
    Fresh(usize),
    Known(usize),
}

/// What is compared, and where that is quicker, heads of it.
struct Sides<'r, K> {
    fresh: &'r UnitRows<K>,
    known: &'r UnitRows<K>,
    heads: Option<[Heads; 2]>,
}

impl<'r, K: Copy + Ord> Sides<'r, K> {
    fn of(fresh: &'r UnitRows<K>, known: &'r UnitRows<K>) -> Self {
        let all = |rows: &'r UnitRows<K>| rows.block(0, rows.len()).matrix;
        let heads = Directions::of(all(fresh)).map(|directions| [fresh, known].map(|rows| directions.heads(all(rows))));
        Self { fresh, known, heads }
    }

    /// The pairs of a row of the tile's upper side with one of its lower; within the same rows, each once.
    fn in_tile(&self, upper: usize, lower: Lower, threshold: f32) -> Vec<(K, K, f32)> {
        let above = self.fresh.block(upper, TILE);
        let below = match lower {
            Lower::Fresh(lower) => self.fresh.block(lower, TILE),
            Lower::Known(lower) => self.known.block(lower, TILE),
        };
        let mut found = Found { pairs: Vec::new(), is_same: matches!(lower, Lower::Fresh(_)), threshold };
        let Some([fresh, known]) = &self.heads else {
            found.by_products(above, below);
            return found.pairs;
        };
        let above_heads = fresh.part(upper, TILE);
        let below_heads = match lower {
            Lower::Fresh(lower) => fresh.part(lower, TILE),
            Lower::Known(lower) => known.part(lower, TILE),
        };
        found.by_heads(above, below, above_heads, below_heads);
        found.pairs
    }
}

/// What is found in a tile. The cosine that decides is always the same function of the two rows.
struct Found<K> {
    pairs: Vec<(K, K, f32)>,
    is_same: bool,
    threshold: f32,
}

impl<K: Copy + Ord> Found<K> {
    fn by_products(&mut self, above: Block<'_, K>, below: Block<'_, K>) {
        let mut products = Array2::zeros((above.keys.len(), below.keys.len()));
        general_mat_mul(1.0, &above.matrix, &below.matrix.t(), 0.0, &mut products);
        let floor = self.threshold - rounding(above.matrix.ncols());
        for (one, products) in above.iter().zip(products.outer_iter()) {
            for (other, _) in below.iter().zip(products).filter(|(_, product)| **product >= floor) {
                self.consider(one, other);
            }
        }
    }

    /// The same, looking only at rows whose heads leave it open; where those are many, at products.
    fn by_heads(
        &mut self,
        above: Block<'_, K>,
        below: Block<'_, K>,
        (above_heads, above_rest): (ArrayView2<'_, f32>, &[f32]),
        (below_heads, below_rest): (ArrayView2<'_, f32>, &[f32]),
    ) {
        let mut products = Array2::zeros((above.keys.len(), below.keys.len()));
        general_mat_mul(1.0, &above_heads, &below_heads.t(), 0.0, &mut products);
        let mut open = Vec::new();
        let rows = above.iter().zip(above_rest).zip(products.outer_iter());
        for ((one, rest), products) in rows {
            let products = products.to_slice().unwrap_or_default();
            let bounds = || products.iter().zip(below_rest).map(|(product, other)| bound(*product, *rest, *other));
            if bounds().fold(f32::MIN, f32::max) < self.threshold {
                continue;
            }
            let others = below.iter().zip(bounds()).filter(|(_, bound)| *bound >= self.threshold);
            open.extend(others.map(|(other, _)| (one, other)));
        }
        if open.len() > above.keys.len() * below.keys.len() / MANY {
            self.by_products(above, below);
        } else {
            open.into_iter().for_each(|(one, other)| self.consider(one, other));
        }
    }

    fn consider(&mut self, (one, a): (K, &[f32]), (other, b): (K, &[f32])) {
        if one < other || !self.is_same {
            let cosine = dot(a, b);
            if cosine >= self.threshold {
                self.pairs.push((one.min(other), one.max(other), cosine));
            }
        }
    }
}
