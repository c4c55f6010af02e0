//! What algorithms read of a graph.

use std::fmt;

use super::Csr;

/// A weighted graph whose vertices are numbers, as the algorithms of this module read it.
///
/// ```
/// use kag_core::graph::{Arcs, CsrBuilder, Direction, Graph};
///
/// fn heaviest(graph: &impl Graph, vertex: u32) -> Option<u32> {
///     let Arcs { targets, weights, .. } = graph.arcs_of(vertex);
///     let best = targets.iter().zip(weights).max_by(|(_, a), (_, b)| a.total_cmp(b));
///     best.map(|(target, _)| *target)
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
    fn degree(&self, vertex: u32) -> usize {
        self.arcs_of(vertex).targets.len()
    }
}

/// The arcs that leave one vertex.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Arcs<'g> {
    /// Where they lead, ascending.
    pub targets: &'g [u32],
    /// Beside `targets` the weight of each: finite and above 0.
    pub weights: &'g [f32],
    /// Sum of the weights, in their order.
    pub strength: f64,
}

impl Graph for Csr {
    fn vertices(&self) -> usize {
        self.vertices()
    }

    fn contains(&self, vertex: u32) -> bool {
        (vertex as usize) < self.vertices()
    }

    fn arcs_of(&self, vertex: u32) -> Arcs<'_> {
        let (targets, weights) = self.row(vertex as usize);
        Arcs { targets, weights, strength: self.strength(vertex) }
    }

    fn degree(&self, vertex: u32) -> usize {
        self.degree(vertex)
    }
}
