//! Ranks by conjugate gradients: for undirected graphs.
//!
//! With the weights `W` of an undirected graph and the strengths `D` of its vertices, the
//! ranks are `D z`, where `(D - damping W) z` is what the seeds give. That system is
//! symmetric and positive, so each pass is the best step that there is, and there are about
//! as many as of Gauss-Seidel. But a pass reads what others write nowhere: rows are shared
//! among threads, and since every sum is one of [grains](Grain), the result is the same for
//! any number of them, and for any numbering of the vertices.

mod places;

use self::places::{Places, Rest, Stride};
use super::{Grain, Graph, PageRank, PageRankOptions, grain::power_below};

/// A sum that is less than this part of its bound is computed with a finer grain.
const COARSE: f64 = 1.0 / (1 << 16) as f64;
/// Units of a step of the largest power of two that no step is twice as large as.
const UNITS: f64 = (1 << 13) as f64;

/// The ranks of `graph`, which is undirected, from `seeds`, a distribution.
pub(super) fn solve<G: Graph + ?Sized>(graph: &G, seeds: &[(u32, f64)], options: &PageRankOptions) -> PageRank {
    let mut solve = Solve::new(graph, seeds, options.damping);
    let mut iterations = 0;
    loop {
        let is_last = iterations >= options.max_iterations || solve.is_exact();
        if is_last || solve.error(solve.ahead() * solve.net) <= options.tolerance {
            let (scores, residual) = solve.ranks();
            if is_last || residual <= options.tolerance {
                return PageRank { scores, iterations, residual, converged: residual <= options.tolerance };
            }
        }
        solve.advance();
        iterations += 1;
    }
}

struct Solve<'g, G: ?Sized> {
    graph: &'g G,
    damping: f64,
    places: Places,
    /// What all equations lack.
    rest: Rest,
    /// About the sum of what equations lack.
    net: f64,
    /// Sum of the strengths of all vertices.
    strength: f64,
    /// A power of two that steps are multiples of.
    unit: f64,
    /// What is known of the next step.
    step: Step,
    /// Seeds without edges, from where the walker goes nowhere else.
    apart: Vec<(u32, f64)>,
    /// The exact sum of the ranks as long as walkers that went back for want of an edge count
    /// as lost; seeds are the only vertices from which they do.
    total: f64,
}

/// What is known of the steps of all vertices.
#[derive(Clone, Copy, Debug, Default)]
struct Step {
    /// No less than the largest.
    most: f64,
    /// At least the sum of magnitudes times strengths.
    size: f64,
    /// At least the root of the sum of squares times strengths.
    length: f64,
}

impl<'g, G: Graph + ?Sized> Solve<'g, G> {
    fn new(graph: &'g G, seeds: &[(u32, f64)], damping: f64) -> Self {
        let mut places = Places::of(graph);
        let (mut apart, mut joined, mut alone) = (Vec::new(), 0.0, 0.0);
        let grain = Grain::for_sums_within(2.0);
        for (vertex, share) in seeds {
            if graph.degree(*vertex) == 0 {
                apart.push((*vertex, (1.0 - damping) * share));
                alone += grain.round(*share);
            } else {
                places.seed(*vertex, (1.0 - damping) * share);
                joined += grain.round(*share);
            }
        }
        let (rest, strength) = (places.seeded(), places.strength());
        let mut solve = Self {
            graph,
            damping,
            places,
            rest,
            net: rest.size,
            strength,
            unit: 1.0,
            step: Step::default(),
            apart,
            total: joined + (1.0 - damping) * alone,
        };
        solve.turn(0.0, 0.0);
        solve
    }

    /// Whether no step can better anything.
    fn is_exact(&self) -> bool {
        self.rest.square <= 0.0
    }

    /// The L1 distance between the ranks as [`ranks`](Self::ranks) gives them and the exact
    /// ones, if before scaling their sum is off by this much.
    ///
    /// What equations lack, added to the ranks, leaves what would still come of it by walking
    /// on from there. Scaling moves as much again as the sum is off.
    fn error(&self, off: f64) -> f64 {
        if self.total > 0.0 { (self.ahead() * self.rest.size + off.abs()) / self.total } else { 0.0 }
    }

    /// How often, on average, a walker goes on before it goes back.
    fn ahead(&self) -> f64 {
        self.damping / (1.0 - self.damping)
    }

    /// One step.
    fn advance(&mut self) {
        let stride = Stride { unit: self.unit, damping: self.damping };
        // By Cauchy and Schwarz, as no eigenvalue is larger than 1 + damping.
        let grain = Grain::for_sums_within((1.0 + self.damping) * self.step.length.powi(2));
        let (slope, sent) = self.places.slopes(self.graph, stride, grain);
        if slope <= 0.0 {
            // Only what is lost in rounding is left.
            self.rest.square = 0.0;
            return;
        }
        let length = self.rest.square / slope;
        // The rest is no larger than it was and what the step moves; its square is larger by
        // the ratio of the eigenvalues at most.
        let size = self.rest.size + length * (1.0 + self.damping) * self.step.size;
        let spread = (1.0 + self.damping) / (1.0 - self.damping);
        let square = 2.0 * spread * self.rest.square;
        let mut rest = self.places.lack(length, (Grain::for_sums_within(size), Grain::for_sums_within(square)));
        if rest.square < COARSE * square {
            // So much smaller at once that the grain was too coarse for it.
            let moved = 2.0 * f64::EPSILON * square * self.places.len() as f64;
            rest.square = self.places.square(Grain::for_sums_within(rest.square + moved));
        }
        // Of what a step is, the part that goes back is lost and the rest goes on to others.
        self.net -= length * (1.0 - self.damping) * self.unit * sent as f64;
        let turn = rest.square / self.rest.square;
        self.rest = rest;
        self.turn(length, turn);
    }

    /// Makes the step, of this length. The next one leads where the rest does, and `turn` times
    /// where this one did.
    fn turn(&mut self, length: f64, turn: f64) {
        let (rest, step) = (self.rest, self.step);
        let most = rest.steepest + turn * step.most;
        let unit = power_below(most) / UNITS;
        self.places.turn(Stride { unit: self.unit, damping: self.damping }, (length, turn), unit);
        self.unit = unit;
        // Rounding moves each step by half a unit at most.
        self.step = Step {
            most: most + unit,
            size: rest.size + turn * step.size + unit * self.strength,
            length: rest.square.sqrt() + turn * step.length + unit * self.strength.sqrt(),
        };
    }

    /// The ranks, none below 0 and summing to 1, and how far from the exact ones they may be.
    fn ranks(&self) -> (Vec<f64>, f64) {
        let mut scores = self.places.scores();
        for (vertex, share) in &self.apart {
            scores.iter_mut().skip(*vertex as usize).take(1).for_each(|score| *score = *share);
        }
        let total = places::sum(&scores, Grain::for_sums_within(2.0 + 2.0 * self.ahead() * self.rest.size));
        places::scale(&mut scores, total);
        (scores, self.error(total - self.total))
    }
}
