//! Personalised PageRank around the seeds only.

use std::collections::VecDeque;

use super::{Graph, seeds};
use crate::{Error, Result, Scored, rank};

const OPERATION: &str = "graph.forward_push";

/// How [`forward_push`] walks and how finely.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct PushOptions {
    /// Probability of following an edge rather than going back to a seed; at least 0 and
    /// below 1. The default of 0.5 is that of HippoRAG 2.
    pub damping: f64,
    /// Probability per arc of a vertex below which it is left waiting; above 0. Smaller is
    /// finer and slower. The default is 1e-5.
    pub epsilon: f64,
}

impl Default for PushOptions {
    fn default() -> Self {
        Self { damping: 0.5, epsilon: 1e-5 }
    }
}

impl PushOptions {
    /// Sets the probability of following an edge.
    #[must_use]
    pub fn with_damping(mut self, damping: f64) -> Self {
        self.damping = damping;
        self
    }

    /// Sets the probability per arc below which a vertex is left waiting.
    #[must_use]
    pub fn with_epsilon(mut self, epsilon: f64) -> Self {
        self.epsilon = epsilon;
        self
    }
}

/// Ranks of the vertices near the seeds, each at most its exact rank; all others count as 0.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct SparseRank {
    /// The vertices reached and their scores above 0, by vertex.
    pub scores: Vec<(u32, f64)>,
    /// Probability not accounted for: exactly the L1 distance to the exact ranks, and what
    /// the scores lack of 1.
    pub residual: f64,
    /// How many times a vertex passed on what was waiting there.
    pub pushes: usize,
}

impl SparseRank {
    /// The score of `vertex`; 0 if it was not reached.
    #[must_use]
    pub fn score(&self, vertex: u32) -> f64 {
        let at = self.scores.binary_search_by_key(&vertex, |(v, _)| *v);
        let found = at.ok().and_then(|at| self.scores.get(at));
        found.map_or(0.0, |(_, score)| *score)
    }

    /// The `k` vertices of highest score, best first, ties by vertex.
    #[must_use]
    pub fn top(&self, k: usize) -> Vec<Scored<u32>> {
        let scored = self.scores.iter();
        rank::top_k(scored.map(|(vertex, score)| Scored::new(*vertex, *score as f32)), k)
    }
}

/// What [`pagerank`](super::pagerank) computes, for the neighbourhood of the seeds only.
///
/// Seeds are read as there. Probability waits at vertices, at first at the seeds; where more
/// than `epsilon` an arc waits, the vertex keeps its share and passes the rest on, first
/// come, first served, until nothing is left to push. At most `1 / ((1 - damping) *
/// epsilon)` arcs are followed, whatever the size of the graph (beyond one look at each
/// seed). On an undirected graph of equal weights no score is more than `epsilon` times its
/// vertex's degree too low. The result depends on nothing but the arguments. (Andersen,
/// Chung, Lang 2006, without the lazy half step; the threshold counts arcs rather than
/// weights so that multiplying all weights changes nothing.)
///
/// # Errors
/// [`InvalidInput`](crate::ErrorKind::InvalidInput) if damping or epsilon is out of range, a
/// seed is no vertex, or the seeds' weights are negative, not finite or all 0.
pub fn forward_push<G: Graph + ?Sized>(graph: &G, seeds: &[(u32, f32)], options: &PushOptions) -> Result<SparseRank> {
    seeds::check_damping(OPERATION, options.damping)?;
    if options.epsilon.is_nan() || options.epsilon <= 0.0 {
        return Err(Error::invalid(OPERATION, "epsilon is above 0").with("epsilon", options.epsilon));
    }
    let seeds = seeds::distribution(OPERATION, graph, seeds)?;
    let mut frontier = Frontier::new(graph, &seeds, options.epsilon);
    let pushes = frontier.run(graph, options.damping);
    Ok(frontier.into_ranks(pushes))
}

/// One vertex's part of the probability.
#[derive(Clone, Copy, Default)]
struct Place {
    stopped: f64,
    waiting: f64,
}

/// What has stopped and what waits, and the vertices where too much waits.
///
/// A vertex is queued if and only if what waits there is over its threshold.
struct Frontier {
    epsilon: f64,
    places: Vec<Place>,
    /// Vertices where something has ever waited, each once, in no order.
    touched: Vec<u32>,
    queue: VecDeque<u32>,
}

impl Frontier {
    fn new<G: Graph + ?Sized>(graph: &G, seeds: &[(u32, f64)], epsilon: f64) -> Self {
        let mut places = vec![Place::default(); graph.vertices()];
        let mut queue = VecDeque::new();
        for (vertex, share) in seeds {
            if let Some(place) = places.get_mut(*vertex as usize) {
                place.waiting = *share;
            }
            if *share > epsilon * graph.degree(*vertex) as f64 {
                queue.push_back(*vertex);
            }
        }
        Self { epsilon, places, touched: seeds.iter().map(|(vertex, _)| *vertex).collect(), queue }
    }

    /// Pushes until nothing is queued; how often it did. What leaves a vertex without arcs
    /// is dropped here and made up for by scaling (see [`into_ranks`](Self::into_ranks)).
    #[expect(clippy::indexing_slicing, reason = "there is one place a vertex, and seeds and targets are vertices")]
    fn run<G: Graph + ?Sized>(&mut self, graph: &G, damping: f64) -> usize {
        let mut pushes = 0;
        while let Some(vertex) = self.queue.pop_front() {
            pushes += 1;
            let place = &mut self.places[vertex as usize];
            let here = std::mem::take(&mut place.waiting);
            place.stopped += (1.0 - damping) * here;
            let arcs = graph.arcs_of(vertex);
            let share = damping * here / arcs.strength as f64;
            arcs.each(|target, weight| {
                let place = &mut self.places[target as usize];
                let before = place.waiting;
                place.waiting += share * f64::from(weight);
                if before == 0.0 && place.stopped == 0.0 {
                    self.touched.push(target);
                }
                let threshold = self.epsilon * graph.degree(target) as f64;
                if before <= threshold && place.waiting > threshold {
                    self.queue.push_back(target);
                }
            });
        }
        pushes
    }

    /// Scales by what has not been dropped. A dropped walker would have begun anew at a seed
    /// and fared like all others, so the ranks are as those of the walkers that are left.
    fn into_ranks(mut self, pushes: usize) -> SparseRank {
        self.touched.sort_unstable();
        self.touched.dedup();
        let (mut stopped, mut waiting) = (0.0, 0.0);
        let mut scores = Vec::with_capacity(self.touched.len());
        for vertex in self.touched {
            let place = self.places.get(vertex as usize).copied().unwrap_or_default();
            stopped += place.stopped;
            waiting += place.waiting;
            if place.stopped > 0.0 {
                scores.push((vertex, place.stopped));
            }
        }
        let total = stopped + waiting;
        if total > 0.0 {
            scores.iter_mut().for_each(|(_, score)| *score /= total);
        }
        SparseRank { scores, residual: if total > 0.0 { waiting / total } else { 0.0 }, pushes }
    }
}
