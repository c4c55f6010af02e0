//! What a query shows: its columns, and aggregates over matches among them.

use kag_core::Span;

use super::{Checker, Variable};
use crate::{
    Aggregate, Diagnostic, Expr, ExprKind, ExprType, RuleQuery,
    expr::InRule,
    rule::aggregate::{ShownAggregate, of_matches},
};

impl Checker<'_> {
    pub(super) fn shown(&mut self, query: &RuleQuery) {
        self.shows = true;
        for item in &query.items {
            self.expr(&item.expr, None);
        }
        self.shows = false;
        let functions = self.functions;
        let of: Vec<Vec<ShownAggregate<'_>>> =
            query.items.iter().map(|item| query.aggregates(item, functions)).collect();
        if of.iter().all(Vec::is_empty) {
            return;
        }
        self.mentions.aggregate();
        let keys = query.items.iter().zip(&of).filter(|(_, aggregates)| aggregates.is_empty());
        let keys: Vec<&Expr> = keys.map(|(item, _)| &item.expr).collect();
        for (item, aggregates) in query.items.iter().zip(&of).filter(|(_, aggregates)| !aggregates.is_empty()) {
            for aggregate in aggregates {
                self.aggregated(aggregate);
            }
            self.decided(&item.expr, aggregates, &keys);
        }
    }

    /// Reports an aggregate of an aggregate, and arithmetic with nodes.
    fn aggregated(&mut self, aggregate: &ShownAggregate<'_>) {
        let Some(of) = aggregate.of else { return };
        let mut waiting = vec![of];
        while let Some(part) = waiting.pop() {
            if of_matches(part, self.functions, &self.several).is_some() {
                let message = format!("`{}` aggregates what is aggregated already", InRule(aggregate.call));
                let wrong = Diagnostic::error(part.span, message);
                self.report(wrong.with_hint("name it by `group(…)` in a `Rule` block, and aggregate that name"));
                return;
            }
            waiting.extend(part.children());
        }
        if let ExprKind::Call { function, .. } = &aggregate.call.kind {
            self.amount(function, aggregate.which, of);
        }
    }

    /// Reports a sum, a mean, a least or a greatest of nodes or edges.
    pub(super) fn amount(&mut self, name: &str, which: Aggregate, of: &Expr) {
        let what = match super::variable_name(of).and_then(|name| self.variables.get(name)) {
            Some(Variable::Node(_)) => "a node",
            Some(Variable::Edge(_)) => "an edge",
            _ => return,
        };
        if matches!(which, Aggregate::Sum | Aggregate::Avg | Aggregate::Min | Aggregate::Max) {
            let wrong = Diagnostic::error(of.span, format!("`{name}` does not take {what}"));
            self.report(wrong.with_expected(format!("a property of it, as in `{}.…`", InRule(of))));
        }
    }

    /// Reports what stands beside an aggregate and is no column: in a group it may be anything.
    fn decided(&mut self, expr: &Expr, aggregates: &[ShownAggregate<'_>], keys: &[&Expr]) {
        if keys.contains(&expr) || aggregates.iter().any(|aggregate| aggregate.call == expr) {
            return;
        }
        let open = match &expr.kind {
            ExprKind::Variable(name) => self.variables.get(name).is_some(),
            ExprKind::Property { .. } => !root_is(expr, keys),
            _ => false,
        };
        if open {
            let message = format!("`{}` is neither aggregated nor a column", InRule(expr));
            let wrong = Diagnostic::error(expr.span, message);
            self.report(wrong.with_hint("make it a column of its own, by which matches are grouped, or aggregate it"));
            return;
        }
        if !matches!(expr.kind, ExprKind::Property { .. } | ExprKind::Lambda { .. }) {
            expr.children().for_each(|part| self.decided(part, aggregates, keys));
        }
    }

    /// Reports an aggregate outside of what is shown: there it is of one match.
    pub(super) fn within_one_match(&mut self, call: &Expr, kind: Option<&ExprType>) {
        let Some(aggregate) = of_matches(call, self.functions, &self.several) else { return };
        let known = |of: &Expr| super::variable_name(of).and_then(|name| self.variables.get(name));
        let thing = match aggregate.of {
            None => true,
            Some(of) => matches!(known(of), Some(Variable::Node(_) | Variable::Edge(_))),
        };
        let single = kind.is_some_and(|kind| !matches!(kind, ExprType::Any | ExprType::List(_)));
        if !thing && !single {
            return;
        }
        let ExprKind::Call { function, .. } = &call.kind else { return };
        let message = format!("`{}` is of one match alone", InRule(call));
        let span: Span = call.span;
        let wrong = if thing { Diagnostic::error(span, message) } else { Diagnostic::warning(span, message) };
        let of = aggregate.of.map(|of| InRule(of).to_string()).unwrap_or_default();
        self.report(wrong.with_hint(format!(
            "over all matches of a group write `group(…).{function}({of})`, in a query perhaps as a column of `RETURN`"
        )));
    }
}

/// Whether what has the property, or what has that, is one of `keys`.
fn root_is(expr: &Expr, keys: &[&Expr]) -> bool {
    let mut at = expr;
    while let ExprKind::Property { of, .. } = &at.kind {
        if keys.contains(&&**of) {
            return true;
        }
        at = of;
    }
    false
}
