//! Ranks by conjugate gradients: for undirected graphs.
//!
//! With the weights `W` of an undirected graph and the strengths `D` of its vertices, the
//! ranks are `D z`, where `(D - damping W) z` is what the seeds give. That system is
//! symmetric and positive, so each pass is the best step that there is, and there are about
//! as many as of Gauss-Seidel. But a pass reads what others write nowhere: rows are shared
//! among threads, and since every sum is one of [grains](Grain), the result is the same for
//! any number of them, and for any numbering of the vertices.

use rayon::prelude::*;

use super::{Grain, Graph, PageRank, PageRankOptions, grain::power_below};

/// Vertices that a thread takes at once.
const BLOCK: usize = 1 << 12;
/// Rows of a block whose sums are computed together.
const ROWS: usize = 1 << 8;
/// A sum that is less than this part of its bound is computed with a finer grain.
const COARSE: f64 = 1.0 / (1 << 16) as f64;
/// Vertices are gone through one by one while fewer than one in so many is reached.
const FEW: usize = 8;

/// The ranks of `graph`, which is undirected, from `seeds`, a distribution.
pub(super) fn solve<G: Graph + ?Sized>(graph: &G, seeds: &[(u32, f64)], options: &PageRankOptions) -> PageRank {
    let mut solve = Solve::new(graph, seeds, options.damping);
    let mut iterations = 0;
    loop {
        let is_last = iterations >= options.max_iterations || solve.is_exact();
        if is_last || solve.error(solve.ahead() * solve.rest.net) <= options.tolerance {
            let (scores, residual) = solve.ranks();
            if is_last || residual <= options.tolerance {
                return PageRank { scores, iterations, residual, converged: residual <= options.tolerance };
            }
        }
        solve.advance();
        iterations += 1;
    }
}

/// What all equations lack.
#[derive(Clone, Copy, Debug)]
struct Rest {
    /// Sum of magnitudes.
    size: f64,
    /// Sum.
    net: f64,
    /// Sum of squares by strength.
    square: f64,
    /// The largest of those squares, and how many are not 0.
    largest: f64,
    count: usize,
    /// The largest magnitude by strength.
    steepest: f64,
}

/// What is known of the vertices, by number.
#[derive(Debug)]
struct Places {
    /// Sum of its weights.
    strengths: Vec<f64>,
    /// Its rank so far by strength.
    ranks: Vec<f64>,
    /// What its equation lacks.
    rests: Vec<f64>,
    /// What a step changes of its equation; then the rest by strength.
    changes: Vec<f64>,
    /// The direction of the next step, in [units](Solve::unit). Any direction serves, so that it
    /// is rounded loses nothing, and half the memory is read out of order.
    steps: Vec<f32>,
}

/// The vertices that are not 0 yet.
#[derive(Debug)]
enum Reached {
    /// These, and for each vertex whether it is one.
    Few(Vec<u32>, Vec<bool>),
    All,
}

struct Solve<'g, G: ?Sized> {
    graph: &'g G,
    damping: f64,
    places: Places,
    reached: Reached,
    rest: Rest,
    /// A power of two that steps are multiples of.
    unit: f64,
    /// No less than the largest step.
    step_most: f64,
    /// At least the sum of magnitudes of steps times strengths.
    step_size: f64,
    /// The sum of squares of steps times strengths.
    step_square: f64,
    /// Seeds without edges, from where the walker goes nowhere else.
    apart: Vec<(u32, f64)>,
    /// The exact sum of the ranks as long as walkers that went back for want of an edge count
    /// as lost; seeds are the only vertices from which they do.
    total: f64,
}

