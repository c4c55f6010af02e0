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
    /// The order of values is the total one of kag-core, but that a node is what is shown for
    /// it says, where that is a number, date or quantity, else that name; and that beside
    /// dates a whole number is a year. Nulls come last in either direction; equal rows keep
    /// their order.
    ///
    /// # Errors
    ///
    /// [`TableError::UnknownColumn`].
    pub fn sort(&self, by: &[Var], direction: SortDirection) -> Result<Self, TableError> {
        let sorted = self.keyed(by, direction)?;
        Ok(self.with_rows(sorted.into_iter().map(|keyed| keyed.row.clone())))
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
        let sorted = self.keyed(by, direction)?;
        let Some(limit) = limit else {
            let rows = sorted.into_iter().map(|keyed| keyed.row.clone());
            return Ok(Top { table: self.with_rows(rows), tied: Vec::new() });
        };
        let (mut kept, mut seen) = (HashSet::new(), HashSet::new());
        let (mut last, mut tied) = (None, Vec::new());
        for keyed in &sorted {
            let Some(cell) = keyed.row.cell(set_at) else {
                continue;
            };
            if !seen.insert(&cell.value) {
                continue;
            }
            if kept.len() < limit {
                kept.insert(&cell.value);
                last = Some(keyed);
            } else if last.is_some_and(|last| last.compare(keyed, direction).is_eq()) {
                tied.push(cell.clone());
            }
        }
        let stays = |row: &&Row| row.cell(set_at).is_some_and(|cell| kept.contains(&cell.value));
        let rows = sorted.iter().map(|keyed| keyed.row).filter(stays).cloned();
        Ok(Top { table: self.with_rows(rows), tied })
    }

    /// The rows in order, each with what it is ordered by.
    fn keyed(&self, by: &[Var], direction: SortDirection) -> Result<Vec<Keyed<'_>>, TableError> {
        let mut sorted: Vec<_> = self.rows.iter().map(|row| Keyed { keys: Vec::new(), row }).collect();
        for var in by {
            let at = self.require(var)?;
            let mut column: Vec<_> = self.rows.iter().map(|row| row.cell(at).map(compared)).collect();
            let is_time = |value: &Cow<'_, Value>| matches!(**value, Value::Date(_) | Value::Interval(_));
            if column.iter().flatten().any(is_time) {
                column.iter_mut().flatten().for_each(years_as_dates);
            }
            sorted.iter_mut().zip(column).for_each(|(keyed, key)| keyed.keys.push(key));
        }
        sorted.sort_by(|left, right| left.compare(right, direction));
        Ok(sorted)
    }
}

/// A row with the values that it is ordered by, the most significant first.
struct Keyed<'r> {
    keys: Vec<Option<Cow<'r, Value>>>,
    row: &'r Row,
}

impl Keyed<'_> {
    fn compare(&self, other: &Self, direction: SortDirection) -> Ordering {
        let ordering = |(left, right): (&Option<Cow<'_, Value>>, &Option<Cow<'_, Value>>)| match (left, right) {
            (Some(left), Some(right)) => match direction {
                SortDirection::Ascending => left.total_cmp(right),
                SortDirection::Descending => right.total_cmp(left),
            },
            (left, right) => left.is_none().cmp(&right.is_none()),
        };
        self.keys.iter().zip(&other.keys).map(ordering).find(|ordering| ordering.is_ne()).unwrap_or(Ordering::Equal)
    }
}

/// What a cell is compared as: a node as what it is called says.
fn compared(cell: &Cell) -> Cow<'_, Value> {
    match (&cell.value, &cell.text) {
        (Value::Node(_), Some(name)) => Cow::Owned(Value::read(name)),
        (value, _) => Cow::Borrowed(value),
    }
}

/// Makes a whole number the year.
fn years_as_dates(value: &mut Cow<'_, Value>) {
    let Value::Integer(year) = **value else { return };
    if let Some(year) = i16::try_from(year).ok().and_then(PartialDate::of_year) {
        *value = Cow::Owned(Value::Date(year));
    }
}
