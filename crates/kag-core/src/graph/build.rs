//! Edges in any order into compressed sparse rows.

use super::{Csr, Direction, MAX_WEIGHT, weight};
use crate::{Error, Result};

/// Collects edges, in any order, and builds a [`Csr`] of them.
///
/// The graph depends on which edges were added and never on their order. Parallel edges
/// become one with the sum of their weights; read as undirected, `a -> b` and `b -> a` are
/// parallel. A self loop is kept and counts once, even when undirected. An edge of weight 0
/// is no edge.
///
/// Weights are kept to 2⁻¹⁶, with no less for one above 0: sums of them are exact then, and have
/// no order. Where only proportions matter, as for ranks, scale other weights to between that and
/// [`MAX_WEIGHT`], which is also about the most that parallel edges add up to.
#[derive(Clone, Debug)]
pub struct CsrBuilder {
    vertices: u32,
    edges: Vec<Arc>,
}

/// One arc before it has found its row.
#[derive(Clone, Copy, Debug)]
struct Arc {
    from: u32,
    to: u32,
    /// In units.
    weight: u32,
}

impl CsrBuilder {
    /// A builder of a graph of the vertices `0..vertices`, so far without edges.
    #[must_use]
    pub fn new(vertices: u32) -> Self {
        Self { vertices, edges: Vec::new() }
    }

    /// Adds an edge.
    ///
    /// # Errors
    /// [`InvalidInput`](crate::ErrorKind::InvalidInput) if a vertex does not exist or the
    /// weight is not from 0 to [`MAX_WEIGHT`]; nothing is added then.
    pub fn add(&mut self, from: u32, to: u32, weight: f32) -> Result<()> {
        let vertex = from.max(to);
        if vertex >= self.vertices {
            return Err(Error::invalid("graph.build", "no such vertex")
                .with("vertex", vertex)
                .with("vertices", self.vertices));
        }
        let weight = weight::units(weight).ok_or_else(|| {
            Error::invalid("graph.build", "no such weight")
                .with("from", from)
                .with("to", to)
                .with("weight", weight)
                .with("largest", MAX_WEIGHT)
        })?;
        if weight > 0 {
            self.edges.push(Arc { from, to, weight });
        }
        Ok(())
    }

    /// The graph of the edges added so far, read one way or both.
    #[must_use]
    pub fn build(self, direction: Direction) -> Csr {
        let vertices = self.vertices as usize;
        let mut arcs = self.edges;
        if direction == Direction::Undirected {
            let there = arcs.len();
            arcs.extend_from_within(..);
            for arc in arcs.iter_mut().skip(there) {
                std::mem::swap(&mut arc.from, &mut arc.to);
            }
            let mut at = 0;
            arcs.retain(|arc| {
                at += 1;
                at <= there || arc.from != arc.to
            });
        }
        let mut rows = by_row(vertices, &arcs);
        drop(arcs);
        let mut offsets = Vec::with_capacity(vertices + 1);
        let (mut targets, mut weights) = (Vec::new(), Vec::new());
        offsets.push(0);
        let mut rest = rows.arcs.as_mut_slice();
        for length in rows.lengths {
            let (row, next) = std::mem::take(&mut rest).split_at_mut(length);
            rest = next;
            row.sort_unstable();
            for parallel in row.chunk_by(|(left, _), (right, _)| left == right) {
                targets.extend(parallel.first().map(|(target, _)| *target));
                weights.push(parallel.iter().fold(0, |sum: u32, (_, weight)| sum.saturating_add(*weight)));
            }
            offsets.push(targets.len());
        }
        Csr::from_rows(direction, offsets, targets, weights)
    }
}

/// Arcs grouped by the vertex they leave.
struct Rows {
    lengths: Vec<usize>,
    arcs: Vec<(u32, u32)>,
}

/// A counting sort by the vertex left.
#[expect(
    clippy::indexing_slicing,
    reason = "`add` has checked that every vertex is below `vertices`, and places are a permutation"
)]
fn by_row(vertices: usize, arcs: &[Arc]) -> Rows {
    let mut lengths = vec![0; vertices];
    for arc in arcs {
        lengths[arc.from as usize] += 1;
    }
    let mut place = Vec::with_capacity(vertices);
    let mut start = 0;
    for length in &lengths {
        place.push(start);
        start += length;
    }
    let mut sorted = vec![(0, 0); arcs.len()];
    for arc in arcs {
        let at = &mut place[arc.from as usize];
        sorted[*at] = (arc.to, arc.weight);
        *at += 1;
    }
    Rows { lengths, arcs: sorted }
}
