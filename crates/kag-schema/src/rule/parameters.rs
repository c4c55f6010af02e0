//! The parameters that rules and queries need: `$x`.

use std::{collections::BTreeSet, sync::Arc};

use super::{Clause, Define, PathPattern, Production, RuleQuery};
use crate::{Expr, ExprKind};

impl RuleQuery {
    /// The parameters it needs, by name and without the `$`.
    #[must_use]
    pub fn parameters(&self) -> BTreeSet<Arc<str>> {
        let items = self.items.iter().map(|item| &item.expr);
        let clauses = self.constraint.iter().map(Clause::expr);
        in_all(&self.structure, clauses.chain(&self.condition).chain(items))
    }
}

impl Define {
    /// The parameters it needs, by name and without the `$`.
    #[must_use]
    pub fn parameters(&self) -> BTreeSet<Arc<str>> {
        let heads = self.subject.condition.iter().chain(&self.object.condition);
        let values = self.action.iter().flat_map(|production| match production {
            Production::Node { values, .. } | Production::Edge { values, .. } => values,
        });
        let clauses = self.constraint.iter().map(Clause::expr);
        in_all(&self.structure, clauses.chain(heads).chain(values.map(|assignment| &assignment.value)))
    }
}

fn in_all<'e>(paths: &'e [PathPattern], exprs: impl Iterator<Item = &'e Expr>) -> BTreeSet<Arc<str>> {
    let mut waiting: Vec<&Expr> = exprs.chain(paths.iter().flat_map(PathPattern::expressions)).collect();
    let mut found = BTreeSet::new();
    while let Some(expr) = waiting.pop() {
        match &expr.kind {
            ExprKind::Parameter(name) => {
                found.insert(Arc::clone(name));
            }
            ExprKind::Path(path) => waiting.extend(path.expressions()),
            _ => waiting.extend(expr.children()),
        }
    }
    found
}
