//! An immutable part of a [`SegmentedVectors`](super::SegmentedVectors).

use std::{
    fs::File,
    sync::{Arc, OnceLock},
};

use super::{
    codes::Scale,
    rows::UnitRows,
    stored_rows::{MemoryRows, Rows},
};
use crate::{
    ContentHash, Embedding, Result,
    segment::{Dead, SealedSegment, SegmentKey, order_of_keys},
};

/// Most rows of a segment: what is copied at once when segments are merged.
pub(super) const MOST_ROWS: usize = 1 << 13;

/// Some rows of a [`SegmentedVectors`](super::SegmentedVectors). Immutable.
///
/// The code of a vector takes a byte a component and eight more, and stays in memory. The
/// vectors themselves are in memory when a segment is made, and may be left
/// [in its file](Self::open) when it is written.
#[derive(Debug)]
pub struct VectorSegment<K> {
    pub(super) dim: usize,
    pub(super) keys: Vec<K>,
    /// The rows by ascending key.
    pub(super) order: Vec<u32>,
    pub(super) scales: Vec<Scale>,
    /// The codes, one after the other.
    pub(super) codes: Vec<i8>,
    pub(super) vectors: Vectors,
    /// Known where the vectors are not in memory.
    pub(super) name: OnceLock<ContentHash>,
}

/// Where the vectors of a segment are.
#[derive(Clone, Debug)]
pub(super) enum Vectors {
    Memory(Arc<MemoryRows>),
    Elsewhere(Arc<dyn Rows>),
}

impl<K: SegmentKey> VectorSegment<K> {
    /// The segment of these rows, by key.
    pub(super) fn new(rows: &UnitRows<K>, first: usize, count: usize) -> Self {
        let block = rows.block(first, count);
        let mut elements = Vec::with_capacity(block.keys.len() * rows.dim());
        block.iter().for_each(|(_, row)| elements.extend_from_slice(row));
        Self::of(rows.dim(), block.keys.to_vec(), elements)
    }

    fn of(dim: usize, keys: Vec<K>, elements: Vec<f32>) -> Self {
        let mut codes = Vec::with_capacity(elements.len());
        let vectors = MemoryRows { dim, elements };
        let rows = (0..keys.len()).map(|row| vectors.get(row));
        let scales = rows.map(|row| Scale::encode_bytes(row, &mut codes)).collect();
        Self {
            dim,
            order: order_of_keys(&keys),
            keys,
            scales,
            codes,
            vectors: Vectors::Memory(Arc::new(vectors)),
            name: OnceLock::new(),
        }
    }

    /// The segment of the rows of `parts` that are not gone.
    ///
    /// # Errors
    /// Those of reading vectors.
    pub(super) fn merged(dim: usize, parts: &[(&Self, &Dead)]) -> Result<Self> {
        let (mut keys, mut elements, mut buffer) = (Vec::new(), Vec::new(), Vec::new());
        for (segment, dead) in parts {
            // By key, so that the keys are a few ascending runs.
            for row in segment.order.iter().map(|row| *row as usize).filter(|row| !dead.contains(*row)) {
                keys.extend(segment.keys.get(row));
                elements.extend_from_slice(segment.vector(row, &mut buffer)?);
            }
        }
        Ok(Self::of(dim, keys, elements))
    }

    /// The segment in this file, which leaves the vectors there and reads them as they are
    /// asked for, each with its checksum.
    ///
    /// The file must stay as it is; that it may be deleted or replaced under its name is the
    /// business of the system.
    ///
    /// # Errors
    /// [`Corrupt`](crate::ErrorKind::Corrupt) if the file is no such segment, damaged before
    /// the vectors, or cut short; [`Unsupported`](crate::ErrorKind::Unsupported) if it was
    /// written in a newer form; [`Unavailable`](crate::ErrorKind::Unavailable) if it cannot be
    /// read.
    pub fn open(file: File) -> Result<Self> {
        Self::read_from_file(file)
    }

    /// The same segment with its vectors there, which must be equal to the last bit.
    #[must_use]
    pub fn with_rows(self, rows: Arc<dyn Rows>) -> Self {
        self.name();
        Self { vectors: Vectors::Elsewhere(rows), ..self }
    }

    /// The name of [`sealed`](Self::sealed), which is computed when first asked for.
    pub fn name(&self) -> ContentHash {
        // Vectors in memory can be read; where they are elsewhere the name is known.
        *self.name.get_or_init(|| self.seal().map_or(ContentHash::from_u128(0), |sealed| sealed.name()))
    }

    /// Everything in the form in which it is written.
    ///
    /// # Errors
    /// Those of reading vectors that are not in memory.
    pub fn sealed(&self) -> Result<SealedSegment> {
        let sealed = self.seal()?;
        self.name.get_or_init(|| sealed.name());
        Ok(sealed)
    }

    /// Reads every vector and compares it with its code.
    ///
    /// # Errors
    /// [`Corrupt`](crate::ErrorKind::Corrupt) with the row if one is damaged.
    pub fn verify(&self) -> Result<()> {
        self.check_vectors()
    }

    /// Whether the vectors are in memory.
    #[must_use]
    pub fn is_in_memory(&self) -> bool {
        matches!(self.vectors, Vectors::Memory(_))
    }

    /// Keys by row, those included that versions hold to be gone.
    #[must_use]
    pub fn keys(&self) -> &[K] {
        &self.keys
    }

    /// The vector of this row.
    ///
    /// # Errors
    /// Those of [`Rows::row`].
    pub fn vector<'r>(&'r self, row: usize, buffer: &'r mut Vec<f32>) -> Result<&'r [f32]> {
        match &self.vectors {
            Vectors::Memory(rows) => rows.row(row, buffer),
            Vectors::Elsewhere(rows) => rows.row(row, buffer),
        }
    }

    /// Bytes of memory taken.
    #[must_use]
    pub fn memory(&self) -> usize {
        let vectors = match &self.vectors {
            Vectors::Memory(rows) => size_of_val(rows.elements.as_slice()),
            Vectors::Elsewhere(_) => 0,
        };
        size_of_val(self.keys.as_slice())
            + size_of_val(self.order.as_slice())
            + size_of_val(self.scales.as_slice())
            + self.codes.len()
            + vectors
    }

    /// The row of `key`.
    pub(super) fn row(&self, key: &K) -> Option<usize> {
        let at = self.order.binary_search_by(|row| self.keys.get(*row as usize).cmp(&Some(key))).ok()?;
        self.order.get(at).map(|row| *row as usize)
    }

    /// Codes and scales of the rows from `first` on, `count` of them or as many as there are.
    pub(super) fn codes(&self, first: usize, count: usize) -> impl Iterator<Item = (&[i8], Scale)> {
        let scales = self.scales.iter().enumerate().skip(first).take(count);
        scales.map(|(row, scale)| (self.codes.get(row * self.dim..(row + 1) * self.dim).unwrap_or_default(), *scale))
    }

    /// The row as a vector that outlives the segment.
    pub(super) fn embedding(&self, row: usize) -> Result<Embedding> {
        Ok(Embedding::new(self.vector(row, &mut Vec::new())?))
    }
}
