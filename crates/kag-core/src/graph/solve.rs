//! Ranks by conjugate gradients: for undirected graphs.
//!
//! With the weights `W` of an undirected graph and the strengths `D` of its vertices, the
//! ranks are `D z`, where `(D - damping W) z` is what the seeds give. That system is
//! symmetric and positive, so each pass is the best step that there is, and there are about
//! as many as of Gauss-Seidel. But a pass reads what others write nowhere: rows are shared
//! among threads, and since every sum is one of [grains](Grain), the result is the same for
//! any number of them, and for any numbering of the vertices.

use rayon::prelude::*;

use super::{Grain, Graph, PageRank, PageRankOptions};

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

/// What is known of one vertex.
#[derive(Clone, Copy, Debug, Default)]
struct Place {
    /// Sum of its weights; 0 for one that is not reached.
    strength: f64,
    /// Its rank so far by strength.
    rank: f64,
    /// What its equation lacks.
    rest: f64,
    /// What a step changes of its equation; then the rest by strength.
    change: f64,
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
    places: Vec<Place>,
    /// The direction of the next step, by vertex.
    steps: Vec<f64>,
    reached: Reached,
    rest: Rest,
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
    #[expect(clippy::indexing_slicing, reason = "seeds are vertices, and there is one place and one step a vertex")]
    fn new(graph: &'g G, seeds: &[(u32, f64)], damping: f64) -> Self {
        let vertices = graph.vertices();
        let (mut places, mut steps) = (vec![Place::default(); vertices], vec![0.0; vertices]);
        let (mut few, mut is_few, mut apart) = (Vec::new(), vec![false; vertices], Vec::new());
        let mut squares = Vec::with_capacity(seeds.len());
        let grain = Grain::for_sums_within(2.0);
        let (mut joined, mut alone) = (0.0, 0.0);
        for (vertex, share) in seeds {
            let (at, strength) = (*vertex as usize, graph.arcs_of(*vertex).strength());
            if strength == 0.0 {
                apart.push((*vertex, (1.0 - damping) * share));
                alone += grain.round(*share);
                continue;
            }
            let rest = (1.0 - damping) * share;
            places[at] = Place { strength, rank: 0.0, rest, change: 0.0 };
            steps[at] = rest / strength;
            squares.push(rest * steps[at]);
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
            steps,
            reached: Reached::Few(few, is_few),
            rest: Rest { size, net: size, square, largest, count },
            step_size: size,
            step_square: square,
            apart,
            total: joined + (1.0 - damping) * alone,
        };
        solve.look_around();
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
        if matches!(&self.reached, Reached::Few(few, _) if few.len() * FEW <= self.places.len()) {
            return;
        }
        self.reached = Reached::All;
        let graph = self.graph;
        self.places.par_chunks_mut(BLOCK).enumerate().for_each(|(block, places)| {
            for (vertex, place) in ((block * BLOCK) as u32..).zip(places) {
                place.strength = graph.arcs_of(vertex).strength();
            }
        });
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
        self.turn(turn);
        self.step_size = rest.size + turn * self.step_size;
        self.step_square = rest.square + turn * turn * self.step_square;
        self.rest = rest;
        self.look_around();
    }

    /// Computes what a step changes; the sum of that times the steps.
    #[expect(clippy::indexing_slicing, reason = "what is reached are vertices, with one place and one step each")]
    fn slopes(&mut self, grain: Grain) -> f64 {
        let sums = Grain::for_sums_within(self.step_size);
        let (graph, damping, steps) = (self.graph, self.damping, self.steps.as_slice());
        let Reached::Few(few, is_few) = &mut self.reached else {
            let blocks = self.places.par_chunks_mut(BLOCK).enumerate();
            return blocks
                .map(|(block, places)| block_slope(graph, damping, steps, (sums, grain), block, places))
                .sum();
        };
        for at in 0..few.len() {
            let from = few[at];
            let step = steps[from as usize];
            graph.arcs_of(from).each(|target, weight| {
                let place = &mut self.places[target as usize];
                if !std::mem::replace(&mut is_few[target as usize], true) {
                    place.strength = graph.arcs_of(target).strength();
                    few.push(target);
                }
                place.change += sums.round(step * f64::from(weight));
            });
        }
        few.iter()
            .map(|vertex| grain.round(self.places[*vertex as usize].slope(steps[*vertex as usize], damping)))
            .sum()
    }

