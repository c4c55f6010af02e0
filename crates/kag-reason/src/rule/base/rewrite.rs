//! Replacing parts of expressions.

use std::{collections::BTreeSet, sync::Arc};

use kag_schema::{Expr, ExprKind};

/// Deeper parts are left as they are; what parsers give is far above.
const DEEPEST: usize = 400;

/// `expr` with every part replaced for which `replace` gives something, outermost first.
pub(in crate::rule) fn rewrite(expr: &Expr, replace: &mut dyn FnMut(&Expr) -> Option<Expr>) -> Expr {
    at_depth(expr, replace, 0)
}

fn at_depth(expr: &Expr, replace: &mut dyn FnMut(&Expr) -> Option<Expr>, depth: usize) -> Expr {
    if depth > DEEPEST {
        return expr.clone();
    }
    if let Some(replaced) = replace(expr) {
        return replaced;
    }
    let mut one = |part: &Expr| at_depth(part, replace, depth + 1);
    let kind = match &expr.kind {
        ExprKind::Unary { op, operand } => ExprKind::Unary { op: *op, operand: Box::new(one(operand)) },
        ExprKind::Binary { op, left, right } => {
            ExprKind::Binary { op: *op, left: Box::new(one(left)), right: Box::new(one(right)) }
        }
        ExprKind::Property { of, name } => ExprKind::Property { of: Box::new(one(of)), name: name.clone() },
        ExprKind::Call { function, arguments } => {
            ExprKind::Call { function: function.clone(), arguments: arguments.iter().map(&mut one).collect() }
        }
        ExprKind::List(items) => ExprKind::List(items.iter().map(&mut one).collect()),
        ExprKind::If { condition, then, otherwise } => ExprKind::If {
            condition: Box::new(one(condition)),
            then: Box::new(one(then)),
            otherwise: Box::new(one(otherwise)),
        },
        ExprKind::Method { of, name, arguments } => ExprKind::Method {
            of: Box::new(one(of)),
            name: name.clone(),
            arguments: arguments.iter().map(&mut one).collect(),
        },
        ExprKind::Lambda { parameters, body } => {
            ExprKind::Lambda { parameters: parameters.clone(), body: Box::new(one(body)) }
        }
        other => other.clone(),
    };
    Expr { kind, span: expr.span }
}

/// The names that functions within `expr` give to their arguments.
pub(in crate::rule) fn parameters(expr: &Expr) -> BTreeSet<Arc<str>> {
    let mut names = BTreeSet::new();
    for part in parts(expr) {
        if let ExprKind::Lambda { parameters, .. } = &part.kind {
            names.extend(parameters.iter().cloned());
        }
    }
    names
}

/// Every part of `expr`, itself first.
pub(in crate::rule) fn parts(expr: &Expr) -> Vec<&Expr> {
    let mut found = Vec::new();
    let mut waiting = vec![expr];
    while let Some(part) = waiting.pop() {
        found.push(part);
        waiting.extend(part.children());
    }
    found
}

/// The name of a function or method, made comparable: lower case, without `_`.
pub(in crate::rule) fn plain(name: &str) -> String {
    name.chars().filter(|c| *c != '_').flat_map(char::to_lowercase).collect()
}
