//! What algorithms read of a graph.

use std::{fmt, sync::Arc};

use super::{Csr, Direction, Grain, piece::Piece};

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

    /// For each of `sums`, which belong to the vertices from `first` on, adds up the weights
    /// of its arcs times the `values` of their targets, rounded to `grain`.
    ///
    /// There is one value for each number below [`vertices`](Self::vertices). Nobody need write
    /// this: it is here so that the loop over the arcs is compiled for each kind of graph, and
    /// the caller need not know which one it has.
    fn weigh(&self, first: u32, values: &[f32], grain: Grain, sums: &mut [f64]) {
        for (vertex, sum) in (first..).zip(sums) {
            *sum = self.arcs_of(vertex).weighed(values, grain);
        }
    }
}

/// The arcs that leave one vertex.
#[derive(Clone, Copy, Debug, Default)]
pub struct Arcs<'g> {
    pub(super) targets: &'g [u32],
    pub(super) weights: &'g [f32],
    /// What does not fit there, of vertices with very many arcs that have changed.
    pub(super) more: &'g [Arc<Piece>],
    pub(super) strength: f64,
}

impl<'g> Arcs<'g> {
    /// Targets and beside them their weights, in as many pieces as there are.
    pub(super) fn pieces(&self) -> impl Iterator<Item = (&'g [u32], &'g [f32])> + use<'g> {
        let more = self.more.iter().map(|piece| (&*piece.targets, &*piece.weights));
        std::iter::once((self.targets, self.weights)).chain(more)
    }

    /// Where the arcs lead, ascending, and their weights: finite and above 0.
    pub fn iter(&self) -> impl Iterator<Item = (u32, f32)> + use<'g> {
        self.pieces().flat_map(|(targets, weights)| targets.iter().copied().zip(weights.iter().copied()))
    }

    /// Calls `visit` with the target and the weight of each arc, by target: sooner than by
    /// [`iter`](Self::iter).
    #[inline]
    pub fn each(&self, mut visit: impl FnMut(u32, f32)) {
        self.targets.iter().zip(self.weights).for_each(|(target, weight)| visit(*target, *weight));
        for piece in self.more {
            piece.targets.iter().zip(&piece.weights).for_each(|(target, weight)| visit(*target, *weight));
        }
    }

    /// The sum of the weights times the `values` of their targets, rounded to `grain`.
    #[inline]
    pub(super) fn weighed(&self, values: &[f32], grain: Grain) -> f64 {
        let rest: f64 = self.more.iter().map(|piece| weighed(&piece.targets, &piece.weights, values, grain)).sum();
        weighed(self.targets, self.weights, values, grain) + rest
    }

    /// Sum of the weights; 0 without arcs.
    #[must_use]
    pub fn strength(&self) -> f64 {
        self.strength
    }
}

/// The sum of the weights times the `values` of the targets, rounded to `grain`.
#[expect(clippy::indexing_slicing, reason = "there is one value a number, and targets are numbers")]
#[inline]
pub(super) fn weighed(targets: &[u32], weights: &[f32], values: &[f32], grain: Grain) -> f64 {
    let mut sum = 0.0;
    for (target, weight) in targets.iter().zip(weights) {
        sum += grain.round(f64::from(values[*target as usize]) * f64::from(*weight));
    }
    sum
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
        Arcs { targets, weights, more: &[], strength: self.strength(vertex) }
    }

    #[inline]
    fn degree(&self, vertex: u32) -> usize {
        self.degree(vertex)
    }

    fn direction(&self) -> Direction {
        self.direction()
    }

    fn weigh(&self, first: u32, values: &[f32], grain: Grain, sums: &mut [f64]) {
        let (offsets, targets, weights) = self.rows();
        sums.fill(0.0);
        let rows = offsets.get(first as usize..).unwrap_or_default().windows(2);
        for (sum, bounds) in sums.iter_mut().zip(rows) {
            let [from, to] = bounds else { continue };
            if let Some((targets, weights)) = targets.get(*from..*to).zip(weights.get(*from..*to)) {
                *sum = weighed(targets, weights, values, grain);
            }
        }
    }
}
