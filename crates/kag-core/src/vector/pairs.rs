//! All pairs that are similar enough.

use ndarray::{Array2, linalg::general_mat_mul};
use rayon::prelude::*;

use super::{
    dot::{dot, rounding},
    rows::UnitRows,
};
use crate::{Embedding, Error, Result};

const OPERATION: &str = "vector.pairs";

/// Rows on each side of one matrix product.
const TILE: usize = 256;

/// Every unordered pair of rows whose cosine is `threshold` or more, with the cosine.
///
/// The smaller key stands first in a pair, and pairs are in the order of their keys. Whether
/// a pair is in, and its cosine, depend on its two vectors alone: not on the other rows,
/// their order, or the number of threads. All-zero vectors have cosine 0 with all others.
/// Time is quadratic in the number of rows, at the speed of a matrix product, on the rayon
/// pool this is called in.
///
/// # Errors
/// [`InvalidInput`](crate::ErrorKind::InvalidInput) if vectors differ in dimension, two rows
/// have the same key, or the threshold is NaN.
pub fn pairs_over<K: Copy + Ord + Send + Sync>(rows: &[(K, Embedding)], threshold: f32) -> Result<Vec<(K, K, f32)>> {
    if threshold.is_nan() {
        return Err(Error::invalid(OPERATION, "the threshold is not a number"));
    }
    let dim = rows.first().map_or(0, |(_, vector)| vector.dim());
    let rows = UnitRows::new(OPERATION, dim, rows.iter().cloned())?;
    let starts = || (0..rows.len()).step_by(TILE);
    let tiles: Vec<_> = starts().flat_map(|upper| starts().map(move |lower| (upper, lower))).collect();
    let found = tiles.into_par_iter().filter(|(upper, lower)| upper <= lower);
    let mut pairs: Vec<_> = found.flat_map_iter(|(upper, lower)| in_tile(&rows, upper, lower, threshold)).collect();
    pairs.par_sort_unstable_by_key(|(left, right, _)| (*left, *right));
    Ok(pairs)
}

/// The pairs of a row of the block at `upper` with a later one of the block at `lower`.
fn in_tile<K: Copy + Ord>(rows: &UnitRows<K>, upper: usize, lower: usize, threshold: f32) -> Vec<(K, K, f32)> {
    let (above, below) = (rows.block(upper, TILE), rows.block(lower, TILE));
    let mut products = Array2::zeros((above.keys.len(), below.keys.len()));
    general_mat_mul(1.0, &above.matrix, &below.matrix.t(), 0.0, &mut products);
    let floor = threshold - rounding(rows.dim());
    let mut pairs = Vec::new();
    for ((left, a), products) in above.iter().zip(products.outer_iter()) {
        for ((right, b), product) in below.iter().zip(products) {
            if *product >= floor && left < right {
                let cosine = dot(a, b);
                if cosine >= threshold {
                    pairs.push((left, right, cosine));
                }
            }
        }
    }
    pairs
}
