//! Ordering rows and keeping the first.

use std::{cmp::Ordering, collections::HashSet};

use super::{BindingTable, Cell, Row, TableError};
use crate::logical::{SortDirection, Var};

/// The rows of the first values of a variable, and the values that were left out though
/// they are as good as the last one kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Top {
    /// The rows that stay, in order.
    pub table: BindingTable,
    /// The values left out whose best row ties with the last value's best row, in order.
    /// Not empty means that the limit cut through equals.
    pub tied: Vec<Cell>,
}

impl BindingTable {
    /// The rows in the order of the columns `by`, most significant first.
    ///
    /// The order of values is the total one of kag-core; nulls come last in either
    /// direction; equal rows keep their order.
    ///
    /// # Errors
    ///
    /// [`TableError::UnknownColumn`].
    pub fn sort(&self, by: &[Var], direction: SortDirection) -> Result<Self, TableError> {
        let columns = self.require_all(by)?;
        let mut rows = self.rows.clone();
        rows.sort_by(|left, right| compare(left, right, &columns, direction));
        Ok(self.with_rows(rows))
    }

    /// The rows in the order of the columns `by` (of `set` itself where there are none),
    /// keeping those of the first `limit` distinct values of `set`; `None` keeps all.
    ///
    /// A value's place is that of its first row. With a limit, rows in which `set` is null
    /// are dropped.
    ///
    /// # Errors
    ///
    /// [`TableError::UnknownColumn`].
    pub fn top(
        &self,
        set: &Var,
        by: &[Var],
        direction: SortDirection,
        limit: Option<usize>,
    ) -> Result<Top, TableError> {
        let set_at = self.require(set)?;
        let by = if by.is_empty() { std::slice::from_ref(set) } else { by };
        let columns = self.require_all(by)?;
        let sorted = self.sort(by, direction)?;
        let Some(limit) = limit else {
            let tied = Vec::new();
            return Ok(Top { table: sorted, tied });
        };
        let (mut kept, mut seen) = (HashSet::new(), HashSet::new());
        let (mut last, mut tied) = (None, Vec::new());
        for row in &sorted.rows {
            let Some(cell) = row.cell(set_at) else {
                continue;
            };
            if !seen.insert(&cell.value) {
                continue;
            }
            if kept.len() < limit {
                kept.insert(&cell.value);
                last = Some(row);
            } else if last.is_some_and(|last| compare(last, row, &columns, direction).is_eq()) {
                tied.push(cell.clone());
            }
        }
        let stays = |row: &Row| row.cell(set_at).is_some_and(|cell| kept.contains(&cell.value));
        Ok(Top { table: sorted.filter(stays), tied })
    }

    fn require_all(&self, vars: &[Var]) -> Result<Vec<usize>, TableError> {
        vars.iter().map(|var| self.require(var)).collect()
    }
}

fn compare(left: &Row, right: &Row, columns: &[usize], direction: SortDirection) -> Ordering {
    let ordering = |at: &usize| match (left.cell(*at), right.cell(*at)) {
        (Some(left), Some(right)) => {
            let ordering = left.value.total_cmp(&right.value);
            match direction {
                SortDirection::Ascending => ordering,
                SortDirection::Descending => ordering.reverse(),
            }
        }
        (left, right) => left.is_none().cmp(&right.is_none()),
    };
    columns.iter().map(ordering).find(|ordering| ordering.is_ne()).unwrap_or(Ordering::Equal)
}
