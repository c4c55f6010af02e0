//! Few components that bound the product of many.

use ndarray::{Array2, ArrayView1, ArrayView2, Axis, Slice};

/// Components of a head. Of the sentence embeddings measured a sixth of the components, rightly
/// chosen, holds more than half of the length.
const COMPONENTS: usize = 64;
/// Fewer rows than this are compared sooner than their heads are made.
const FEWEST: usize = 1024;
/// Rows that the directions are chosen by.
const SAMPLE: usize = 2048;
/// Rounds of choosing them.
const ROUNDS: usize = 3;
/// More than what single precision can do to the bound: heads are off by some 1e-6.
const MARGIN: f32 = 1e-4;

/// Directions of unit length and at right angles to each other in which rows differ most.
///
/// Any such directions give a right bound, good ones a tight one. They are found by
/// subspace iteration on a sample.
#[derive(Clone, Debug)]
pub(super) struct Directions(Array2<f32>);

/// Rows in those directions: with it the length of what the directions leave out.
#[derive(Clone, Debug)]
pub(super) struct Heads {
    heads: Array2<f32>,
    rest: Vec<f32>,
}

impl Directions {
    /// Directions for `rows`; `None` where comparing heads would not be quicker.
    pub(super) fn of(rows: ArrayView2<'_, f32>) -> Option<Self> {
        let (count, dim) = rows.dim();
        if count < FEWEST || dim < 2 * COMPONENTS {
            return None;
        }
        let step = count.div_ceil(SAMPLE);
        let sample = rows.slice_axis(Axis(0), Slice::new(0, None, step as isize));
        let mut directions = Array2::from_shape_fn((COMPONENTS, dim), |(at, component)| {
            // Rows of the sample, each with a component of its own, so that equal rows are no hindrance.
            let own = if at == component { 1.0 } else { 0.0 };
            sample.get((at % sample.nrows(), component)).copied().unwrap_or_default() + own
        });
        for _ in 0..ROUNDS {
            directions = directions.dot(&sample.t()).dot(&sample);
            orthonormal(&mut directions);
            orthonormal(&mut directions);
        }
        let squares = directions.dot(&directions.t());
        let off = squares.indexed_iter().map(|((row, column), product)| {
            let expect = if row == column { 1.0 } else { 0.0 };
            (product - expect).abs()
        });
        // A direction that was lost, or is not at right angles to the others, would make the bound wrong.
        off.fold(0.0_f32, f32::max).lt(&(MARGIN / 10.0)).then_some(Self(directions))
    }

    /// The heads of `rows`, which are of length 1 or 0.
    pub(super) fn heads(&self, rows: ArrayView2<'_, f32>) -> Heads {
        let heads = rows.dot(&self.0.t());
        let rest = rows.outer_iter().zip(heads.outer_iter());
        let rest = rest.map(|(row, head)| ((square(row) - square(head)).max(0.0) + MARGIN).sqrt()).collect();
        Heads { heads, rest }
    }
}

impl Heads {
    /// Those from `first` on, `count` of them or as many as there are.
    pub(super) fn part(&self, first: usize, count: usize) -> (ArrayView2<'_, f32>, &[f32]) {
        let last = first.saturating_add(count).min(self.rest.len());
        let heads = self.heads.slice_axis(Axis(0), (first..last).into());
        (heads, self.rest.get(first..last).unwrap_or_default())
    }
}

/// No less than the product of two rows whose heads have the product `heads`: by Cauchy and
/// Schwarz the rests add at most the product of their lengths.
#[inline]
pub(super) fn bound(heads: f32, left_rest: f32, right_rest: f32) -> f32 {
    heads + left_rest * right_rest + MARGIN
}

fn square(row: ArrayView1<'_, f32>) -> f32 {
    row.iter().map(|component| component * component).sum()
}

/// Takes from each row what those above have of it, and gives it length 1.
fn orthonormal(rows: &mut Array2<f32>) {
    for at in 0..rows.nrows() {
        let (above, mut below) = rows.view_mut().split_at(Axis(0), at);
        let Some(mut row) = below.outer_iter_mut().next() else { return };
        for other in above.outer_iter() {
            let product = row.dot(&other);
            row.scaled_add(-product, &other);
        }
        let length = square(row.view()).sqrt();
        if length > 0.0 {
            row.mapv_inplace(|component| component / length);
        }
    }
}
