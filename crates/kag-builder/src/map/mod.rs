//! Tables to typed nodes and facts.

mod cells;
mod column;
mod listing;
mod mapping;
mod register;
mod run;
mod set_report;
mod shape;
mod table;
mod table_set;

use std::sync::Arc;

use kag_core::ContributionDraft;
use serde::{Deserialize, Serialize};

pub use column::{CellLink, Column, Target};
pub use mapping::TableMapping;
pub use set_report::{SetReport, SkippedTable, TableReport, UnknownColumn, Unlisted};
pub use shape::TableShape;
pub use table_set::TableSet;

use crate::{DecodeError, VocabularyError};

/// A table, mapped.
#[derive(Clone, Debug)]
pub struct Mapped {
    /// All that its rows say.
    pub draft: ContributionDraft,
    /// Rows and cells that could not be mapped, in order.
    pub problems: Vec<MapProblem>,
}

/// A row, or a cell of it, that could not be mapped.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MapProblem {
    /// Which row, from 1, not counting the header.
    pub row: u64,
    /// Why.
    pub reason: Arc<str>,
}

/// Why a source is no table of this mapping.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum MapError {
    /// The source is not text.
    #[error("the source is not text")]
    Decode(#[from] DecodeError),
    /// The source is not CSV.
    #[error("the source is not CSV")]
    Csv(#[from] csv::Error),
    /// There is not even a header.
    #[error("the table has no header")]
    NoHeader,
    /// The mapping speaks of a column that the header does not have.
    #[error("no column {column:?} among {header:?}{}", crate::vocabulary::hint(nearest.as_deref()))]
    NoColumn {
        /// The column.
        column: Arc<str>,
        /// The columns there are.
        header: Vec<Arc<str>>,
        /// The nearest of them.
        nearest: Option<Arc<str>>,
    },
    /// Two columns have one name, and the mapping speaks of it.
    #[error("two columns are called {column:?}")]
    TwoColumns {
        /// The column.
        column: Arc<str>,
    },
    /// The mapping speaks of what the schema does not have.
    #[error("the mapping is not of this schema")]
    Vocabulary(#[from] VocabularyError),
    /// More rows than a document can have chunks.
    #[error("the table has more than {} rows", u32::MAX - 1)]
    TooManyRows,
}
