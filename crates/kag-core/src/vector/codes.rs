//! Vectors rounded to 16-bit or 8-bit integers, with a bound on what that loses.

use wide::{i8x16, i16x16, i32x8};

/// A vector as integers times a step.
///
/// Comparing two takes half the memory traffic and instructions of comparing two `f32`
/// vectors. The result is off by no more than a known bound, so a scan of codes can leave
/// out what is certainly not among the best, and never leaves out what is.
#[derive(Clone, Copy, Debug)]
pub(super) struct Code<'c> {
    pub(super) integers: &'c [i16],
    pub(super) scale: Scale,
}

/// What turns the integers of a code back into its vector, nearly.
#[derive(Clone, Copy, Debug)]
pub(super) struct Scale {
    step: f32,
    /// No less than the distance between the vector and what its code stands for.
    error: f32,
}

impl Scale {
    /// Appends the code of `vector` to `integers`.
    pub(super) fn encode(vector: &[f32], integers: &mut Vec<i16>) -> Self {
        Self::of(vector, limit(vector.len()), |integer| integers.push(integer as i16))
    }

    /// Appends the code of `vector` in bytes to `integers`.
    pub(super) fn encode_bytes(vector: &[f32], integers: &mut Vec<i8>) -> Self {
        let limit = limit(vector.len()).min(f32::from(i8::MAX));
        Self::of(vector, limit, |integer| integers.push(integer as i8))
    }

    fn of(vector: &[f32], limit: f32, mut push: impl FnMut(f32)) -> Self {
        let largest = vector.iter().fold(0.0_f32, |largest, element| largest.max(element.abs()));
        let step = largest / limit;
        // Elements too small to divide by would all become 0 all the same.
        let inverse = if step.is_normal() { 1.0 / step } else { 0.0 };
        let mut squares = 0.0;
        for element in vector {
            let integer = (element * inverse).round();
            squares += (f64::from(*element) - f64::from(integer) * f64::from(step)).powi(2);
            push(integer);
        }
        Self { step, error: squares.sqrt() as f32 * 1.0001 + f32::EPSILON }
    }
}

impl Scale {
    /// No less than what the product of two codes is off by, both vectors being of length 1
    /// or 0: by Cauchy and Schwarz; the last term is for the rounding of these very lines.
    #[inline]
    fn slack(self, other: Self) -> f32 {
        self.error + (1.0 + self.error) * other.error + 8.0 * f32::EPSILON
    }

    /// The step and the error.
    pub(super) fn parts(self) -> [f32; 2] {
        [self.step, self.error]
    }

    /// The scale of these [`parts`](Self::parts); nothing if they cannot be.
    pub(super) fn from_parts([step, error]: [f32; 2]) -> Option<Self> {
        [step, error].iter().all(|part| part.is_finite() && *part >= 0.0).then_some(Self { step, error })
    }
}

impl Code<'_> {
    /// No less than the dot product of the two vectors, each of length 1 or 0; more by twice
    /// the distances that rounding moved them, at most.
    pub(super) fn at_most(self, other: Self) -> f32 {
        let nearly = product(self.integers, other.integers) as f32 * (self.scale.step * other.scale.step);
        nearly + self.scale.slack(other.scale)
    }

    /// No less, and no more, than the dot product with the vector of this code in bytes.
    #[inline]
    pub(super) fn bounds(self, bytes: &[i8], scale: Scale) -> (f32, f32) {
        let nearly = product_of_bytes(self.integers, bytes) as f32 * (self.scale.step * scale.step);
        let slack = self.scale.slack(scale);
        (nearly - slack, nearly + slack)
    }
}

/// The largest integer of a code of so many elements: the product of two codes, at most the
/// square of this an element, must stay below 2^31.
fn limit(dim: usize) -> f32 {
    let limit = (f64::from(i32::MAX) / dim.max(1) as f64).sqrt() - 1.0;
    limit.clamp(1.0, f64::from(i16::MAX)).floor() as f32
}

/// Elements compared at a time.
const LANES: usize = 16;

/// Sums of whole numbers are equal in any order, whatever instructions they take.
fn product(left: &[i16], right: &[i16]) -> i32 {
    let (left, left_rest) = left.as_chunks::<LANES>();
    let (right, right_rest) = right.as_chunks::<LANES>();
    let sums = left.iter().zip(right).fold(i32x8::ZERO, |sums, (a, b)| sums + i16x16::new(*a).dot(i16x16::new(*b)));
    let rest = left_rest.iter().zip(right_rest).map(|(a, b)| i32::from(*a) * i32::from(*b));
    rest.fold(sums.reduce_add(), i32::wrapping_add)
}

/// The [`product`] with a code in bytes.
fn product_of_bytes(left: &[i16], right: &[i8]) -> i32 {
    let (left, left_rest) = left.as_chunks::<LANES>();
    let (right, right_rest) = right.as_chunks::<LANES>();
    let widened = |b: &[i8; LANES]| i16x16::from(i8x16::new(*b));
    let sums = left.iter().zip(right).fold(i32x8::ZERO, |sums, (a, b)| sums + i16x16::new(*a).dot(widened(b)));
    let rest = left_rest.iter().zip(right_rest).map(|(a, b)| i32::from(*a) * i32::from(*b));
    rest.fold(sums.reduce_add(), i32::wrapping_add)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::Embedding;

    fn any_vector(dim: usize) -> impl Strategy<Value = Embedding> {
        let element = prop_oneof![4 => -1.0f32..1.0, 1 => Just(0.0), 1 => Just(1e-30), 1 => Just(50.0)];
        prop::collection::vec(element, dim).prop_map(Embedding::normalised)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]

        #[test]
        fn the_bound_holds_and_is_close(
            (left, right) in (1usize..400).prop_flat_map(|dim| (any_vector(dim), any_vector(dim))),
        ) {
            let exact = |a: &Embedding, b: &Embedding| -> f64 {
                a.as_slice().iter().zip(b.as_slice()).map(|(a, b)| f64::from(*a) * f64::from(*b)).sum()
            };
            let (mut one, mut other) = (Vec::new(), Vec::new());
            let scales = (Scale::encode(left.as_slice(), &mut one), Scale::encode(right.as_slice(), &mut other));
            let (one, other) = (Code { integers: &one, scale: scales.0 }, Code { integers: &other, scale: scales.1 });
            let bound = f64::from(one.at_most(other));
            let truth = exact(&left, &right);
            prop_assert!(truth <= bound, "{truth} {bound}");
            prop_assert!(bound <= truth + 0.05, "{truth} {bound}");
            let mut bytes = Vec::new();
            let scale = Scale::encode_bytes(right.as_slice(), &mut bytes);
            let (low, high) = one.bounds(&bytes, scale);
            prop_assert!(f64::from(low) <= truth && truth <= f64::from(high), "{low} {truth} {high}");
            prop_assert!(high - low <= 0.2, "{low} {high}");
        }
    }

    #[test]
    fn the_largest_codes_do_not_overflow() {
        for dim in [1, 2, 3, 384, 1024, 4096, 100_000] {
            let largest = vec![limit(dim) as i16; dim];
            let square = f64::from(limit(dim)).powi(2) * dim as f64;
            assert_eq!(f64::from(product(&largest, &largest)), square, "{dim}");
            let byte = limit(dim).min(127.0);
            let expect = f64::from(limit(dim)) * f64::from(byte) * dim as f64;
            assert_eq!(f64::from(product_of_bytes(&largest, &vec![byte as i8; dim])), expect, "{dim}");
        }
    }
}
