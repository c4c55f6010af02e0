//! Personalised PageRank around the seeds only.

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
/// than `epsilon` an arc waits, the vertex keeps its share and passes the rest on, all such
/// vertices at once, round after round, until nothing is left to push. At most `1 / ((1 - damping) *
/// epsilon)` arcs are followed, whatever the size of the graph (beyond one look at each
/// seed). On an undirected graph of equal weights no score is more than `epsilon` times its
/// vertex's degree too low. The result depends on nothing but the arguments, and not on which number
/// which vertex has: what waits is counted in units of 2⁻⁶⁰, so that it adds up to the same in any order.
/// (Andersen,
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

/// What a probability of 1 is in units.
const WHOLE: f64 = (1u64 << 60) as f64;

/// One vertex's part of the probability, in units.
#[derive(Clone, Copy, Default)]
struct Place {
    stopped: u64,
    waiting: u64,
}

/// What has stopped and what waits, and the vertices where too much waits.
///
/// A vertex is queued if and only if what waits there is over its threshold.
struct Frontier {
    /// In units.
    epsilon: f64,
    places: Vec<Place>,
    /// Vertices where something has ever waited, some of them twice, in no order.
    touched: Vec<u32>,
    queue: Vec<u32>,
}

impl Frontier {
    fn new<G: Graph + ?Sized>(graph: &G, seeds: &[(u32, f64)], epsilon: f64) -> Self {
        let epsilon = epsilon * WHOLE;
        let mut places = vec![Place::default(); graph.vertices()];
        let mut queue = Vec::new();
        for (vertex, share) in seeds {
            let waiting = (share * WHOLE) as u64;
            if let Some(place) = places.get_mut(*vertex as usize) {
                place.waiting = waiting;
            }
            if waiting as f64 > epsilon * graph.degree(*vertex) as f64 {
                queue.push(*vertex);
            }
        }
        Self { epsilon, places, touched: seeds.iter().map(|(vertex, _)| *vertex).collect(), queue }
    }

    /// Pushes until nothing is queued; how often it did. What leaves a vertex without arcs
    /// is dropped here, as is what rounding leaves, and made up for by scaling (see
    /// [`into_ranks`](Self::into_ranks)).
    #[expect(clippy::indexing_slicing, reason = "there is one place a vertex, and seeds and targets are vertices")]
    fn run<G: Graph + ?Sized>(&mut self, graph: &G, damping: f64) -> usize {
        let mut pushes = 0;
        let mut round: Vec<(u32, f64)> = Vec::new();
        while !self.queue.is_empty() {
            pushes += self.queue.len();
            // All take what waits before any passes on, so that their order makes no difference.
            for vertex in self.queue.drain(..) {
                let place = &mut self.places[vertex as usize];
                let here = std::mem::take(&mut place.waiting);
                let stopping = ((1.0 - damping) * here as f64) as u64;
                place.stopped += stopping;
                round.push((vertex, here.saturating_sub(stopping) as f64));
            }
            for (vertex, passing) in round.drain(..) {
                let arcs = graph.arcs_of(vertex);
                let share = passing / arcs.strength as f64;
                arcs.each(|target, weight| {
                    let place = &mut self.places[target as usize];
                    let before = place.waiting;
                    place.waiting += (share * f64::from(weight)) as u64;
                    if before == 0 && place.stopped == 0 {
                        self.touched.push(target);
                    }
                    let threshold = self.epsilon * graph.degree(target) as f64;
                    if before as f64 <= threshold && place.waiting as f64 > threshold {
                        self.queue.push(target);
                    }
                });
            }
        }
        pushes
    }

    /// Scales by what has not been dropped. A dropped walker would have begun anew at a seed
    /// and fared like all others, so the ranks are as those of the walkers that are left.
    fn into_ranks(mut self, pushes: usize) -> SparseRank {
        self.touched.sort_unstable();
        self.touched.dedup();
        let (mut stopped, mut waiting) = (0, 0);
        let mut reached = Vec::with_capacity(self.touched.len());
        for vertex in self.touched {
            let place = self.places.get(vertex as usize).copied().unwrap_or_default();
            stopped += place.stopped;
            waiting += place.waiting;
            if place.stopped > 0 {
                reached.push((vertex, place.stopped));
            }
        }
        let total = (stopped + waiting) as f64;
        let share = |units: u64| if total > 0.0 { units as f64 / total } else { 0.0 };
        let scores = reached.into_iter().map(|(vertex, stopped)| (vertex, share(stopped))).collect();
        SparseRank { scores, residual: share(waiting), pushes }
    }
}
