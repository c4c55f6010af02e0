//! Binding tables: what the variables of a plan are bound to.
//!
//! A row keeps what belongs together, so that after "the teams he played for" and "the
//! years they were founded" a sort still knows which year is which team's:
//!
//! ```
//! use kag_core::{Score, Value};
//! use kag_solver::logical::{SortDirection, Var};
//! use kag_solver::{BindingTable, Cell, Row};
//!
//! let [team, year] = ["o1", "o2"].map(|name| Var::new(name).unwrap());
//! let mut teams = BindingTable::new([team.clone()]);
//! let mut years = BindingTable::new([team.clone(), year.clone()]);
//! for (name, founded) in [("皇家马德里", 1902), ("Portugal", 1914)] {
//!     let cell = Cell::from(Value::from(name));
//!     teams.push(Row::new([Some(cell.clone())]))?;
//!     years.push(Row::new([Some(cell), Some(Value::Integer(founded).into())]))?;
//! }
//! let joined = teams.left_join(&years);
//! let top = joined.top(&team, &[year], SortDirection::Descending, Some(1))?;
//! assert_eq!(top.table.values(&team)?, [&Cell::from(Value::from("Portugal"))]);
//! # Ok::<(), kag_solver::TableError>(())
//! ```

mod join;
mod render;
mod row;
mod sort;
mod stored;
mod support;

use std::collections::{HashMap, HashSet};

use kag_core::Value;

use crate::logical::Var;

pub use row::{Cell, Row};
pub use sort::Top;
pub use support::Support;

/// Columns of variables and rows of what they are bound to together.
///
/// Rows are a set: no two have equal values in all columns. Adding a row that is there
/// already merges the two ([`Row::merge`]). Rows keep the order in which they first came,
/// so equal inputs give equal tables.
#[derive(Clone, Debug, Default)]
pub struct BindingTable {
    columns: Vec<Var>,
    /// Each as long as `columns`.
    rows: Vec<Row>,
    /// Where the row with these values is.
    places: HashMap<Vec<Option<Value>>, usize>,
}

/// A table was asked for what it does not have.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TableError {
    /// No column of the table is this variable.
    #[error("no column is called `{var}`")]
    UnknownColumn {
        /// The variable.
        var: Var,
    },
    /// A row has not as many cells as the table has columns.
    #[error("a row of {cells} cells does not fit {columns} columns")]
    Width {
        /// Number of cells of the row.
        cells: usize,
        /// Number of columns of the table.
        columns: usize,
    },
}

impl BindingTable {
    /// The table of these columns, each once, without rows.
    #[must_use]
    pub fn new(columns: impl IntoIterator<Item = Var>) -> Self {
        let mut unique = Vec::new();
        for var in columns {
            if !unique.contains(&var) {
                unique.push(var);
            }
        }
        Self { columns: unique, ..Self::default() }
    }

    /// The table of one row that binds nothing: joined with any table it gives that table.
    #[must_use]
    pub fn unit() -> Self {
        let mut unit = Self::default();
        unit.merge_in(Row::new([]));
        unit
    }

    /// The variables, in order.
    #[must_use]
    pub fn columns(&self) -> &[Var] {
        &self.columns
    }

    /// The rows, in order.
    #[must_use]
    pub fn rows(&self) -> &[Row] {
        &self.rows
    }

    /// Number of rows.
    #[must_use]
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there are no rows.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The place of `var` among the columns, from 0.
    #[must_use]
    pub fn position(&self, var: &Var) -> Option<usize> {
        self.columns.iter().position(|column| column == var)
    }

    /// Adds a row, or merges it with the row that has the same values.
    ///
    /// # Errors
    ///
    /// [`TableError::Width`] where the row has not one cell a column.
    pub fn push(&mut self, row: Row) -> Result<(), TableError> {
        if row.cells().len() != self.columns.len() {
            return Err(TableError::Width { cells: row.cells().len(), columns: self.columns.len() });
        }
        self.merge_in(row);
        Ok(())
    }

    /// The cells of `var`, one a row, in row order; `None` is null.
    ///
    /// # Errors
    ///
    /// [`TableError::UnknownColumn`].
    pub fn cells(&self, var: &Var) -> Result<impl Iterator<Item = Option<&Cell>>, TableError> {
        let at = self.require(var)?;
        Ok(self.rows.iter().map(move |row| row.cell(at)))
    }

