//! The best of many.

use crate::{Score, Scored};

/// The `k` best of `items`, best first, ties by the smaller item.
///
/// Equal to sorting everything by [`Scored::best_first`] and cutting after `k`, in time
/// linear in the number of items and memory linear in `k`. Fewer items than `k` are all
/// returned; `k` of 0 gives nothing. The order of `items` has no influence.
#[must_use]
pub fn top_k<T: Ord>(items: impl IntoIterator<Item = Scored<T>>, k: usize) -> Vec<Scored<T>> {
    let mut best = TopK::new(k);
    items.into_iter().for_each(|item| best.push(item));
    best.into_sorted()
}

/// Collects the `k` best of what is pushed.
///
/// Holds up to twice `k` items and throws the worse half out when full, which costs less
/// than a heap when most items are below the worst kept one.
#[derive(Debug)]
pub(crate) struct TopK<T> {
    k: usize,
    limit: usize,
    kept: Vec<Scored<T>>,
    /// No item below this score can be among the `k` best.
    floor: Option<Score>,
}

impl<T: Ord> TopK<T> {
    pub(crate) fn new(k: usize) -> Self {
        Self { k, limit: k.saturating_mul(2).max(32), kept: Vec::new(), floor: None }
    }

    /// The `k` best of all that was pushed to `parts`.
    pub(crate) fn join(k: usize, parts: impl IntoIterator<Item = Self>) -> Self {
        let mut joined = Self::new(k);
        parts.into_iter().flat_map(|part| part.kept).for_each(|item| joined.push(item));
        joined
    }

    pub(crate) fn push(&mut self, item: Scored<T>) {
        if self.k == 0 || self.floor.is_some_and(|floor| item.score < floor) {
            return;
        }
        self.kept.push(item);
        if self.kept.len() >= self.limit {
            self.cut();
        }
    }

    /// No item below this is among the `k` best; negative infinity while fewer are known.
    pub(crate) fn floor(&self) -> f32 {
        self.floor.map_or(f32::NEG_INFINITY, Score::get)
    }

    pub(crate) fn into_sorted(mut self) -> Vec<Scored<T>> {
        self.cut();
        self.kept.sort_unstable_by(Scored::best_first);
        self.kept
    }

    fn cut(&mut self) {
        let Some(last) = self.k.checked_sub(1) else {
            return;
        };
        if last < self.kept.len() {
            let (_, worst, _) = self.kept.select_nth_unstable_by(last, Scored::best_first);
            self.floor = Some(worst.score);
            self.kept.truncate(self.k);
        }
    }
}
