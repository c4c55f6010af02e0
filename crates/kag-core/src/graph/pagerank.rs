//! Personalised PageRank of a whole graph.

#[cfg(doc)]
use super::Grain;
use super::{Direction, Graph, seeds, solve::solve, sweep::sweep};
use crate::{Error, Result, Scored, rank};

const OPERATION: &str = "graph.pagerank";

/// How [`pagerank`] walks and when it stops.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct PageRankOptions {
    /// Probability of following an edge rather than going back to a seed; at least 0 and
    /// below 1. The default of 0.5 is that of HippoRAG 2; 0.85 is that of web search.
    pub damping: f64,
    /// Largest L1 distance to the exact ranks at which to stop. The default is 1e-4, at which recall on
    /// three sets of questions was that of 1e-6; NetworkX stops at 1e-6 a vertex, which is more for
    /// graphs of over a hundred.
    pub tolerance: f64,
    /// Most passes over the graph; the default is 100.
    pub max_iterations: usize,
}

impl Default for PageRankOptions {
    fn default() -> Self {
        Self { damping: 0.5, tolerance: 1e-4, max_iterations: 100 }
    }
}

impl PageRankOptions {
    /// Sets the probability of following an edge.
    #[must_use]
    pub fn with_damping(mut self, damping: f64) -> Self {
        self.damping = damping;
        self
    }

    /// Sets the largest L1 distance to the exact ranks.
    #[must_use]
    pub fn with_tolerance(mut self, tolerance: f64) -> Self {
        self.tolerance = tolerance;
        self
    }

    /// Sets the most passes over the graph.
    #[must_use]
    pub fn with_max_iterations(mut self, max_iterations: usize) -> Self {
        self.max_iterations = max_iterations;
        self
    }
}

/// What [`pagerank`] found.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct PageRank {
    /// One score a number below [`Graph::vertices`], 0 or above, summing to 1; 0 for one
    /// that is no vertex.
    pub scores: Vec<f64>,
    /// Passes made over the graph.
    pub iterations: usize,
    /// No more than this is the L1 distance between `scores` and the exact ranks, beside what
    /// the rounding of numbers moves (less than a billionth for a billion arcs).
    pub residual: f64,
    /// Whether `residual` is within the tolerance; if not, the passes ran out.
    pub converged: bool,
}

impl PageRank {
    /// The `k` vertices of highest score above 0, best first, ties by vertex.
    #[must_use]
    pub fn top(&self, k: usize) -> Vec<Scored<u32>> {
        let scored = (0u32..).zip(&self.scores);
        let found = scored.filter(|(_, score)| **score > 0.0);
        rank::top_k(found.map(|(vertex, score)| Scored::new(vertex, *score as f32)), k)
    }
}

/// The probability of finding, at each vertex, a walker who starts at a seed and at each
/// step follows an edge with probability `damping` (in proportion to its weight) or else
/// goes back to a seed (in proportion to the seed's weight).
///
/// From a vertex without edges the walker always goes back to a seed. Only the proportions
/// of the seeds' weights matter; a seed given twice has the sum of its weights; *no seeds
/// at all* make every vertex a seed, which is PageRank without personalisation. A graph
/// without vertices has no scores. The result depends on nothing but the arguments.
///
/// An undirected graph is solved by conjugate gradients over the pool that the caller is in,
/// a directed one by Gauss-Seidel passes. The first passes touch only what the seeds reach.
/// On an undirected graph the ranks do not depend on which number which vertex has, to the
/// last bit: what is added up are whole numbers, or rounded so that the order makes no
/// difference ([`Grain`]).
///
/// # Errors
/// [`InvalidInput`](crate::ErrorKind::InvalidInput) if damping is out of range, the
/// tolerance is NaN, a seed is no vertex, or the seeds' weights are negative, not finite or
/// all 0. Not converging is not an error; see [`PageRank::converged`].
pub fn pagerank<G: Graph + ?Sized>(graph: &G, seeds: &[(u32, f32)], options: &PageRankOptions) -> Result<PageRank> {
    seeds::check_damping(OPERATION, options.damping)?;
    if options.tolerance.is_nan() {
        return Err(Error::invalid(OPERATION, "the tolerance is not a number"));
    }
    let seeds = seeds::distribution(OPERATION, graph, seeds)?;
    Ok(match graph.direction() {
        Direction::Directed => sweep(graph, &seeds, options),
        // Entering a pool takes a wake-up, so it is done once and not for each pass.
        Direction::Undirected => rayon::scope(|_| solve(graph, &seeds, options)),
    })
}
