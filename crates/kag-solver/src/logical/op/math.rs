//! Computing.

use std::sync::Arc;

use kag_schema::{Expr, ExprKind};
use serde::{Deserialize, Serialize};

use super::super::{Operand, Var};

/// Computes a value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Math {
    /// An expression over variables: `Math(max(o2) - 1)`. A variable's name in the
    /// expression is the plan's, and `o1.founded` is a property of what it is bound to.
    Formula {
        /// The expression.
        expr: Expr,
        /// What the rows are grouped by: `Math(count(o2), by=o1)` has one value for each
        /// value of `o1`, which stands in each of its rows. Empty means one value in all.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        by: Vec<Var>,
    },
    /// A computation told in words; an expression has to be found for it before it runs:
    /// ``Math(content=[o2], target="成立时间最晚的球队")``.
    Task {
        /// What it is computed from.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        content: Vec<Operand>,
        /// What is wanted, in words, LaTeX or an expression.
        target: Arc<str>,
    },
}

impl Math {
    /// The one value that `expr` gives.
    #[must_use]
    pub fn formula(expr: Expr) -> Self {
        Self::Formula { expr, by: Vec::new() }
    }

    /// Every variable it computes with, in reading order. Names in an expression that
    /// cannot be variables of a plan (`#1`) are left out.
    pub(super) fn needed(&self) -> Vec<Var> {
        match self {
            Self::Formula { expr, by } => {
                let named = expr.variables().into_iter().filter_map(|name| Var::new(name));
                named.chain(by.iter().cloned()).collect()
            }
            Self::Task { content, .. } => {
                content.iter().flat_map(Operand::paths).map(|path| path.var.clone()).collect()
            }
        }
    }
}

/// Whether `expr` counts rows, of which steps that nothing else uses can make more.
pub(crate) fn counts_rows(expr: &Expr) -> bool {
    let counts =
        matches!(&expr.kind, ExprKind::Call { function, .. } if matches!(&**function, "count_all" | "countAll"));
    counts || expr.children().any(counts_rows)
}