impl<'g, G: Graph + ?Sized> Solve<'g, G> {
    #[expect(clippy::indexing_slicing, reason = "seeds are vertices")]
    fn new(graph: &'g G, seeds: &[(u32, f64)], damping: f64) -> Self {
        let vertices = graph.vertices();
        let mut places = Places::of(graph);
        let (mut few, mut is_few, mut apart) = (Vec::new(), vec![false; vertices], Vec::new());
        let mut squares = Vec::with_capacity(seeds.len());
        let grain = Grain::for_sums_within(2.0);
        let (mut joined, mut alone, mut step_most) = (0.0, 0.0, 0.0);
        for (vertex, share) in seeds {
            let at = *vertex as usize;
            let strength = places.strengths[at];
            let rest = (1.0 - damping) * share;
            if strength == 0.0 {
                apart.push((*vertex, rest));
                alone += grain.round(*share);
                continue;
            }
            places.rests[at] = rest;
            places.changes[at] = rest / strength;
            step_most = places.changes[at].max(step_most);
            squares.push(rest * places.changes[at]);
            joined += grain.round(*share);
            few.push(*vertex);
            is_few[at] = true;
        }
        let (largest, count) = (squares.iter().copied().fold(0.0, f64::max), squares.len());
        let grain = Grain::for_sums_within(largest * count as f64);
        let square = squares.into_iter().map(|square| grain.round(square)).sum();
        let size = (1.0 - damping) * joined;
        let mut solve = Self {
            graph,
            damping,
            places,
            reached: Reached::Few(few, is_few),
            rest: Rest { size, net: size, square, largest, count, steepest: step_most },
            unit: 1.0,
            step_most: 0.0,
            step_size: 0.0,
            step_square: 0.0,
            apart,
            total: joined + (1.0 - damping) * alone,
        };
        solve.look_around();
        solve.turn(0.0);
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

    /// Goes through all vertices from now on, if many are reached.
    fn look_around(&mut self) {
        if matches!(&self.reached, Reached::Few(few, _) if few.len() * FEW > self.places.steps.len()) {
            self.reached = Reached::All;
        }
    }

    /// One step.
    fn advance(&mut self) {
        // By Cauchy and Schwarz, as no eigenvalue is larger than 1 + damping.
        let slope = self.slopes(Grain::for_sums_within((1.0 + self.damping) * self.step_square));
        if slope <= 0.0 {
            // Only what is lost in rounding is left.
            self.rest.square = 0.0;
            return;
        }
        self.look_around();
        let length = self.rest.square / slope;
        // The rest is no larger than it was and what the step moves; its square is larger by
        // the ratio of the eigenvalues at most.
        let size = self.rest.size + length * (1.0 + self.damping) * self.step_size;
        let spread = (1.0 + self.damping) / (1.0 - self.damping);
        let square = 2.0 * spread * self.rest.square;
        let mut rest = self.step(length, (Grain::for_sums_within(size), Grain::for_sums_within(square)));
        if rest.square < COARSE * square {
            // So much smaller at once that the grain was too coarse for it.
            rest.square = self.square(Grain::for_sums_within(rest.largest * rest.count as f64));
        }
        let turn = rest.square / self.rest.square;
        self.rest = rest;
        self.turn(turn);
    }

    /// Computes what a step changes; the sum of that times the steps.
    #[expect(clippy::indexing_slicing, reason = "what is reached are vertices, and targets too")]
    fn slopes(&mut self, grain: Grain) -> f64 {
        let (graph, damping, unit) = (self.graph, self.damping, self.unit);
        let sums = Grain::for_sums_within(self.step_size / unit);
        let Places { strengths, changes, steps, .. } = &mut self.places;
        let Reached::Few(few, is_few) = &mut self.reached else {
            let blocks = (changes.par_chunks_mut(ROWS), strengths.par_chunks(ROWS), steps.par_chunks(ROWS));
            let rows = blocks.into_par_iter().enumerate().with_min_len(BLOCK / ROWS);
            let slope = |(block, (changes, strengths, here)): (usize, SlopeBlock<'_>)| {
                graph.weigh((block * ROWS) as u32, steps, sums, changes);
                let rows = changes.iter_mut().zip(strengths).zip(here);
                rows.map(|((change, strength), step)| grain.round(slope(change, *strength, (*step, unit), damping)))
                    .sum::<f64>()
            };
            return rows.map(slope).sum();
        };
        for at in 0..few.len() {
            let from = few[at];
            let step = f64::from(steps[from as usize]);
            graph.arcs_of(from).each(|target, weight| {
                let to = target as usize;
                if !std::mem::replace(&mut is_few[to], true) {
                    few.push(target);
                }
                changes[to] += sums.round(step * f64::from(weight));
            });
        }
        let slope = |at: usize| grain.round(slope(&mut changes[at], strengths[at], (steps[at], unit), damping));
        few.iter().map(|vertex| *vertex as usize).map(slope).sum()
    }

    /// Makes a step of this length; what is lacking then.
    #[expect(clippy::indexing_slicing, reason = "what is reached are vertices")]
    fn step(&mut self, length: f64, grains: (Grain, Grain)) -> Rest {
        let (Places { strengths, ranks, rests, changes, steps }, stride) = (&mut self.places, length * self.unit);
        if let Reached::Few(few, _) = &self.reached {
            let step = |at: usize| {
                ranks[at] += stride * f64::from(steps[at]);
                lack(&mut rests[at], &mut changes[at], strengths[at], length, grains)
            };
            return few.iter().map(|vertex| *vertex as usize).map(step).fold(Rest::NONE, Rest::plus);
        }
        let blocks = (
            (ranks.par_chunks_mut(BLOCK), steps.par_chunks(BLOCK)),
            (rests.par_chunks_mut(BLOCK), changes.par_chunks_mut(BLOCK), strengths.par_chunks(BLOCK)),
        );
        let block = |((ranks, steps), (rests, changes, strengths)): StepBlock<'_>| {
            ranks.iter_mut().zip(steps).for_each(|(rank, step)| *rank += stride * f64::from(*step));
            let rows = rests.iter_mut().zip(changes).zip(strengths);
            let lack = |((rest, change), strength): ((&mut f64, &mut f64), &f64)| {
                lack(rest, change, *strength, length, grains)
            };
            rows.map(lack).fold(Rest::NONE, Rest::plus)
        };
        let ranks = blocks.0.into_par_iter();
        ranks.zip(blocks.1.into_par_iter()).map(block).reduce(|| Rest::NONE, Rest::plus)
    }

