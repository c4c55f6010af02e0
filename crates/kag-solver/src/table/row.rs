//! Rows and their cells.

use std::{collections::BTreeSet, fmt, sync::Arc};

use kag_core::{Score, Value};
use serde::{Deserialize, Serialize};

use super::Support;

/// What a variable is bound to, and how people call it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cell {
    /// The value; a node is [`Value::Node`].
    pub value: Value,
    /// What is shown for it, as a node's name; `None` shows the value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<Arc<str>>,
}

/// What the variables are bound to together, why, and how well.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Row {
    cells: Vec<Option<Cell>>,
    /// What the row rests on, sorted, each once.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub support: BTreeSet<Support>,
    /// The least score of what it was joined from; [`Score::ONE`] for what is certain.
    pub score: Score,
}

impl Cell {
    /// `value`, shown as `text`.
    #[must_use]
    pub fn shown(value: impl Into<Value>, text: impl Into<Arc<str>>) -> Self {
        Self { value: value.into(), text: Some(text.into()) }
    }

    /// Takes the text of an equal cell where this has none, and the smaller by bytes where
    /// both have one, so that the order of merging does not count.
    pub(super) fn merge_text(&mut self, other: Self) {
        self.text = match (self.text.take(), other.text) {
            (Some(left), Some(right)) => Some(left.min(right)),
            (left, right) => left.or(right),
        };
    }
}

impl From<Value> for Cell {
    fn from(value: Value) -> Self {
        Self { value, text: None }
    }
}

impl fmt::Display for Cell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.text {
            Some(text) => f.write_str(text),
            None => self.value.fmt(f),
        }
    }
}

impl Row {
    /// The row of these cells (`None` is null), certain and without support.
    #[must_use]
    pub fn new(cells: impl IntoIterator<Item = Option<Cell>>) -> Self {
        Self { cells: cells.into_iter().collect(), support: BTreeSet::new(), score: Score::ONE }
    }

    /// The same row, resting on `support` besides.
    #[must_use]
    pub fn with_support(mut self, support: impl IntoIterator<Item = Support>) -> Self {
        self.support.extend(support);
        self
    }

    /// The same row with this score.
    #[must_use]
    pub fn with_score(mut self, score: Score) -> Self {
        self.score = score;
        self
    }

    /// The cells, one a column.
    #[must_use]
    pub fn cells(&self) -> &[Option<Cell>] {
        &self.cells
    }

    /// The cell in the column at `position`; `None` where it is null.
    #[must_use]
    pub fn cell(&self, position: usize) -> Option<&Cell> {
        self.cells.get(position)?.as_ref()
    }

    /// Makes one row of two with the same values: the support of both, and the better
    /// score, for the row holds as well as its best reason.
    pub fn merge(&mut self, same: Self) {
        for (cell, other) in self.cells.iter_mut().zip(same.cells) {
            if let (Some(cell), Some(other)) = (cell, other) {
                cell.merge_text(other);
            }
        }
        self.support.extend(same.support);
        self.score = self.score.max(same.score);
    }

    /// What makes the row the same as another.
    pub(super) fn values(&self) -> Vec<Option<Value>> {
        let cells = self.cells.iter();
        cells.map(|cell| cell.as_ref().map(|cell| cell.value.clone())).collect()
    }

    /// Other cells with this row's support and score.
    pub(super) fn reshaped(&self, cells: impl IntoIterator<Item = Option<Cell>>) -> Self {
        Self { cells: cells.into_iter().collect(), support: self.support.clone(), score: self.score }
    }

    /// These cells and those, resting on what both rest on, as good as the worse of both.
    pub(super) fn joined(&self, cells: impl IntoIterator<Item = Option<Cell>>, with: &Self) -> Self {
        let mut row = self.reshaped(cells);
        row.support.extend(with.support.iter().cloned());
        row.score = row.score.min(with.score);
        row
    }
}
