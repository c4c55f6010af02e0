//! What became of the tables of a set.

use std::{fmt, sync::Arc};

use kag_core::TypeName;
use serde::{Deserialize, Serialize};

use super::{MapProblem, TableShape};
use crate::BuildReport;

/// What became of the tables of a set: nothing that they say is lost without a word here.
///
/// Prints as a line a table with its counts; with `{:#}` also every row, value and reference
/// that is counted.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[non_exhaustive]
pub struct SetReport {
    /// Each table, by URI.
    pub tables: Vec<TableReport>,
    /// Tables of which nothing was read, by URI.
    pub skipped: Vec<SkippedTable>,
    /// What was committed. A document's problems are those of the table's rows.
    pub build: BuildReport,
}

/// A table of which nothing was read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SkippedTable {
    /// The table.
    pub uri: Arc<str>,
    /// How many rows it has, where it can be read at all.
    pub rows: usize,
    /// Why.
    pub reason: Arc<str>,
}

/// What became of one table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct TableReport {
    /// The table.
    pub uri: Arc<str>,
    /// What its rows say.
    pub shape: TableShape,
    /// How many rows it has.
    pub rows: usize,
    /// The columns that were not read, because the schema does not know them or an earlier
    /// column is called the same.
    pub unknown_columns: Vec<UnknownColumn>,
    /// The references to things that no table lists, each once, by their first row.
    pub unlisted: Vec<Unlisted>,
    /// Rows and cells that could not be mapped, in order.
    pub problems: Vec<MapProblem>,
}

/// A column that was not read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnknownColumn {
    /// What it is called.
    pub column: Arc<str>,
    /// The nearest that the schema knows there.
    pub nearest: Option<Arc<str>>,
    /// What is in it and was not read: the row, from 1, and the text.
    pub values: Vec<(u64, Arc<str>)>,
}

/// A text that refers to a thing which no table lists. It is a node all the same, with this
/// text as its key and name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unlisted {
    /// What it is taken for.
    pub type_name: TypeName,
    /// The text.
    pub text: Arc<str>,
    /// The first row that has it, from 1.
    pub row: u64,
    /// The column there.
    pub column: Arc<str>,
    /// How often the table has it.
    pub times: usize,
    /// How many listed things bear it as a name; never one, and none is meant where there
    /// are several.
    pub bearers: usize,
}

impl TableReport {
    /// How many values were not read: those of unknown columns, and those of problems.
    #[must_use]
    pub fn dropped(&self) -> usize {
        self.unknown_columns.iter().map(|unknown| unknown.values.len()).sum::<usize>() + self.problems.len()
    }
}

impl fmt::Display for SetReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sum = |of: fn(&TableReport) -> usize| self.tables.iter().map(of).sum::<usize>();
        write!(
            f,
            "tables: {} read, {} skipped; rows: {}; dropped: {}; references to unlisted things: {}",
            self.tables.len(),
            self.skipped.len(),
            sum(|table| table.rows),
            sum(TableReport::dropped),
            sum(|table| table.unlisted.len()),
        )?;
        let whole = f.alternate();
        for skipped in &self.skipped {
            write!(f, "\n  {skipped}")?;
        }
        for table in &self.tables {
            f.write_str("\n  ")?;
            fmt::Display::fmt(table, f)?;
            let documents = self.build.documents.iter().filter(|document| document.uri == table.uri);
            let violations: Vec<_> = documents.flat_map(|document| &document.violations).collect();
            if !violations.is_empty() {
                write!(f, "{}{} violations", if whole { "\n    " } else { "; " }, violations.len())?;
            }
            for violation in violations.iter().filter(|_| whole) {
                write!(f, "\n    {violation}")?;
            }
        }
        Ok(())
    }
}

impl fmt::Display for SkippedTable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: skipped, {} rows: {}", self.uri, self.rows, self.reason)
    }
}

impl fmt::Display for TableReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}, {} rows", self.uri, self.shape, self.rows)?;
        for unknown in &self.unknown_columns {
            let UnknownColumn { column, nearest, values } = unknown;
            let (what, nearest) = match nearest.as_deref() {
                Some(nearest) if *nearest == **column => ("there twice", None),
                nearest => ("unknown", nearest),
            };
            write!(f, "; column {column:?} {what}, {} values dropped", values.len())?;
            f.write_str(&crate::vocabulary::hint(nearest))?;
        }
        if !self.problems.is_empty() {
            write!(f, "; {} rows or cells dropped", self.problems.len())?;
        }
        if !self.unlisted.is_empty() {
            let times: usize = self.unlisted.iter().map(|unlisted| unlisted.times).sum();
            write!(f, "; {} unlisted things in {times} places", self.unlisted.len())?;
        }
        if f.alternate() { self.details(f) } else { Ok(()) }
    }
}

impl TableReport {
    /// Each value, row and reference that is counted.
    fn details(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for unknown in &self.unknown_columns {
            for (row, value) in &unknown.values {
                write!(f, "\n    row {row}: {}: dropped {value:?}", unknown.column)?;
            }
        }
        for MapProblem { row, reason } in &self.problems {
            write!(f, "\n    row {row}: dropped: {reason}")?;
        }
        for Unlisted { type_name, text, row, column, times, bearers } in &self.unlisted {
            write!(f, "\n    row {row}: {column}: {type_name} {text:?} is not listed, {times} times")?;
            if *bearers > 1 {
                write!(f, "; {bearers} are called so")?;
            }
        }
        Ok(())
    }
}
