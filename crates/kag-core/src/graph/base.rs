//! The large part of a graph that changes.

use std::sync::OnceLock;

use super::{Arcs, Csr, Direction, Graph};
use crate::{ContentHash, segment::SealedSegment};

/// The large, immutable part of a [`PatchedCsr`](super::PatchedCsr), shared by many versions.
#[derive(Debug)]
pub struct BaseCsr {
    pub(super) csr: Csr,
    /// A bit for each number that is no vertex; none beyond the last set one.
    pub(super) absent: Vec<u64>,
    pub(super) name: OnceLock<ContentHash>,
}

impl BaseCsr {
    /// The base of `csr` without the vertices that `absent` gives.
    pub(super) fn new(csr: Csr, absent: impl IntoIterator<Item = u32>) -> Self {
        let mut words: Vec<u64> = Vec::new();
        for vertex in absent {
            let (word, bit) = place(vertex);
            words.resize(words.len().max(word + 1), 0);
            words.iter_mut().skip(word).take(1).for_each(|word| *word |= bit);
        }
        Self { csr, absent: words, name: OnceLock::new() }
    }

    /// The name of [`sealed`](Self::sealed), which is computed when first asked for.
    pub fn name(&self) -> ContentHash {
        *self.name.get_or_init(|| self.seal().name())
    }

    /// Everything in the form in which it is written.
    #[must_use]
    pub fn sealed(&self) -> SealedSegment {
        let sealed = self.seal();
        self.name.get_or_init(|| sealed.name());
        sealed
    }

    /// Number of arcs and of numbers for vertices: what it takes to copy it.
    pub(super) fn size(&self) -> usize {
        self.csr.arcs() + self.csr.vertices()
    }
}

impl Graph for BaseCsr {
    #[inline]
    fn vertices(&self) -> usize {
        self.csr.vertices()
    }

    #[inline]
    fn contains(&self, vertex: u32) -> bool {
        let (word, bit) = place(vertex);
        (vertex as usize) < self.csr.vertices() && self.absent.get(word).is_none_or(|word| word & bit == 0)
    }

    #[inline]
    fn arcs_of(&self, vertex: u32) -> Arcs<'_> {
        self.csr.arcs_of(vertex)
    }

    #[inline]
    fn degree(&self, vertex: u32) -> usize {
        self.csr.degree(vertex)
    }

    fn direction(&self) -> Direction {
        Direction::Undirected
    }

    fn weigh(&self, first: u32, values: &[i16], sums: &mut [i64]) {
        self.csr.weigh(first, values, sums);
    }
}

#[inline]
fn place(vertex: u32) -> (usize, u64) {
    ((vertex / u64::BITS) as usize, 1 << (vertex % u64::BITS))
}