    /// The sum of the squares of the rest by strength.
    #[expect(clippy::indexing_slicing, reason = "what is reached are vertices")]
    fn square(&self, grain: Grain) -> f64 {
        let Places { rests, changes, .. } = &self.places;
        match &self.reached {
            Reached::Few(few, _) => {
                few.iter().map(|vertex| *vertex as usize).map(|at| grain.round(rests[at] * changes[at])).sum()
            }
            Reached::All => {
                let blocks = (rests.par_chunks(BLOCK), changes.par_chunks(BLOCK)).into_par_iter();
                let square = |(rest, change): (&f64, &f64)| grain.round(rest * change);
                blocks.map(|(rests, changes)| rests.iter().zip(changes).map(square).sum::<f64>()).sum()
            }
        }
    }

    /// The next direction: where the rest leads, and `turn` times the last one.
    #[expect(clippy::indexing_slicing, reason = "what is reached are vertices")]
    fn turn(&mut self, turn: f64) {
        let most = self.rest.steepest + turn * self.step_most;
        let (before, unit) = (self.unit, power_below(most));
        let Places { changes, steps, .. } = &mut self.places;
        let next = |change: f64, step: f32| ((change + turn * (before * f64::from(step))) / unit) as f32;
        match &self.reached {
            Reached::Few(few, _) => few.iter().map(|vertex| *vertex as usize).for_each(|at| {
                steps[at] = next(std::mem::take(&mut changes[at]), steps[at]);
            }),
            Reached::All => {
                let blocks = (steps.par_chunks_mut(BLOCK), changes.par_chunks(BLOCK)).into_par_iter();
                blocks.for_each(|(steps, changes)| {
                    steps.iter_mut().zip(changes).for_each(|(step, change)| *step = next(*change, *step));
                });
            }
        }
        (self.unit, self.step_most) = (unit, most);
        self.step_size = self.rest.size + turn * self.step_size;
        self.step_square = self.rest.square + turn * turn * self.step_square;
    }

