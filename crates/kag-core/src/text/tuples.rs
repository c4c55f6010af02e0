//! Counts that repeat, kept once.

use std::collections::HashSet;

use super::formula::Weights;

/// Different counts by field, ascending, and what each is worth.
///
/// How often terms stand in rows, and how long rows are, are a few numbers over and over: a
/// byte or two say which.
#[derive(Clone, Debug)]
pub(super) struct Tuples<const FIELDS: usize> {
    counts: Vec<[u32; FIELDS]>,
    worth: Vec<f64>,
}

impl<const FIELDS: usize> Tuples<FIELDS> {
    /// The different ones of `counts`.
    pub(super) fn of(counts: impl IntoIterator<Item = [u32; FIELDS]>, weights: Weights<FIELDS>) -> Self {
        let (mut different, mut last) = (HashSet::new(), None);
        for counts in counts {
            if last.replace(counts) != Some(counts) {
                different.insert(counts);
            }
        }
        let mut counts: Vec<_> = different.into_iter().collect();
        counts.sort_unstable();
        Self { worth: counts.iter().map(|counts| weights.of(counts)).collect(), counts }
    }

    /// These, one after the other; nothing if they are out of order.
    pub(super) fn read(numbers: &[u32], weights: Weights<FIELDS>) -> Option<Self> {
        let (counts, rest) = numbers.as_chunks::<FIELDS>();
        let in_order = rest.is_empty() && counts.is_sorted_by(|left, right| left < right);
        in_order.then(|| Self::of(counts.iter().copied(), weights))
    }

    pub(super) fn len(&self) -> usize {
        self.counts.len()
    }

    /// The place of these counts.
    pub(super) fn place(&self, counts: &[u32; FIELDS]) -> Option<usize> {
        self.counts.binary_search(counts).ok()
    }

    pub(super) fn get(&self, at: usize) -> Option<&[u32; FIELDS]> {
        self.counts.get(at)
    }

    pub(super) fn all(&self) -> &[[u32; FIELDS]] {
        &self.counts
    }

    /// What each is worth, by place.
    pub(super) fn worth(&self) -> &[f64] {
        &self.worth
    }

    /// The places in `other` of all of these, which has them.
    pub(super) fn places_in(&self, other: &Self) -> Vec<u32> {
        self.counts.iter().map(|counts| other.place(counts).unwrap_or_default() as u32).collect()
    }

    /// Bytes of memory.
    pub(super) fn memory(&self) -> usize {
        size_of_val(self.counts.as_slice()) + size_of_val(self.worth.as_slice())
    }
}

/// Places in [`Tuples`], in as few bytes each as the last place takes.
#[derive(Clone, Debug)]
pub(super) enum Places {
    Bytes(Vec<u8>),
    Pairs(Vec<u16>),
    Quads(Vec<u32>),
}

impl Places {
    /// Room for `count` places below `end`, all 0.
    pub(super) fn new(count: usize, end: usize) -> Self {
        match end {
            ..=0x100 => Self::Bytes(vec![0; count]),
            0x101..=0x1_0000 => Self::Pairs(vec![0; count]),
            _ => Self::Quads(vec![0; count]),
        }
    }

    pub(super) fn len(&self) -> usize {
        match self {
            Self::Bytes(places) => places.len(),
            Self::Pairs(places) => places.len(),
            Self::Quads(places) => places.len(),
        }
    }

    pub(super) fn get(&self, at: usize) -> Option<usize> {
        match self {
            Self::Bytes(places) => places.get(at).map(|place| usize::from(*place)),
            Self::Pairs(places) => places.get(at).map(|place| usize::from(*place)),
            Self::Quads(places) => places.get(at).map(|place| *place as usize),
        }
    }

    pub(super) fn set(&mut self, at: usize, place: usize) {
        match self {
            Self::Bytes(places) => set(places, at, place as u8),
            Self::Pairs(places) => set(places, at, place as u16),
            Self::Quads(places) => set(places, at, place as u32),
        }
    }

    /// Whether every place is below `end`.
    pub(super) fn all_below(&self, end: usize) -> bool {
        let last = match self {
            Self::Bytes(places) => places.iter().max().map(|last| usize::from(*last)),
            Self::Pairs(places) => places.iter().max().map(|last| usize::from(*last)),
            Self::Quads(places) => places.iter().max().map(|last| *last as usize),
        };
        last.is_none_or(|last| last < end)
    }

    /// Cuts all behind the first `count` off.
    pub(super) fn truncate(&mut self, count: usize) {
        match self {
            Self::Bytes(places) => cut(places, count),
            Self::Pairs(places) => cut(places, count),
            Self::Quads(places) => cut(places, count),
        }
    }

    /// Bytes of memory.
    pub(super) fn memory(&self) -> usize {
        match self {
            Self::Bytes(places) => places.len(),
            Self::Pairs(places) => size_of_val(places.as_slice()),
            Self::Quads(places) => size_of_val(places.as_slice()),
        }
    }
}

fn set<T>(places: &mut [T], at: usize, place: T) {
    if let Some(to) = places.get_mut(at) {
        *to = place;
    }
}

fn cut<T>(places: &mut Vec<T>, count: usize) {
    places.truncate(count);
    places.shrink_to_fit();
}
