//! Relevance, larger is better.

use std::cmp::Ordering;

use serde::{Deserialize, Serialize};

/// A relevance; larger is better, never NaN. Distances are negated at the edge.
///
/// Equality and order are those of [`f32::total_cmp`], so that they agree.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Score(f32);

impl Score {
    /// No relevance.
    pub const ZERO: Self = Self(0.0);
    /// Full relevance, where scores have a top.
    pub const ONE: Self = Self(1.0);

    /// The score `value`; NaN becomes negative infinity, the worst of all, and -0 becomes 0.
    #[must_use]
    pub fn new(value: f32) -> Self {
        if value.is_nan() { Self(f32::NEG_INFINITY) } else { Self(value + 0.0) }
    }

    /// The number.
    #[must_use]
    pub fn get(self) -> f32 {
        self.0
    }
}

impl PartialEq for Score {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Score {}

impl PartialOrd for Score {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Score {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.total_cmp(&other.0)
    }
}

/// Something found, with its relevance.
///
/// A list of these is ordered best first, ties by the smaller item: [`Scored::best_first`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Scored<T> {
    /// What was found.
    pub item: T,
    /// How relevant it is.
    pub score: Score,
}

impl<T> Scored<T> {
    /// `item` with the relevance `score` (see [`Score::new`] for NaN).
    #[must_use]
    pub fn new(item: T, score: f32) -> Self {
        Self { item, score: Score::new(score) }
    }
}

impl<T: Ord> Scored<T> {
    /// The order of every result list: best first, ties by the smaller item.
    #[must_use]
    pub fn best_first(left: &Self, right: &Self) -> Ordering {
        right.score.cmp(&left.score).then_with(|| left.item.cmp(&right.item))
    }
}

impl std::hash::Hash for Score {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.0.to_bits().hash(state);
    }
}
