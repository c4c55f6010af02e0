//! What algorithms read of a graph.

use std::{fmt, sync::Arc};

use super::{Csr, Direction, piece::Piece, runs, weight};

/// A weighted graph whose vertices are numbers, as the algorithms of this module read it.
///
/// ```
/// use kag_core::graph::{CsrBuilder, Direction, Graph};
///
/// fn heaviest(graph: &impl Graph, vertex: u32) -> Option<u32> {
///     let best = graph.arcs_of(vertex).iter().max_by(|(_, a), (_, b)| a.total_cmp(b));
///     best.map(|(target, _)| target)
/// }
///
/// let mut edges = CsrBuilder::new(3);
/// edges.add(0, 1, 1.0)?;
/// edges.add(0, 2, 2.0)?;
/// assert_eq!(heaviest(&edges.build(Direction::Undirected), 0), Some(2));
/// # Ok::<(), kag_core::Error>(())
/// ```
pub trait Graph: fmt::Debug + Send + Sync {
    /// Every vertex is a number below this; not every number need be a vertex.
    fn vertices(&self) -> usize;

    /// Whether this number is a vertex.
    fn contains(&self, vertex: u32) -> bool;

    /// The arcs that leave `vertex`, by target, each target once and each a vertex; none if
    /// it is no vertex.
    fn arcs_of(&self, vertex: u32) -> Arcs<'_>;

    /// Number of arcs that leave `vertex`.
    fn degree(&self, vertex: u32) -> usize;

    /// Whether each arc has one of the same weight that leads back.
    fn direction(&self) -> Direction;

    /// For each of `sums`, which belong to the vertices from `first` on, adds up the weights of
    /// its arcs, in units of 2⁻¹⁶, times the `values` of their targets.
    ///
    /// There is one value for each number below [`vertices`](Self::vertices). Nobody need write
    /// this: it is here so that the loop over the arcs is compiled for each kind of graph, and
    /// the caller need not know which one it has.
    fn weigh(&self, first: u32, values: &[i16], sums: &mut [i64]) {
        for (vertex, sum) in (first..).zip(sums) {
            *sum = self.arcs_of(vertex).weighed(values);
        }
    }
}

/// The arcs that leave one vertex.
#[derive(Clone, Copy, Debug, Default)]
pub struct Arcs<'g> {
    pub(super) targets: &'g [u32],
    /// In units, as all that is kept of weights.
    pub(super) weights: &'g [u32],
    /// What does not fit there, of vertices with very many arcs that have changed.
    pub(super) more: &'g [Arc<Piece>],
    pub(super) strength: u64,
}

impl<'g> Arcs<'g> {
    /// Targets and beside them their weights, in as many pieces as there are.
    pub(super) fn pieces(&self) -> impl Iterator<Item = (&'g [u32], &'g [u32])> + use<'g> {
        let more = self.more.iter().map(|piece| (&*piece.targets, &*piece.weights));
        std::iter::once((self.targets, self.weights)).chain(more)
    }

    /// Where the arcs lead, ascending, and their weights, above 0.
    pub fn iter(&self) -> impl Iterator<Item = (u32, f64)> + use<'g> {
        let arcs = |(targets, weights): (&'g [u32], &'g [u32])| targets.iter().copied().zip(weights.iter().copied());
        self.pieces().flat_map(arcs).map(|(target, units)| (target, weight::weight(units)))
    }

    /// Calls `visit` with the target of each arc, by target, and its weight in units.
    #[inline]
    pub(super) fn each(&self, mut visit: impl FnMut(u32, u32)) {
        self.targets.iter().zip(self.weights).for_each(|(target, weight)| visit(*target, *weight));
        for piece in self.more {
            piece.targets.iter().zip(&piece.weights).for_each(|(target, weight)| visit(*target, *weight));
        }
    }

    /// The sum of the weights times the `values` of their targets.
    #[inline]
    pub(super) fn weighed(&self, values: &[i16]) -> i64 {
        let mut sum = 0;
        self.each(|target, weight| sum = i64::wrapping_add(sum, runs::term(weight, values, target)));
        sum
    }

    /// Sum of the weights; 0 without arcs.
    #[must_use]
    pub fn strength(&self) -> f64 {
        weight::strength(self.strength)
    }
}

impl Graph for Csr {
    #[inline]
    fn vertices(&self) -> usize {
        self.vertices()
    }

    #[inline]
    fn contains(&self, vertex: u32) -> bool {
        (vertex as usize) < self.vertices()
    }

    #[inline]
    fn arcs_of(&self, vertex: u32) -> Arcs<'_> {
        let (targets, weights) = self.row(vertex as usize);
        Arcs { targets, weights, more: &[], strength: self.total(vertex) }
    }

    #[inline]
    fn degree(&self, vertex: u32) -> usize {
        self.degree(vertex)
    }

    fn direction(&self) -> Direction {
        self.direction()
    }

    fn weigh(&self, first: u32, values: &[i16], sums: &mut [i64]) {
        let (offsets, targets, weights) = self.rows();
        runs::weigh((offsets.get(first as usize..).unwrap_or_default(), targets, weights), values, sums);
    }
}
