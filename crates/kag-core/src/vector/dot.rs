//! The dot product that scores are made of.

/// Number of sums kept side by side, so that the compiler can use vector instructions.
const LANES: usize = 16;

/// The sum of the products of the elements, those beyond the shorter slice left out.
///
/// The order of summing depends on the length alone, so the result is the same on every
/// machine, and `dot(a, b) == dot(b, a)` to the last bit.
pub(super) fn dot(left: &[f32], right: &[f32]) -> f32 {
    let (left, left_rest) = left.as_chunks::<LANES>();
    let (right, right_rest) = right.as_chunks::<LANES>();
    let mut sums = [0.0; LANES];
    for (a, b) in left.iter().zip(right) {
        for ((sum, a), b) in sums.iter_mut().zip(a).zip(b) {
            *sum += a * b;
        }
    }
    for ((sum, a), b) in sums.iter_mut().zip(left_rest).zip(right_rest) {
        *sum += a * b;
    }
    let mut half = LANES / 2;
    while half > 0 {
        let (low, high) = sums.split_at_mut(half);
        low.iter_mut().zip(high).for_each(|(a, b)| *a += *b);
        half /= 2;
    }
    let [sum, ..] = sums;
    sum
}

/// More than any two ways of summing the products of two unit vectors of `dim` elements can
/// differ: each is off by at most `dim` halves of an epsilon.
pub(super) fn rounding(dim: usize) -> f32 {
    (dim + 16) as f32 * 1.01 * f32::EPSILON
}
