//! Ordering rows and keeping the first.

use std::{borrow::Cow, cmp::Ordering, collections::HashSet};

use kag_core::{PartialDate, Value};

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
    /// The order of values is the total one of kag-core, but that beside dates a whole number
    /// is a year; nulls come last in either direction; equal rows keep their order.
    ///
    /// # Errors
    ///
    /// [`TableError::UnknownColumn`].
    pub fn sort(&self, by: &[Var], direction: SortDirection) -> Result<Self, TableError> {
        let columns = self.keys(by)?;
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
        let columns = self.keys(by)?;
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

    fn keys(&self, vars: &[Var]) -> Result<Vec<Key>, TableError> {
        let key = |var: &Var| {
            let at = self.require(var)?;
            let mut cells = self.rows.iter().filter_map(|row| row.cell(at));
            Ok(Key { at, has_dates: cells.any(|cell| matches!(cell.value, Value::Date(_) | Value::Interval(_))) })
        };
        vars.iter().map(key).collect()
    }
}

/// A column that rows are ordered by.
struct Key {
    at: usize,
    has_dates: bool,
}

impl Key {
    /// The value that is compared: beside dates a whole number is a year.
    fn value<'c>(&self, cell: &'c Cell) -> Cow<'c, Value> {
        match &cell.value {
            Value::Integer(year) if self.has_dates => {
                let year = i16::try_from(*year).ok().and_then(PartialDate::of_year);
                year.map_or(Cow::Borrowed(&cell.value), |year| Cow::Owned(Value::Date(year)))
            }
            value => Cow::Borrowed(value),
        }
    }
}

fn compare(left: &Row, right: &Row, keys: &[Key], direction: SortDirection) -> Ordering {
    let ordering = |key: &Key| match (left.cell(key.at), right.cell(key.at)) {
        (Some(left), Some(right)) => {
            let ordering = key.value(left).total_cmp(&key.value(right));
            match direction {
                SortDirection::Ascending => ordering,
                SortDirection::Descending => ordering.reverse(),
            }
        }
        (left, right) => left.is_none().cmp(&right.is_none()),
    };
    keys.iter().map(ordering).find(|ordering| ordering.is_ne()).unwrap_or(Ordering::Equal)
}
