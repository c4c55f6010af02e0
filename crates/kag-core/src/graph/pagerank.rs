//! Personalised PageRank of a whole graph.

use super::{Graph, seeds};
use crate::{Error, Result, Scored, rank};

const OPERATION: &str = "graph.pagerank";

/// How [`pagerank`] walks and when it stops.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct PageRankOptions {
    /// Probability of following an edge rather than going back to a seed; at least 0 and
    /// below 1. The default of 0.5 is that of HippoRAG 2; 0.85 is that of web search.
    pub damping: f64,
    /// Largest L1 distance to the exact ranks at which to stop; the default is 1e-6.
    pub tolerance: f64,
    /// Most passes over the graph; the default is 100.
    pub max_iterations: usize,
}

impl Default for PageRankOptions {
    fn default() -> Self {
        Self { damping: 0.5, tolerance: 1e-6, max_iterations: 100 }
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
    /// No more than this is the L1 distance between `scores` and the exact ranks.
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
/// Ranks are solved for by Gauss-Seidel passes in push form: each vertex in turn keeps its
/// share of the probability waiting there and passes the rest on, which its successors may
/// still use in the same pass. What is left waiting is the error, so the stopping rule is
/// exact, passes are about half of those of the usual power iteration, and the first passes
/// touch only what the seeds reach.
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
    let mut walk = Walk::new(graph.vertices(), &seeds);
    let mut iterations = 0;
    let mut residual = walk.error();
    while residual > options.tolerance && iterations < options.max_iterations {
        walk.pass(graph, options.damping);
        iterations += 1;
        residual = walk.error();
    }
    Ok(PageRank { scores: walk.into_scores(), iterations, residual, converged: residual <= options.tolerance })
}

/// The state of a walk of very many walkers at once: those that stopped, and those waiting.
///
/// A walker stops with probability `1 - damping` wherever it is; where they stop are the
/// ranks. One who must go back to a seed for want of an edge begins anew, so leaving it out
/// and scaling the rest up to 1 at the end changes nothing.
struct Walk {
    stopped: Vec<f64>,
    waiting: Vec<f64>,
}

impl Walk {
    fn new(vertices: usize, seeds: &[(u32, f64)]) -> Self {
        let mut waiting = vec![0.0; vertices];
        for (vertex, share) in seeds {
            if let Some(here) = waiting.get_mut(*vertex as usize) {
                *here = *share;
            }
        }
        Self { stopped: vec![0.0; vertices], waiting }
    }

    #[expect(clippy::indexing_slicing, reason = "both vectors have one element a vertex, and targets are vertices")]
    fn pass<G: Graph + ?Sized>(&mut self, graph: &G, damping: f64) {
        let waiting = self.waiting.as_mut_slice();
        for (vertex, stopped) in self.stopped.iter_mut().enumerate() {
            let here = std::mem::take(&mut waiting[vertex]);
            if here == 0.0 {
                continue;
            }
            *stopped += (1.0 - damping) * here;
            let arcs = graph.arcs_of(vertex as u32);
            let share = damping * here / arcs.strength;
            arcs.each(|target, weight| waiting[target as usize] += share * f64::from(weight));
        }
    }

    /// An upper bound of the L1 distance between the scaled `stopped` and the ranks: those
    /// waiting may all stop where none has, and scaling moves as much again.
    fn error(&self) -> f64 {
        let waiting: f64 = self.waiting.iter().sum();
        let stopped: f64 = self.stopped.iter().sum();
        if waiting > 0.0 { 2.0 * waiting / (stopped + waiting) } else { 0.0 }
    }

    fn into_scores(self) -> Vec<f64> {
        let mut scores = self.stopped;
        let mut total: f64 = scores.iter().sum();
        if total == 0.0 {
            // No pass was made: the seeds are all that is known.
            scores = self.waiting;
            total = scores.iter().sum();
        }
        scores.iter_mut().for_each(|score| *score /= total);
        scores
    }
}
