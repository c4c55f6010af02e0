//! Keys and their vectors as the rows of a matrix.

use std::borrow::Cow;

use ndarray::{Array2, ArrayView2, Axis};

use crate::{Embedding, Error, Result};

/// Vectors of length 1 (or all zero) by ascending key.
#[derive(Clone, Debug)]
pub(super) struct UnitRows<K> {
    keys: Vec<K>,
    matrix: Array2<f32>,
}

impl<K: Copy + Ord> UnitRows<K> {
    /// # Errors
    /// [`InvalidInput`](crate::ErrorKind::InvalidInput) if a vector is not `dim` long or two
    /// have one key.
    pub(super) fn new(
        operation: &'static str,
        dim: usize,
        rows: impl IntoIterator<Item = (K, Embedding)>,
    ) -> Result<Self> {
        let mut rows: Vec<_> = rows.into_iter().collect();
        rows.sort_by_key(|(key, _)| *key);
        if !rows.is_sorted_by(|(left, _), (right, _)| left < right) {
            return Err(Error::invalid(operation, "two vectors have the same key"));
        }
        let mut elements = Vec::with_capacity(rows.len() * dim);
        for (_, vector) in &rows {
            elements.extend_from_slice(&unit(operation, dim, vector)?);
        }
        let matrix = Array2::from_shape_vec((rows.len(), dim), elements)
            .map_err(|error| Error::invalid(operation, "too many vectors").because(error))?;
        Ok(Self { keys: rows.into_iter().map(|(key, _)| key).collect(), matrix })
    }

    pub(super) fn len(&self) -> usize {
        self.keys.len()
    }

    /// The keys, ascending.
    pub(super) fn keys(&self) -> &[K] {
        &self.keys
    }

    pub(super) fn dim(&self) -> usize {
        self.matrix.ncols()
    }

    /// The rows from `first` on, `count` of them or as many as there are.
    pub(super) fn block(&self, first: usize, count: usize) -> Block<'_, K> {
        Block { keys: &self.keys, matrix: self.matrix.view() }.part(first, count)
    }
}

/// Some adjacent rows.
#[derive(Clone, Copy)]
pub(super) struct Block<'r, K> {
    pub(super) keys: &'r [K],
    pub(super) matrix: ArrayView2<'r, f32>,
}

impl<'r, K: Copy> Block<'r, K> {
    /// The rows of this block from `first` on, `count` of them or as many as there are.
    pub(super) fn part(&self, first: usize, count: usize) -> Self {
        let first = first.min(self.keys.len());
        let last = first.saturating_add(count).min(self.keys.len());
        let matrix = self.matrix.slice_axis_move(Axis(0), (first..last).into());
        Self { keys: self.keys.get(first..last).unwrap_or_default(), matrix }
    }

    /// Keys and vectors, in order.
    pub(super) fn iter(&self) -> impl Iterator<Item = (K, &'r [f32])> + use<'r, K> {
        let dim = self.matrix.ncols();
        let elements = self.matrix.to_slice().unwrap_or_default();
        let row = move |at: usize| elements.get(at * dim..(at + 1) * dim).unwrap_or_default();
        self.keys.iter().enumerate().map(move |(at, key)| (*key, row(at)))
    }
}

/// `vector` with length 1: as it is where it has that already, otherwise normalised; all
/// zero stays so, and what is not finite becomes so.
pub(super) fn unit<'v>(operation: &'static str, dim: usize, vector: &'v Embedding) -> Result<Cow<'v, [f32]>> {
    if vector.dim() != dim {
        return Err(Error::invalid(operation, "a vector of another dimension")
            .with("expected", dim)
            .with("found", vector.dim()));
    }
    let elements = vector.as_slice();
    let squares: f64 = elements.iter().map(|element| f64::from(*element).powi(2)).sum();
    Ok(if (squares - 1.0).abs() <= 1e-5 {
        Cow::Borrowed(elements)
    } else {
        Cow::Owned(Embedding::normalised(elements.to_vec()).as_slice().to_vec())
    })
}
