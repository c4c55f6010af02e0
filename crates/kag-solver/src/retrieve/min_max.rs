//! Scores of one list made comparable with those of another.

use std::collections::BTreeMap;

use kag_core::Scored;

/// The scores of a list, best first, moved into 0 to 1; 1 where all are equal.
pub(super) fn min_max<T: Copy + Ord>(hits: &[Scored<T>]) -> BTreeMap<T, f32> {
    let (Some(best), Some(worst)) = (hits.first(), hits.last()) else { return BTreeMap::new() };
    let (top, range) = (best.score.get(), best.score.get() - worst.score.get());
    let moved = |score: f32| if range > 0.0 { 1.0 - (top - score) / range } else { 1.0 };
    hits.iter().map(|hit| (hit.item, moved(hit.score.get()))).collect()
}
