//! Where vectors are when they are not in memory.

use std::{fmt, fs::File};

use crate::{Error, ErrorKind, Result};

const OPERATION: &str = "vector.rows";

/// Bytes of a checksum behind each row.
const CHECKSUM: usize = 4;

/// The vectors of a [`VectorSegment`](super::VectorSegment), wherever they are.
///
/// They are read one at a time, a few dozen a search, when their codes have told that they
/// may be among the best.
///
/// ```
/// use kag_core::{Result, vector::Rows};
///
/// /// Vectors that someone computes.
/// #[derive(Debug)]
/// struct Corners;
///
/// impl Rows for Corners {
///     fn row<'r>(&'r self, row: usize, buffer: &'r mut Vec<f32>) -> Result<&'r [f32]> {
///         buffer.clear();
///         buffer.extend((0..3).map(|axis| if axis == row { 1.0 } else { 0.0 }));
///         Ok(buffer)
///     }
/// }
///
/// assert_eq!(Corners.row(1, &mut Vec::new())?, [0.0, 1.0, 0.0]);
/// # Ok::<(), kag_core::Error>(())
/// ```
pub trait Rows: fmt::Debug + Send + Sync {
    /// The vector of this row, which the segment has; in `buffer` where it is not in memory.
    ///
    /// # Errors
    /// [`Corrupt`](ErrorKind::Corrupt) if it is not as it was; [`Unavailable`](ErrorKind::Unavailable)
    /// if it cannot be read.
    fn row<'r>(&'r self, row: usize, buffer: &'r mut Vec<f32>) -> Result<&'r [f32]>;
}

/// Vectors in memory, one after the other.
#[derive(Debug)]
pub(super) struct MemoryRows {
    pub(super) dim: usize,
    pub(super) elements: Vec<f32>,
}

impl MemoryRows {
    /// The vectors written as `bytes`, each with its checksum; nothing if one is damaged.
    pub(super) fn read(dim: usize, bytes: &[u8]) -> Option<Self> {
        let mut elements = Vec::with_capacity(bytes.len() / size_of::<f32>());
        for row in bytes.chunks(stride(dim)) {
            elements.extend(checked(row)?);
        }
        Some(Self { dim, elements })
    }

    pub(super) fn get(&self, row: usize) -> &[f32] {
        self.elements.get(row * self.dim..(row + 1) * self.dim).unwrap_or_default()
    }
}

impl Rows for MemoryRows {
    fn row<'r>(&'r self, row: usize, _: &'r mut Vec<f32>) -> Result<&'r [f32]> {
        self.elements.get(row * self.dim..(row + 1) * self.dim).ok_or_else(|| no_row(row))
    }
}

/// Vectors in a file, each read when asked for and compared with its checksum.
#[derive(Debug)]
pub(super) struct FileRows {
    pub(super) file: ByPosition,
    /// Where the first begins.
    pub(super) start: u64,
    pub(super) dim: usize,
}

impl Rows for FileRows {
    fn row<'r>(&'r self, row: usize, buffer: &'r mut Vec<f32>) -> Result<&'r [f32]> {
        let mut bytes = vec![0; stride(self.dim)];
        let at = self.start + row as u64 * bytes.len() as u64;
        self.file.read(at, &mut bytes).map_err(|error| match error.kind() {
            std::io::ErrorKind::UnexpectedEof => no_row(row).because(error),
            _ => Error::new(ErrorKind::Unavailable, OPERATION).with("row", row).because(error),
        })?;
        let damaged = || {
            Error::new(ErrorKind::Corrupt, OPERATION).reason("a vector does not match its checksum").with("row", row)
        };
        buffer.clear();
        buffer.extend(checked(&bytes).ok_or_else(damaged)?);
        Ok(buffer)
    }
}

fn no_row(row: usize) -> Error {
    Error::new(ErrorKind::Corrupt, OPERATION).reason("a vector is missing").with("row", row)
}

/// Bytes of a vector and its checksum.
pub(super) fn stride(dim: usize) -> usize {
    dim * size_of::<f32>() + CHECKSUM
}

/// Appends `vector` and its checksum.
pub(super) fn write(vector: &[f32], to: &mut Vec<u8>) {
    let start = to.len();
    vector.iter().for_each(|element| to.extend_from_slice(&element.to_le_bytes()));
    let checksum = crc32fast::hash(to.get(start..).unwrap_or_default());
    to.extend_from_slice(&checksum.to_le_bytes());
}

/// The elements of a vector that was [written](write), if it is as it was.
fn checked(bytes: &[u8]) -> Option<impl Iterator<Item = f32>> {
    let (vector, checksum) = bytes.split_last_chunk::<CHECKSUM>()?;
    let (elements, rest) = vector.as_chunks();
    let sound = rest.is_empty() && crc32fast::hash(vector) == u32::from_le_bytes(*checksum);
    sound.then(|| elements.iter().map(|bytes| f32::from_le_bytes(*bytes)))
}

/// A file that many read at once, each at its own position.
#[derive(Debug)]
pub(super) struct ByPosition {
    #[cfg(unix)]
    file: File,
    #[cfg(not(unix))]
    file: std::sync::Mutex<File>,
}

#[cfg(unix)]
impl ByPosition {
    pub(super) fn new(file: File) -> Self {
        Self { file }
    }

    fn read(&self, at: u64, to: &mut [u8]) -> std::io::Result<()> {
        std::os::unix::fs::FileExt::read_exact_at(&self.file, to, at)
    }
}

#[cfg(not(unix))]
impl ByPosition {
    pub(super) fn new(file: File) -> Self {
        Self { file: std::sync::Mutex::new(file) }
    }

    fn read(&self, at: u64, to: &mut [u8]) -> std::io::Result<()> {
        use std::io::{Read, Seek, SeekFrom};

        let mut file = self.file.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        file.seek(SeekFrom::Start(at))?;
        file.read_exact(to)
    }
}
