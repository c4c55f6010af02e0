//! The table: one row of small integers a piece, with its scale.

use std::borrow::Cow;

use crate::{Error, Result};

const MAGIC: &[u8] = b"KSE1";
const HEADER: usize = 12;

/// A checked KSE1 table: `KSE1`, u32 rows, u32 dim, f32 scale\[rows\], i8 row\[rows\]\[dim\],
/// little endian.
pub(crate) struct Table {
    /// The whole file; its length has been checked against the header.
    bytes: Cow<'static, [u8]>,
    scales: Vec<f32>,
    dim: usize,
}

impl Table {
    /// Checks magic, sizes and scales.
    pub(crate) fn parse(bytes: Cow<'static, [u8]>) -> Result<Self> {
        let found = bytes.len();
        let header = bytes.strip_prefix(MAGIC).ok_or(Error::Magic)?;
        let expected = HEADER;
        let (rows, after) = header.split_first_chunk().ok_or(Error::Length { expected, found })?;
        let (dim, after) = after.split_first_chunk().ok_or(Error::Length { expected, found })?;
        let (rows, dim) = (u32::from_le_bytes(*rows), u32::from_le_bytes(*dim));
        let (rows, dim) = (rows as usize, dim as usize);
        if rows == 0 || dim == 0 {
            return Err(Error::Empty { rows, dim });
        }
        let expected = (dim.saturating_add(4)).saturating_mul(rows).saturating_add(HEADER);
        if found != expected {
            return Err(Error::Length { expected, found });
        }
        let scales: Vec<f32> = after.as_chunks().0.iter().take(rows).map(|le| f32::from_le_bytes(*le)).collect();
        if let Some(row) = scales.iter().position(|scale| !scale.is_finite()) {
            return Err(Error::Scale { row });
        }
        Ok(Self { bytes, scales, dim })
    }

    /// Number of rows.
    pub(crate) fn rows(&self) -> usize {
        self.scales.len()
    }

    /// Number of columns.
    pub(crate) fn dim(&self) -> usize {
        self.dim
    }

    /// The sum of the rows of `pieces`, each times its scale, in that order. Rows that are not
    /// there count as zero.
    pub(crate) fn sum(&self, pieces: &[u32]) -> Vec<f32> {
        let mut sum = vec![0.0_f32; self.dim];
        for piece in pieces {
            let piece = *piece as usize;
            let start = HEADER + 4 * self.rows() + piece * self.dim;
            let row = self.bytes.get(start..start + self.dim);
            if let (Some(scale), Some(row)) = (self.scales.get(piece), row) {
                for (sum, cell) in sum.iter_mut().zip(row) {
                    *sum += scale * f32::from(cell.cast_signed());
                }
            }
        }
        sum
    }
}
