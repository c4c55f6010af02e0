//! What is known of each vertex, and the loops over all of them.

use rayon::prelude::*;

use super::super::{Grain, Graph};

/// Vertices that a thread takes at once.
const BLOCK: usize = 1 << 12;
/// Rows of a block whose sums are computed together.
const ROWS: usize = 1 << 8;
/// Vertices that are computed together.
const LANES: usize = 4;
/// Vertices are gone through one by one while fewer than one in so many is reached.
const FEW: usize = 20;

/// What all equations lack.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Rest {
    /// Sum of magnitudes.
    pub(super) size: f64,
    /// Sum of squares by strength.
    pub(super) square: f64,
    /// The largest magnitude by strength.
    pub(super) steepest: f64,
}

/// How steps are to be read.
#[derive(Clone, Copy, Debug)]
pub(super) struct Stride {
    /// What the steps of the vertices are multiples of.
    pub(super) unit: f64,
    pub(super) damping: f64,
}

/// What is known of the vertices, by number. Ranks, rests and steps are *by strength*:
/// divided by that of the vertex.
#[derive(Debug)]
pub(super) struct Places {
    /// Sum of its weights, in units of weight; without any, the least number above 0.
    strengths: Vec<f64>,
    /// Its rank so far.
    ranks: Vec<f64>,
    /// What its equation lacks.
    rests: Vec<f64>,
    /// What the step changes of its equation.
    changes: Vec<f64>,
    /// The direction of the next step, in units. Any direction serves, so that it is rounded
    /// loses nothing, sums of it are exact, and what is read out of order stays in the cache.
    steps: Vec<i16>,
    reached: Reached,
}

/// The vertices that are not 0 yet.
#[derive(Debug)]
enum Reached {
    /// These.
    Few(Few),
    All,
}

/// Changes, strengths and steps of some vertices.
type SlopeBlock<'b> = (&'b mut [f64], &'b [f64], &'b [i16]);

/// Few vertices.
#[derive(Debug)]
struct Few {
    vertices: Vec<u32>,
    /// For each vertex, whether it is one.
    are: Vec<bool>,
    /// For each vertex, the weights of its arcs times the steps of their targets; 0 between steps.
    sums: Vec<i64>,
}

impl Places {
    /// Where nothing is known but the strengths.
    pub(super) fn of<G: Graph + ?Sized>(graph: &G) -> Self {
        let vertices = graph.vertices();
        let strength = |vertex| f64::max(graph.arcs_of(vertex).strength as f64, f64::MIN_POSITIVE);
        Self {
            strengths: filled(vertices, strength),
            ranks: filled(vertices, |_| 0.0),
            rests: filled(vertices, |_| 0.0),
            changes: filled(vertices, |_| 0.0),
            steps: filled(vertices, |_| 0),
            reached: Reached::Few(Few {
                vertices: Vec::new(),
                are: filled(vertices, |_| false),
                sums: filled(vertices, |_| 0),
            }),
        }
    }

    /// Number of vertices.
    pub(super) fn len(&self) -> usize {
        self.strengths.len()
    }

    /// Sum of the strengths.
    pub(super) fn strength(&self) -> f64 {
        let whole = |strengths: &[f64]| strengths.iter().map(|strength| *strength as u64).sum::<u64>();
        self.strengths.par_chunks(BLOCK).map(whole).sum::<u64>() as f64
    }

    /// Lets the equation of a vertex with edges lack `rest`.
    #[expect(clippy::indexing_slicing, reason = "seeds are vertices")]
    pub(super) fn seed(&mut self, vertex: u32, rest: f64) {
        let at = vertex as usize;
        self.rests[at] = rest / self.strengths[at];
        if let Reached::Few(few) = &mut self.reached {
            few.vertices.push(vertex);
            few.are[at] = true;
        }
    }

    /// What all equations lack, as long as only seeds are reached.
    #[expect(clippy::indexing_slicing, reason = "seeds are vertices")]
    pub(super) fn seeded(&mut self) -> Rest {
        let Reached::Few(few) = &self.reached else { return Rest::default() };
        let lacks = few.vertices.iter().map(|vertex| *vertex as usize).map(|at| (self.rests[at], self.strengths[at]));
        let exactly = |of: &dyn Fn(f64, f64) -> f64| {
            let terms: Vec<f64> = lacks.clone().map(|(rest, strength)| of(rest, strength)).collect();
            let grain = Grain::for_sums_within(terms.iter().copied().fold(0.0, f64::max) * terms.len() as f64);
            terms.into_iter().map(|term| grain.round(term)).sum()
        };
        let rest = Rest {
            size: exactly(&|rest, strength| rest * strength),
            square: exactly(&|rest, strength| rest * strength * rest),
            steepest: lacks.clone().map(|(rest, _)| rest).fold(0.0, f64::max),
        };
        self.look_around();
        rest
    }

