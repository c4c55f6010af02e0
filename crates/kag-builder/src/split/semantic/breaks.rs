//! Where neighbours are least alike.

use kag_core::Embedding;

/// How far each is from the next: 1 less the cosine.
pub(super) fn distances(vectors: &[Embedding]) -> Vec<f32> {
    let dot = |left: &Embedding, right: &Embedding| -> f32 {
        left.as_slice().iter().zip(right.as_slice()).map(|(left, right)| left * right).sum()
    };
    vectors.iter().zip(vectors.iter().skip(1)).map(|(left, right)| 1.0 - dot(left, right)).collect()
}

/// The value that `percent` of `values` are at most, between two of them by proportion; `None` of none.
pub(super) fn percentile(values: &[f32], percent: f32) -> Option<f32> {
    let mut sorted = values.to_vec();
    sorted.sort_by(f32::total_cmp);
    let at = percent.clamp(0.0, 100.0) / 100.0 * sorted.len().checked_sub(1)? as f32;
    let (low, high) = (sorted.get(at.floor() as usize)?, sorted.get(at.ceil() as usize)?);
    Some(low + (high - low) * (at - at.floor()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_lie_between_values() {
        assert_eq!(percentile(&[4.0, 1.0, 3.0, 2.0], 50.0), Some(2.5));
        assert_eq!(percentile(&[4.0, 1.0, 3.0, 2.0], 100.0), Some(4.0));
        assert_eq!(percentile(&[7.0], 95.0), Some(7.0));
        assert_eq!(percentile(&[], 95.0), None);
    }
}
