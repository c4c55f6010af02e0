//! The columns of a query, and aggregates over matches among them.

use std::sync::Arc;

use kag_schema::{Expr, ExprKind, Functions, ReturnItem, RuleQuery};

use super::{
    body::{Asked, Group, Step},
    clauses::Clauses,
    rewrite::{plain, rewrite},
};

impl Clauses<'_> {
    /// Adds the columns of `query`; says whether rows that agree in all of them are one.
    pub(super) fn columns(&mut self, query: &RuleQuery, functions: &Functions) -> bool {
        let aggregates = |item: &ReturnItem| -> Vec<Group> {
            query.aggregates(item, functions).iter().filter_map(|found| group(found, functions)).collect()
        };
        let of_items: Vec<Vec<Group>> = query.items.iter().map(aggregates).collect();
        let grouped = of_items.iter().any(|of| !of.is_empty());
        let keys = query.items.iter().zip(&of_items).filter(|(_, of)| of.is_empty());
        let keys: Vec<Expr> = keys.map(|(item, _)| item.expr.clone()).collect();
        let mut exprs = Vec::new();
        let mut names: Vec<(Arc<str>, Expr)> = Vec::new();
        for (item, groups) in query.items.iter().zip(of_items) {
            for group in groups {
                if !names.iter().any(|(text, _)| *text == group.text) {
                    let text = Arc::clone(&group.text);
                    names.push((text, self.group(Group { by: keys.clone(), ..group })));
                }
            }
            let replaced = |part: &Expr| {
                let ExprKind::Call { .. } = &part.kind else { return None };
                let text = part.to_rule_text();
                names.iter().find(|(known, _)| **known == *text).map(|(_, value)| value.clone())
            };
            exprs.push(rewrite(&item.expr, &mut |part| replaced(part)));
        }
        if grouped && keys.is_empty() {
            self.body.steps.push(Step::Total);
        }
        for (at, (item, expr)) in query.items.iter().zip(exprs).enumerate() {
            self.column(at, item, &expr);
        }
        grouped
    }

    fn column(&mut self, at: usize, item: &ReturnItem, expr: &Expr) {
        let asked = |name: Option<Arc<str>>, expr: Expr| Asked {
            name,
            explanation: item.comment.clone(),
            text: item.expr.to_rule_text().into(),
            expr,
        };
        let mut prepared = self.prepare(expr, None);
        // What was aggregated belongs to the proof of a row; what is shown of it alone does not.
        if *expr != item.expr {
            let into: Arc<str> = format!("#c{at}").into();
            self.values.insert(Arc::clone(&into));
            let asked = asked(item.alias.clone(), prepared);
            self.body.steps.push(Step::Project { into: Arc::clone(&into), asked });
            prepared = Expr::variable(into);
        }
        self.body.steps.push(Step::Project { into: format!("#r{at}").into(), asked: asked(None, prepared) });
    }
}

/// The aggregate that stands in a column, its groups left open.
fn group(found: &kag_schema::ShownAggregate<'_>, functions: &Functions) -> Option<Group> {
    let ExprKind::Call { function, .. } = &found.call.kind else { return None };
    let aggregate = match functions.get(function).map(|signature| plain(&signature.name))?.as_str() {
        "countall" => "count".into(),
        name => Arc::from(name),
    };
    Some(Group {
        by: Vec::new(),
        condition: None,
        aggregate,
        written: Arc::clone(function),
        arguments: found.of.cloned().into_iter().collect(),
        text: found.call.to_rule_text().into(),
    })
}