    /// The ranks, none below 0 and summing to 1, and how far from the exact ones they may be.
    fn ranks(&self) -> (Vec<f64>, f64) {
        let Places { strengths, ranks, rests, .. } = &self.places;
        let mut scores = vec![0.0; ranks.len()];
        let blocks = (scores.par_chunks_mut(BLOCK), ranks.par_chunks(BLOCK));
        let places = (strengths.par_chunks(BLOCK), rests.par_chunks(BLOCK)).into_par_iter();
        blocks.into_par_iter().zip(places).for_each(|((scores, ranks), (strengths, rests))| {
            let rows = scores.iter_mut().zip(ranks).zip(strengths.iter().zip(rests));
            rows.for_each(|((score, rank), (strength, rest))| *score = (strength * rank + rest).max(0.0));
        });
        for (vertex, share) in &self.apart {
            scores.iter_mut().skip(*vertex as usize).take(1).for_each(|score| *score = *share);
        }
        let grain = Grain::for_sums_within(2.0 + 2.0 * self.ahead() * self.rest.size);
        let sum = |scores: &[f64]| scores.iter().map(|score| grain.round(*score)).sum::<f64>();
        let total: f64 = scores.par_chunks(BLOCK).map(sum).sum();
        scores.par_chunks_mut(BLOCK).for_each(|scores| scores.iter_mut().for_each(|score| *score /= total));
        (scores, self.error(total - self.total))
    }
}

/// Changes, strengths and steps of some vertices.
type SlopeBlock<'b> = (&'b mut [f64], &'b [f64], &'b [f32]);
/// Ranks and steps, rests, changes and strengths of some vertices.
type StepBlock<'b> = ((&'b mut [f64], &'b [f32]), (&'b mut [f64], &'b mut [f64], &'b [f64]));

/// Makes of the sum over the neighbours of a vertex, in units, what a step changes; that times
/// the step.
#[inline]
fn slope(change: &mut f64, strength: f64, (step, unit): (f32, f64), damping: f64) -> f64 {
    let step = f64::from(step);
    *change = unit * (strength * step - damping * *change);
    *change * (unit * step)
}

/// What the equation of a vertex lacks after a step of this length.
#[inline]
fn lack(rest: &mut f64, change: &mut f64, strength: f64, length: f64, (grain, squares): (Grain, Grain)) -> Rest {
    *rest -= length * *change;
    *change = if strength > 0.0 { *rest / strength } else { 0.0 };
    let square = *rest * *change;
    Rest {
        size: grain.round(rest.abs()),
        net: grain.round(*rest),
        square: squares.round(square),
        largest: square,
        count: usize::from(square > 0.0),
        steepest: change.abs(),
    }
}

impl Places {
    /// Where nothing is known but the strengths.
    fn of<G: Graph + ?Sized>(graph: &G) -> Self {
        let zeros = || vec![0.0; graph.vertices()];
        let mut strengths = zeros();
        strengths.par_chunks_mut(BLOCK).enumerate().for_each(|(block, strengths)| {
            let vertices = (block * BLOCK) as u32..;
            vertices.zip(strengths).for_each(|(vertex, strength)| *strength = graph.arcs_of(vertex).strength());
        });
        Self { strengths, ranks: zeros(), rests: zeros(), changes: zeros(), steps: vec![0.0; graph.vertices()] }
    }
}

impl Rest {
    const NONE: Self = Self { size: 0.0, net: 0.0, square: 0.0, largest: 0.0, count: 0, steepest: 0.0 };

    #[inline]
    fn plus(self, other: Self) -> Self {
        Self {
            size: self.size + other.size,
            net: self.net + other.net,
            square: self.square + other.square,
            largest: self.largest.max(other.largest),
            count: self.count + other.count,
            steepest: self.steepest.max(other.steepest),
        }
    }
}
