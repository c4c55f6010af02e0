//! Several ranked lists into one.

use crate::Scored;

/// The constant of [`reciprocal_rank_fusion`] in the paper that introduced it.
pub const RRF_K: f32 = 60.0;

/// Joins ranked lists by position alone: an item scores the sum of `1 / (k + rank)` over
/// the lists it is in, ranks from 1.
///
/// Result best first, ties by the smaller item, each item once. Each list must be best
/// first; its scores are not read, so lists on different scales need no calibration. An
/// item twice in one list counts at its better rank. Empty lists add nothing, no lists give
/// nothing. The order of the lists has no influence, to the last bit. A `k` below 0 or NaN
/// counts as 0. (Cormack, Clarke, Büttcher 2009; [`RRF_K`].)
#[must_use]
pub fn reciprocal_rank_fusion<T: Copy + Ord>(lists: &[&[Scored<T>]], k: f32) -> Vec<Scored<T>> {
    let k = f64::from(k.max(0.0));
    let shares = lists.iter().enumerate().flat_map(|(list, hits)| {
        let ranked = hits.iter().enumerate();
        ranked.map(move |(at, hit)| Share { item: hit.item, list, value: 1.0 / (k + (at + 1) as f64) })
    });
    sum_by_item(shares.collect())
}

/// Joins ranked lists by score: each list is stretched to 0..=1 (its minimum to 0, its
/// maximum to 1), multiplied by its weight, and summed.
///
/// Result best first, ties by the smaller item, each item once. An item missing from a list
/// has 0 there. A list whose scores are all equal, such as one of a single item, gives every
/// item 1: it was found, and nothing says how well. An infinite score counts as 1, a
/// negative infinite one (which NaN becomes) as 0. An item twice in one list counts with its better score. Weights need
/// not sum to 1; one that is not finite counts as 0. The order of the lists, and of the
/// items in them, has no influence, to the last bit.
#[must_use]
pub fn weighted_fusion<T: Copy + Ord>(lists: &[(f32, &[Scored<T>])]) -> Vec<Scored<T>> {
    let shares = lists.iter().enumerate().flat_map(|(list, (weight, hits))| {
        let stretch = Stretch::over(hits);
        let weight = if weight.is_finite() { *weight } else { 0.0 };
        hits.iter().map(move |hit| Share {
            item: hit.item,
            list,
            value: f64::from(weight) * stretch.of(hit.score.get()),
        })
    });
    sum_by_item(shares.collect())
}

/// What one list gives one item.
struct Share<T> {
    item: T,
    list: usize,
    value: f64,
}

/// The linear map of a list's finite scores onto 0..=1.
#[derive(Clone, Copy)]
struct Stretch {
    min: f64,
    max: f64,
}

impl Stretch {
    fn over<T>(hits: &[Scored<T>]) -> Self {
        let finite = hits.iter().map(|hit| f64::from(hit.score.get()));
        finite.filter(|score| score.is_finite()).fold(
            Self { min: f64::INFINITY, max: f64::NEG_INFINITY },
            |range, score| Self { min: range.min.min(score), max: range.max.max(score) },
        )
    }

    fn of(self, score: f32) -> f64 {
        let score = f64::from(score);
        if score == f64::INFINITY {
            1.0
        } else if score == f64::NEG_INFINITY {
            0.0
        } else if self.max > self.min {
            (score - self.min) / (self.max - self.min)
        } else {
            1.0
        }
    }
}

/// Sums the better share of each list by item; smallest shares first, so that the sum does
/// not depend on the order of the lists.
fn sum_by_item<T: Copy + Ord>(mut shares: Vec<Share<T>>) -> Vec<Scored<T>> {
    shares.sort_unstable_by(|left, right| {
        let by_item = left.item.cmp(&right.item);
        let by_list = by_item.then(left.list.cmp(&right.list));
        by_list.then(right.value.abs().total_cmp(&left.value.abs()))
    });
    shares.dedup_by(|next, kept| next.item == kept.item && next.list == kept.list);
    shares.sort_unstable_by(|left, right| {
        let by_item = left.item.cmp(&right.item);
        by_item.then(left.value.total_cmp(&right.value))
    });
    let mut fused: Vec<Scored<T>> = shares
        .chunk_by(|left, right| left.item == right.item)
        .filter_map(|group| {
            let sum: f64 = group.iter().map(|share| share.value).sum();
            group.first().map(|share| Scored::new(share.item, sum as f32))
        })
        .collect();
    fused.sort_unstable_by(Scored::best_first);
    fused
}