    /// The distinct non-null values of `var`, in the order of their first row.
    ///
    /// # Errors
    ///
    /// [`TableError::UnknownColumn`].
    pub fn values(&self, var: &Var) -> Result<Vec<&Cell>, TableError> {
        let mut seen = HashSet::new();
        let cells = self.cells(var)?.flatten();
        Ok(cells.filter(|cell| seen.insert(&cell.value)).collect())
    }

    /// The number of distinct non-null values of `var`.
    ///
    /// # Errors
    ///
    /// [`TableError::UnknownColumn`].
    pub fn count(&self, var: &Var) -> Result<usize, TableError> {
        self.values(var).map(|values| values.len())
    }

    /// The rows for which `keep` holds, in the same order.
    #[must_use]
    pub fn filter(&self, mut keep: impl FnMut(&Row) -> bool) -> Self {
        self.with_rows(self.rows.iter().filter(|row| keep(row)).cloned())
    }

    /// The same rows with only the columns `vars`, in this order; rows that become equal
    /// are merged.
    ///
    /// # Errors
    ///
    /// [`TableError::UnknownColumn`].
    pub fn project(&self, vars: &[Var]) -> Result<Self, TableError> {
        let mut table = Self::new(vars.iter().cloned());
        let columns = table.columns.iter();
        let places: Vec<usize> = columns.map(|var| self.require(var)).collect::<Result<_, _>>()?;
        for row in &self.rows {
            table.merge_in(row.reshaped(places.iter().map(|at| row.cell(*at).cloned())));
        }
        Ok(table)
    }

    /// The same rows with one more column, or with that column computed anew.
    #[must_use]
    pub fn with_column(&self, var: Var, mut cell: impl FnMut(&Row) -> Option<Cell>) -> Self {
        let at = self.position(&var);
        let mut table = Self::new(self.columns.iter().cloned().chain([var]));
        for row in &self.rows {
            let new = cell(row);
            let mut cells = row.cells().to_vec();
            match at.and_then(|at| cells.get_mut(at)) {
                Some(old) => *old = new,
                None => cells.push(new),
            }
            table.merge_in(row.reshaped(cells));
        }
        table
    }

    /// The same rows, in which what `var` is bound to is bound to `name` as well.
    pub(crate) fn renamed(&self, var: &Var, name: &Var) -> Self {
        let at = self.position(var);
        self.with_column(name.clone(), |row| row.cell(at?).cloned())
    }

    /// The rows of both, this table's first. A column that only one of them has is null in
    /// the rows of the other; columns of the other are added at the end.
    #[must_use]
    pub fn union(&self, other: &Self) -> Self {
        let mut table = Self::new(self.columns.iter().chain(&other.columns).cloned());
        for source in [self, other] {
            let places: Vec<_> = table.columns.iter().map(|var| source.position(var)).collect();
            for row in &source.rows {
                let cells = places.iter().map(|at| row.cell((*at)?).cloned());
                table.merge_in(row.reshaped(cells));
            }
        }
        table
    }

    /// The first `rows` rows.
    #[must_use]
    pub fn limit(&self, rows: usize) -> Self {
        self.with_rows(self.rows.iter().take(rows).cloned())
    }

    fn require(&self, var: &Var) -> Result<usize, TableError> {
        self.position(var).ok_or_else(|| TableError::UnknownColumn { var: var.clone() })
    }

    /// The table of these rows, which have this table's columns.
    fn with_rows(&self, rows: impl IntoIterator<Item = Row>) -> Self {
        let mut table = Self::new(self.columns.iter().cloned());
        for row in rows {
            table.merge_in(row);
        }
        table
    }

    /// Adds a row that has one cell a column.
    fn merge_in(&mut self, row: Row) {
        let next = self.rows.len();
        let place = *self.places.entry(row.values()).or_insert(next);
        match self.rows.get_mut(place) {
            Some(same) => same.merge(row),
            None => self.rows.push(row),
        }
    }
}

/// Equal columns and equal rows, each in the same order.
impl PartialEq for BindingTable {
    fn eq(&self, other: &Self) -> bool {
        self.columns == other.columns && self.rows == other.rows
    }
}

impl Eq for BindingTable {}
