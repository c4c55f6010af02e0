//! Keeping the rows that a condition allows.

use kag_schema::Expr;
use serde::{Deserialize, Serialize};

use super::super::Var;

/// Keeps the rows for which a condition holds: `Filter(o2 > 1900 and o1 != s1)`.
///
/// The rows are those that bind the first variable of the condition; other variables of
/// these rows are read row by row, variables bound elsewhere stand for all that they are
/// bound to: `Filter(o2 = max(o2))` compares a row with itself, `Filter(o2 = m1)` with what
/// `Math(max(o2))->m1` found, `Filter(not o1 in o9)` with a column. A row for which the
/// condition is undecided, as where a value is missing, does not stay.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Filter {
    /// What must hold.
    pub condition: Expr,
}

impl Filter {
    /// The step that keeps the rows for which `condition` holds.
    #[must_use]
    pub fn new(condition: Expr) -> Self {
        Self { condition }
    }

    /// The variable whose rows are filtered: the first of the condition.
    #[must_use]
    pub fn set(&self) -> Option<Var> {
        self.condition.variables().into_iter().find_map(|name| Var::new(name))
    }

    pub(super) fn needed(&self) -> Vec<Var> {
        self.condition.variables().into_iter().filter_map(|name| Var::new(name)).collect()
    }
}
