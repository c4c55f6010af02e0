//! What can be wrong with a table or a vocabulary brought by the caller.

use std::{io, path::PathBuf};

/// A result whose error is [`Error`] unless said otherwise.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why a table and its vocabulary cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A file could not be read, or the vocabulary is not UTF-8.
    #[error("cannot read {}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// The table does not begin with `KSE1`.
    #[error("not a KSE1 table")]
    Magic,
    /// The table is shorter or longer than its header says.
    #[error("table of {found} bytes where its header asks for {expected}")]
    Length {
        /// Bytes the header asks for; the largest number there is when it cannot be represented.
        expected: usize,
        /// Bytes there are.
        found: usize,
    },
    /// The table has no rows or no columns.
    #[error("empty table ({rows} rows, {dim} columns)")]
    Empty {
        /// Rows in the header.
        rows: usize,
        /// Columns in the header.
        dim: usize,
    },
    /// The scale of a row is not finite.
    #[error("scale of row {row} is not finite")]
    Scale {
        /// The row.
        row: usize,
    },
    /// The vocabulary does not have one piece a row.
    #[error("vocabulary of {pieces} pieces for a table of {rows} rows")]
    Pieces {
        /// Lines of the vocabulary.
        pieces: usize,
        /// Rows of the table.
        rows: usize,
    },
    /// A piece is there twice.
    #[error("piece {piece:?} again on line {line}")]
    Duplicate {
        /// The piece.
        piece: String,
        /// The line of its second occurrence, from 1.
        line: usize,
    },
    /// The vocabulary has no `[UNK]`, which every unknown word becomes.
    #[error("vocabulary without [UNK]")]
    NoUnknown,
}
