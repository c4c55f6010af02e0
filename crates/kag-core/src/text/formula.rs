//! The formula of BM25, in one place, so that every index gives the same bits.

use super::Bm25Options;

/// What counts in the fields of a row are worth.
///
/// Counts are whole numbers and are weighed last, so that a sum depends on what is counted
/// and never on the order of counting.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Weights<const FIELDS: usize>([f64; FIELDS]);

impl<const FIELDS: usize> Weights<FIELDS> {
    /// Weights below 0, NaN and infinite count as 0.
    pub(super) fn new(weights: [f32; FIELDS]) -> Self {
        Self(weights.map(|weight| if weight.is_finite() { f64::from(weight.max(0.0)) } else { 0.0 }))
    }

    #[inline]
    pub(super) fn of<N: Copy + Into<u64>>(&self, counts: &[N; FIELDS]) -> f64 {
        self.0.iter().zip(counts).map(|(weight, count)| weight * Into::<u64>::into(*count) as f64).sum()
    }

    /// `fields` with their places, those that count for nothing left out.
    pub(super) fn counting<T>(&self, fields: impl IntoIterator<Item = T>) -> impl Iterator<Item = (usize, T)> {
        let weighed = self.0.iter().zip(fields).enumerate();
        weighed.filter(|(_, (weight, _))| **weight > 0.0).map(|(field, (_, text))| (field, text))
    }

    pub(super) fn to_bits(self) -> [u64; FIELDS] {
        self.0.map(f64::to_bits)
    }

    pub(super) fn from_bits(bits: [u64; FIELDS]) -> Option<Self> {
        let weights = bits.map(f64::from_bits);
        weights.iter().all(|weight| weight.is_finite() && *weight >= 0.0).then_some(Self(weights))
    }
}

/// The parameters of the formula, held within their ranges.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Formula {
    k1: f64,
    b: f64,
}

impl Formula {
    pub(super) fn new(options: &Bm25Options) -> Self {
        Self { k1: f64::from(options.k1.max(0.0)), b: f64::from(options.b.clamp(0.0, 1.0).max(0.0)) }
    }

    /// What is added to the number of times a term stands in a row of this length.
    pub(super) fn damping(self, length: f64, mean: f64) -> f64 {
        self.k1 * (1.0 - self.b + self.b * length / mean)
    }
}

/// How much a term tells that `df` of `all` rows hold.
pub(super) fn idf(all: usize, df: usize) -> f64 {
    ((all as f64 - df as f64 + 0.5) / (df as f64 + 0.5)).ln_1p()
}

/// What a term adds to the score of a row that holds it `times` times.
#[inline]
pub(super) fn score(idf: f64, times: f64, damping: f64) -> f32 {
    (idf * times / (times + damping)) as f32
}
