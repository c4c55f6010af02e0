//! Finding aggregates and choices in clauses.

use std::sync::Arc;

use kag_schema::{Expr, ExprKind};

use super::{
    body::{Choice, Group, How},
    rewrite::plain,
};

/// The aggregate that `expr` is: `group(s).if(c).sum(f.amount)`.
pub(super) fn aggregate(expr: &Expr) -> Option<Group> {
    let (by, mut calls) = chain(expr)?;
    let (written, arguments) = calls.pop()?;
    let mut condition = None;
    for (name, arguments) in calls {
        match (plain(name).as_str(), arguments) {
            ("if", [asked]) if condition.is_none() => condition = Some(asked.clone()),
            _ => return None,
        }
    }
    let mut aggregate = plain(written);
    let mut arguments = arguments.to_vec();
    // `countIf(c, x)` is `if(c).count(x)`.
    if let Some(bare) = aggregate.strip_suffix("if")
        && is_standard(bare)
        && condition.is_none()
        && !arguments.is_empty()
    {
        condition = Some(arguments.remove(0));
        aggregate = bare.to_owned();
    }
    let (aggregate, written) = (aggregate.into(), Arc::clone(written));
    Some(Group { by: by.to_vec(), condition, aggregate, written, arguments, text: expr.to_string().into() })
}

/// The choice that `expr` is: `group(s).desc(x).limit(1)`, `top(x, 2)`.
pub(super) fn choice(expr: &Expr) -> Option<Choice> {
    if let ExprKind::Call { function, arguments } = &expr.kind
        && let ([key, count], Some(descending)) = (&arguments[..], top(&plain(function)))
    {
        return Some(first(&[], key, descending, count.clone()));
    }
    let (by, calls) = chain(expr)?;
    let named: Vec<(String, &[Expr])> = calls.into_iter().map(|(name, arguments)| (plain(name), arguments)).collect();
    match &named[..] {
        [(name, [key, count])] => Some(first(by, key, top(name)?, count.clone())),
        [(name, [edge])] if name == "keeplongestpath" || name == "keepshortestpath" => {
            let ExprKind::Variable(edge) = &edge.kind else { return None };
            let how = How::Path { edge: Arc::clone(edge), longest: name == "keeplongestpath" };
            Some(Choice { by: by.to_vec(), how })
        }
        [(order, [key]), (limit, [count])] if limit == "limit" => {
            let descending = match order.as_str() {
                "desc" => true,
                "asc" => false,
                _ => return None,
            };
            Some(first(by, key, descending, count.clone()))
        }
        _ => None,
    }
}

fn first(by: &[Expr], key: &Expr, descending: bool, count: Expr) -> Choice {
    Choice { by: by.to_vec(), how: How::First { key: key.clone(), descending, count } }
}

/// Whether a function that takes the first takes the greatest first.
fn top(name: &str) -> Option<bool> {
    match name {
        "top" => Some(true),
        "bottom" | "down" => Some(false),
        _ => None,
    }
}

/// A method and its arguments.
type Called<'e> = (&'e Arc<str>, &'e [Expr]);

/// The arguments of `group(..)` and the methods called on it, the first called first.
fn chain(expr: &Expr) -> Option<(&[Expr], Vec<Called<'_>>)> {
    let mut calls = Vec::new();
    let mut at = expr;
    while let ExprKind::Method { of, name, arguments } = &at.kind {
        calls.push((name, &arguments[..]));
        at = of;
    }
    let ExprKind::Call { function, arguments } = &at.kind else { return None };
    if calls.is_empty() || plain(function) != "group" {
        return None;
    }
    calls.reverse();
    Some((arguments, calls))
}

/// Whether the language itself knows how to aggregate so.
fn is_standard(name: &str) -> bool {
    matches!(name, "count" | "countdistinct" | "sum" | "avg" | "mean" | "min" | "max" | "first" | "concatagg")
}