    /// Makes a step of this length; what is lacking then.
    #[expect(clippy::indexing_slicing, reason = "what is reached are vertices, with one place and one step each")]
    fn step(&mut self, length: f64, grains: (Grain, Grain)) -> Rest {
        match &self.reached {
            Reached::Few(few, _) => {
                let (places, steps) = (&mut self.places, &self.steps);
                let step =
                    |vertex: &u32| places[*vertex as usize].step(length * steps[*vertex as usize], length, grains);
                few.iter().map(step).fold(Rest::NONE, Rest::plus)
            }
            Reached::All => {
                let blocks = self.places.par_chunks_mut(BLOCK).zip(self.steps.par_chunks(BLOCK));
                let step = |(place, step): (&mut Place, &f64)| place.step(length * step, length, grains);
                let block = |(places, steps): (&mut [Place], &[f64])| {
                    places.iter_mut().zip(steps).map(step).fold(Rest::NONE, Rest::plus)
                };
                blocks.map(block).reduce(|| Rest::NONE, Rest::plus)
            }
        }
    }

    /// The sum of the squares of the rest by strength.
    #[expect(clippy::indexing_slicing, reason = "what is reached are vertices, with one place and one step each")]
    fn square(&self, grain: Grain) -> f64 {
        let square = |place: &Place| grain.round(place.rest * place.change);
        match &self.reached {
            Reached::Few(few, _) => few.iter().map(|vertex| square(&self.places[*vertex as usize])).sum(),
            Reached::All => self.places.par_chunks(BLOCK).map(|places| places.iter().map(square).sum::<f64>()).sum(),
        }
    }

    /// The next direction: where the rest leads, and `turn` times the last one.
    #[expect(clippy::indexing_slicing, reason = "what is reached are vertices, with one place and one step each")]
    fn turn(&mut self, turn: f64) {
        let next = |place: &mut Place, step: &mut f64| *step = std::mem::take(&mut place.change) + turn * *step;
        match &self.reached {
            Reached::Few(few, _) => {
                few.iter()
                    .for_each(|vertex| next(&mut self.places[*vertex as usize], &mut self.steps[*vertex as usize]));
            }
            Reached::All => {
                let blocks = self.places.par_chunks_mut(BLOCK).zip(self.steps.par_chunks_mut(BLOCK));
                blocks.for_each(|(places, steps)| {
                    places.iter_mut().zip(steps).for_each(|(place, step)| next(place, step))
                });
            }
        }
    }

    /// The ranks, none below 0 and summing to 1, and how far from the exact ones they may be.
    fn ranks(&self) -> (Vec<f64>, f64) {
        let mut scores: Vec<f64> =
            self.places.iter().map(|place| (place.strength * place.rank + place.rest).max(0.0)).collect();
        for (vertex, share) in &self.apart {
            scores.iter_mut().skip(*vertex as usize).take(1).for_each(|score| *score = *share);
        }
        let grain = Grain::for_sums_within(2.0 + 2.0 * self.ahead() * self.rest.size);
        let total: f64 = scores.iter().map(|score| grain.round(*score)).sum();
        scores.iter_mut().for_each(|score| *score /= total);
        (scores, self.error(total - self.total))
    }
}

/// [`Solve::slopes`] of the vertices of one block.
fn block_slope<G: Graph + ?Sized>(
    graph: &G,
    damping: f64,
    steps: &[f64],
    (sums, grain): (Grain, Grain),
    block: usize,
    places: &mut [Place],
) -> f64 {
    let (mut total, mut changes) = (0.0, [0.0; ROWS]);
    for (row, places) in places.chunks_mut(ROWS).enumerate() {
        let first = block * BLOCK + row * ROWS;
        let changes = changes.get_mut(..places.len()).unwrap_or_default();
        graph.weigh(first as u32, steps, sums, changes);
        for ((place, change), step) in places.iter_mut().zip(changes).zip(steps.iter().skip(first)) {
            place.change = *change;
            total += grain.round(place.slope(*step, damping));
        }
    }
    total
}

impl Place {
    /// Makes of the sum over the neighbours what a step changes; that times the step.
    #[inline]
    fn slope(&mut self, step: f64, damping: f64) -> f64 {
        self.change = self.strength * step - damping * self.change;
        self.change * step
    }

    #[inline]
    fn step(&mut self, step: f64, length: f64, (grain, squares): (Grain, Grain)) -> Rest {
        self.rank += step;
        self.rest -= length * self.change;
        self.change = if self.strength > 0.0 { self.rest / self.strength } else { 0.0 };
        let square = self.rest * self.change;
        Rest {
            size: grain.round(self.rest.abs()),
            net: grain.round(self.rest),
            square: squares.round(square),
            largest: square,
            count: usize::from(square > 0.0),
        }
    }
}

impl Rest {
    const NONE: Self = Self { size: 0.0, net: 0.0, square: 0.0, largest: 0.0, count: 0 };

    #[inline]
    fn plus(self, other: Self) -> Self {
        Self {
            size: self.size + other.size,
            net: self.net + other.net,
            square: self.square + other.square,
            largest: self.largest.max(other.largest),
            count: self.count + other.count,
        }
    }
}