    /// Goes through all vertices from now on, if many are reached.
    fn look_around(&mut self) {
        if matches!(&self.reached, Reached::Few(few) if few.vertices.len() * FEW > self.strengths.len()) {
            self.reached = Reached::All;
        }
    }

    /// Adds up what the steps send along the arcs; the sum of what the step changes times the steps,
    /// and the sum of the steps times strengths, in units.
    #[expect(clippy::indexing_slicing, reason = "what is reached are vertices")]
    pub(super) fn slopes<G: Graph + ?Sized>(&mut self, graph: &G, stride: Stride, grain: Grain) -> (f64, i64) {
        let slope = |change: &mut f64, sum: i64, strength: f64, step: i16| {
            *change = stride.unit * (strength * f64::from(step) - stride.damping * sum as f64);
            (grain.round(*change * stride.of(step)), sum)
        };
        let Self { strengths, changes, steps, reached, .. } = self;
        if let Reached::Few(few) = reached {
            few.pass_on(graph, steps);
            let Few { vertices, sums, .. } = few;
            let vertices = vertices.iter().map(|vertex| *vertex as usize);
            let slopes =
                vertices.map(|at| slope(&mut changes[at], std::mem::take(&mut sums[at]), strengths[at], steps[at]));
            let slopes = slopes.fold((0.0, 0), add);
            self.look_around();
            return slopes;
        }
        let blocks = (changes.par_chunks_mut(ROWS), strengths.par_chunks(ROWS), steps.par_chunks(ROWS));
        let block = |(block, (changes, strengths, here)): (usize, SlopeBlock<'_>)| {
            let mut sums = [0; ROWS];
            graph.weigh((block * ROWS) as u32, steps, &mut sums[..here.len()]);
            let rows = changes.iter_mut().zip(sums).zip(strengths.iter().zip(here));
            rows.map(|((change, sum), (strength, step))| slope(change, sum, *strength, *step)).fold((0.0, 0), add)
        };
        blocks.into_par_iter().enumerate().with_min_len(BLOCK / ROWS).map(block).reduce(|| (0.0, 0), add)
    }

    /// Takes from the equations what the step changes if it is of this length; what they lack then.
    #[expect(clippy::indexing_slicing, reason = "what is reached are vertices")]
    pub(super) fn lack(&mut self, length: f64, (sizes, squares): (Grain, Grain)) -> Rest {
        let lack = |rest: &mut f64, change: f64, strength: f64| {
            *rest -= length * change / strength;
            let steep = rest.abs();
            let size = steep * strength;
            Rest { size: sizes.round(size), square: squares.round(size * steep), steepest: steep }
        };
        let Self { strengths, rests, changes, reached, .. } = self;
        if let Reached::Few(few) = reached {
            let few = few.vertices.iter().map(|vertex| *vertex as usize);
            let lacks = few.map(|at| lack(&mut rests[at], changes[at], strengths[at]));
            return lacks.fold(Rest::default(), Rest::plus);
        }
        let blocks = (rests.par_chunks_mut(BLOCK), changes.par_chunks(BLOCK), strengths.par_chunks(BLOCK));
        let block = |(rests, changes, strengths): (&mut [f64], &[f64], &[f64])| {
            let mut lanes = [Rest::default(); LANES];
            let (rests, last) = rests.as_chunks_mut::<LANES>();
            let (changes, last_changes) = changes.as_chunks::<LANES>();
            let (strengths, last_strengths) = strengths.as_chunks::<LANES>();
            for ((rests, changes), strengths) in rests.iter_mut().zip(changes).zip(strengths) {
                let rows = rests.iter_mut().zip(changes).zip(strengths);
                for (((rest, change), strength), lane) in rows.zip(&mut lanes) {
                    *lane = lane.plus(lack(rest, *change, *strength));
                }
            }
            let last = last.iter_mut().zip(last_changes).zip(last_strengths);
            let last = last.map(|((rest, change), strength)| lack(rest, *change, *strength));
            last.chain(lanes).fold(Rest::default(), Rest::plus)
        };
        blocks.into_par_iter().map(block).reduce(Rest::default, Rest::plus)
    }

    /// The sum of the squares of what equations lack, by strength.
    #[expect(clippy::indexing_slicing, reason = "what is reached are vertices")]
    pub(super) fn square(&self, grain: Grain) -> f64 {
        let square = |rest: f64, strength: f64| grain.round(rest * strength * rest);
        let Self { strengths, rests, reached, .. } = self;
        if let Reached::Few(few) = reached {
            return few.vertices.iter().map(|vertex| *vertex as usize).map(|at| square(rests[at], strengths[at])).sum();
        }
        let blocks = (rests.par_chunks(BLOCK), strengths.par_chunks(BLOCK)).into_par_iter();
        let block = |(rests, strengths): (&[f64], &[f64])| {
            rests.iter().zip(strengths).map(|(rest, strength)| square(*rest, *strength)).sum::<f64>()
        };
        blocks.map(block).sum()
    }

