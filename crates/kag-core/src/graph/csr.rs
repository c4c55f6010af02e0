//! The graph itself.

use super::weight;

/// Whether an edge can be followed one way or both.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Direction {
    /// From its first vertex to its second only.
    Directed,
    /// Both ways, with the same weight.
    Undirected,
}

/// A weighted graph in compressed sparse rows: for each vertex, its targets and weights
/// side by side in one array. Immutable; built by [`CsrBuilder`](super::CsrBuilder).
///
/// An undirected edge between two vertices is stored as two *arcs*, one a way. All weights
/// are above 0, there is at most one arc from one vertex to another, and the arcs
/// of a vertex are in the order of their targets.
#[derive(Clone, Debug, PartialEq)]
pub struct Csr {
    direction: Direction,
    /// Start of each vertex's arcs, and one more: the number of arcs.
    offsets: Vec<usize>,
    targets: Vec<u32>,
    /// In units of 2⁻¹⁶.
    weights: Vec<u32>,
    /// Sum of the weights of each vertex's arcs, in units.
    strengths: Vec<u64>,
}

impl Csr {
    /// The graph of these rows, which [`CsrBuilder`](super::CsrBuilder) has checked.
    pub(super) fn from_rows(direction: Direction, offsets: Vec<usize>, targets: Vec<u32>, weights: Vec<u32>) -> Self {
        let strengths = offsets
            .windows(2)
            .map(|bounds| match bounds {
                [from, to] => weights.get(*from..*to).unwrap_or_default(),
                _ => &[],
            })
            .map(weight::total)
            .collect();
        Self { direction, offsets, targets, weights, strengths }
    }

    /// How the edges were read when the graph was built.
    #[must_use]
    pub fn direction(&self) -> Direction {
        self.direction
    }

    /// Number of vertices; they are `0..vertices()`.
    #[must_use]
    #[inline]
    pub fn vertices(&self) -> usize {
        self.strengths.len()
    }

    /// Number of arcs: an undirected edge counts twice, a self loop once.
    #[must_use]
    pub fn arcs(&self) -> usize {
        self.targets.len()
    }

    /// Number of arcs that leave `vertex`; 0 for one that does not exist.
    #[must_use]
    #[inline]
    pub fn degree(&self, vertex: u32) -> usize {
        self.row(vertex as usize).0.len()
    }

    /// Sum of the weights of the arcs that leave `vertex`; 0 for one that does not exist.
    #[must_use]
    #[inline]
    pub fn strength(&self, vertex: u32) -> f64 {
        weight::strength(self.total(vertex))
    }

    /// The same in units.
    #[inline]
    pub(super) fn total(&self, vertex: u32) -> u64 {
        self.strengths.get(vertex as usize).copied().unwrap_or(0)
    }

    /// Where the arcs of `vertex` lead and their weights, by target; none for a vertex that
    /// does not exist.
    pub fn neighbours(&self, vertex: u32) -> impl ExactSizeIterator<Item = (u32, f64)> + '_ {
        let (targets, weights) = self.row(vertex as usize);
        targets.iter().copied().zip(weights.iter().map(|units| weight::weight(*units)))
    }

    /// Start of each vertex's arcs (and the end of the last's), targets and weights.
    pub(super) fn rows(&self) -> (&[usize], &[u32], &[u32]) {
        (&self.offsets, &self.targets, &self.weights)
    }

    /// The arcs of one vertex as two slices of one length.
    #[inline]
    pub(super) fn row(&self, vertex: usize) -> (&[u32], &[u32]) {
        let bounds = self.offsets.get(vertex).zip(self.offsets.get(vertex + 1));
        let row = bounds.and_then(|(from, to)| {
            let targets = self.targets.get(*from..*to)?;
            Some((targets, self.weights.get(*from..*to)?))
        });
        row.unwrap_or_default()
    }
}
