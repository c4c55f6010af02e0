//! Ranks by Gauss-Seidel passes in push form: for any graph.

use super::{Graph, PageRank, PageRankOptions};

/// The ranks of `graph` from `seeds`, a distribution.
///
/// Each vertex in turn keeps its share of the probability waiting there and passes the rest
/// on, which its successors may still use in the same pass. What is left waiting is the
/// error, so the stopping rule is exact, passes are about half of those of the usual power
/// iteration, and the first passes touch only what the seeds reach.
pub(super) fn sweep<G: Graph + ?Sized>(graph: &G, seeds: &[(u32, f64)], options: &PageRankOptions) -> PageRank {
    let mut walk = Walk::new(graph.vertices(), seeds);
    let mut iterations = 0;
    let mut residual = walk.error();
    while residual > options.tolerance && iterations < options.max_iterations {
        walk.pass(graph, options.damping);
        iterations += 1;
        residual = walk.error();
    }
    PageRank { scores: walk.into_scores(), iterations, residual, converged: residual <= options.tolerance }
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
            let share = damping * here / arcs.strength as f64;
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