    /// Moves the ranks by `length` times the steps, and turns the steps to where the rest leads and
    /// `turn` times where they led, in other units.
    #[expect(clippy::indexing_slicing, reason = "what is reached are vertices")]
    pub(super) fn turn(&mut self, stride: Stride, (length, turn): (f64, f64), unit: f64) {
        let next = |rank: &mut f64, rest: f64, step: &mut i16| {
            let before = stride.of(*step);
            *rank += length * before;
            *step = nearest((rest + turn * before) / unit);
        };
        let Self { ranks, rests, steps, reached, .. } = self;
        if let Reached::Few(few) = reached {
            let few = few.vertices.iter().map(|vertex| *vertex as usize);
            few.for_each(|at| next(&mut ranks[at], rests[at], &mut steps[at]));
            return;
        }
        let blocks = (ranks.par_chunks_mut(BLOCK), rests.par_chunks(BLOCK), steps.par_chunks_mut(BLOCK));
        blocks.into_par_iter().for_each(|(ranks, rests, steps)| {
            let rows = ranks.iter_mut().zip(rests).zip(steps);
            rows.for_each(|((rank, rest), step)| next(rank, *rest, step));
        });
    }

    /// The ranks, none below 0, with what equations lack added to them.
    pub(super) fn scores(&self) -> Vec<f64> {
        let Self { strengths, ranks, rests, .. } = self;
        let mut scores = vec![0.0; ranks.len()];
        let blocks = (scores.par_chunks_mut(BLOCK), ranks.par_chunks(BLOCK));
        let blocks = (blocks.0, blocks.1, rests.par_chunks(BLOCK), strengths.par_chunks(BLOCK));
        blocks.into_par_iter().for_each(|(scores, ranks, rests, strengths)| {
            let rows = scores.iter_mut().zip(ranks.iter().zip(rests)).zip(strengths);
            rows.for_each(|((score, (rank, rest)), strength)| *score = (strength * (rank + rest)).max(0.0));
        });
        scores
    }
}

impl Rest {
    #[inline]
    fn plus(self, other: Self) -> Self {
        Self {
            size: self.size + other.size,
            square: self.square + other.square,
            steepest: if other.steepest > self.steepest { other.steepest } else { self.steepest },
        }
    }
}

impl Stride {
    /// The step of a vertex.
    #[inline]
    fn of(self, step: i16) -> f64 {
        self.unit * f64::from(step)
    }
}

fn add((slope, sum): (f64, i64), (more, also): (f64, i64)) -> (f64, i64) {
    (slope + more, sum.wrapping_add(also))
}

/// What `of` says of each vertex. All threads write it: clearing memory takes as long as reading it.
fn filled<T: Send>(vertices: usize, of: impl Fn(u32) -> T + Send + Sync) -> Vec<T> {
    (0..vertices as u32).into_par_iter().with_min_len(BLOCK).map(of).collect()
}

/// The nearest whole number to one of a magnitude below 2¹⁵; ties to the even one.
#[inline]
fn nearest(number: f64) -> i16 {
    /// Between this and twice it, the numbers that there are are the whole ones. Half as much again
    /// is the middle, and ends in sixteen bits of 0.
    const WHOLE: f64 = (1u64 << 52) as f64;
    (number + 1.5 * WHOLE).to_bits() as i16
}

impl Few {
    /// Adds to the sums of the neighbours the weights times the steps; they are reached then.
    #[expect(clippy::indexing_slicing, reason = "what is reached are vertices, and targets too")]
    fn pass_on<G: Graph + ?Sized>(&mut self, graph: &G, steps: &[i16]) {
        let Self { vertices, are, sums } = self;
        for at in 0..vertices.len() {
            let from = vertices[at];
            let step = i64::from(steps[from as usize]);
            graph.arcs_of(from).each(|target, weight| {
                let to = target as usize;
                if !std::mem::replace(&mut are[to], true) {
                    vertices.push(target);
                }
                sums[to] = sums[to].wrapping_add(step * i64::from(weight));
            });
        }
    }
}

/// The sum of `scores`, rounded to `grain`.
pub(super) fn sum(scores: &[f64], grain: Grain) -> f64 {
    scores.par_chunks(BLOCK).map(|scores| scores.iter().map(|score| grain.round(*score)).sum::<f64>()).sum()
}

/// Divides `scores` by `total`.
pub(super) fn scale(scores: &mut [f64], total: f64) {
    scores.par_chunks_mut(BLOCK).for_each(|scores| scores.iter_mut().for_each(|score| *score /= total));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_whole_number() {
        let numbers = [0.0, 0.4, 0.5, 1.5, -0.5, -1.5, -2.6, 16_384.0, -32_767.9, 32_767.4];
        assert_eq!(numbers.map(nearest), [0, 0, 0, 2, 0, -2, -3, 16_384, -32_768, 32_767]);
    }
}
