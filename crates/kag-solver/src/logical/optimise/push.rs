//! Conditions of filters that retrievals can check.

use kag_core::Value;
use kag_schema::{BinaryOp, Expr, ExprKind, UnaryOp};

use super::{Pushed, Rewriting, new_vars, only_adds};
use crate::logical::{Comparison, Constraint, Filter, LogicalOp, Operand, Retrieval, Role, Step, Var};

/// The conditions of filters that can be checked while facts are matched: each compares
/// one variable, or a property of it, with constants, and nothing between the retrieval that
/// binds the variable and the filter looks at the rows that will go.
pub(super) fn push(steps: &[Step], rewritings: &mut Vec<Rewriting>) -> Vec<Pushed> {
    let mut pushed = Vec::new();
    for (from, step) in steps.iter().enumerate() {
        let LogicalOp::Filter(filter) = &step.op else { continue };
        for condition in conjuncts(&filter.condition) {
            let Some((var, _)) = comparison(condition) else { continue };
            let Some(into) = binder(steps, from, &var) else { continue };
            let into_step = steps.get(into).map(ToString::to_string).unwrap_or_default();
            rewritings.push(Rewriting::Pushed { condition: condition.to_string().into(), into: into_step.into() });
            pushed.push(Pushed { from, into, var, condition: condition.clone() });
        }
    }
    pushed
}

/// The retrieval before `place` that binds `var` as its subject or object.
fn binder(steps: &[Step], place: usize, var: &Var) -> Option<usize> {
    for (at, step) in steps.iter().enumerate().take(place).rev() {
        let before = steps.get(..at)?;
        if new_vars(step, before).contains(var) {
            let retrieval = step.op.as_retrieval()?;
            let ends = [retrieval.var(Role::Subject), retrieval.var(Role::Object)];
            return (ends.contains(&Some(var)) && ends.first() != ends.last()).then_some(at);
        }
        // A filter of one variable decides row by row, whichever other rows there are.
        let by_row = matches!(step.op, LogicalOp::Filter(_)) && step.needed().len() == 1;
        if !only_adds(step, before) && !by_row {
            return None;
        }
    }
    None
}

/// Moves conditions on qualifiers (`Filter(p1.time = 2011)`) to the retrievals that bind the
/// predicate. Rows in which the predicate is null still go.
pub(super) fn qualify(steps: &mut [Step], rewritings: &mut Vec<Rewriting>) {
    for place in 0..steps.len() {
        let Some(LogicalOp::Filter(filter)) = steps.get(place).map(|step| &step.op) else { continue };
        let mut left: Vec<Expr> = Vec::new();
        for condition in conjuncts(&filter.condition).into_iter().cloned().collect::<Vec<_>>() {
            match qualified(steps.get_mut(..place).unwrap_or_default(), &condition, rewritings) {
                Some(present) => left.push(present),
                None => left.push(condition),
            }
        }
        let all = left.into_iter().reduce(|all, one| all.binary(BinaryOp::And, one));
        if let (Some(condition), Some(step)) = (all, steps.get_mut(place)) {
            step.op = Filter::new(condition).into();
        }
    }
}

/// Gives `condition` to the retrieval that binds its predicate, and says what is left of it.
fn qualified(before: &mut [Step], condition: &Expr, rewritings: &mut Vec<Rewriting>) -> Option<Expr> {
    let (var, compared) = comparison(condition)?;
    let Compared { property: Some(property), comparison, constant } = compared else { return None };
    let binds = |step: &&mut Step| step.op.as_retrieval().is_some_and(|op| op.predicate.var.as_ref() == Some(&var));
    let mut binders = before.iter_mut().filter(binds);
    let (Some(step), None) = (binders.next(), binders.next()) else { return None };
    let LogicalOp::Retrieval(retrieval) = &mut step.op else { return None };
    let with = Constraint::new(Role::Predicate, property, comparison, constant);
    *retrieval = Retrieval::clone(retrieval).with_constraint(with);
    rewritings.push(Rewriting::Qualified { condition: condition.to_string().into(), into: step.to_string().into() });
    Some(Expr::variable(var.as_str()).unary(UnaryOp::IsNull).unary(UnaryOp::Not))
}

/// The conditions that all have to hold.
fn conjuncts(condition: &Expr) -> Vec<&Expr> {
    match &condition.kind {
        ExprKind::Binary { op: BinaryOp::And, left, right } => [conjuncts(left), conjuncts(right)].concat(),
        _ => vec![condition],
    }
}

/// What a variable is compared with.
struct Compared {
    /// The property of it that is meant.
    property: Option<std::sync::Arc<str>>,
    comparison: Comparison,
    constant: Operand,
}

/// The variable that `condition` compares with a constant, and how. Such a condition never
/// holds where the value is missing.
fn comparison(condition: &Expr) -> Option<(Var, Compared)> {
    let ExprKind::Binary { op, left, right } = &condition.kind else { return None };
    let comparison = symbol(*op)?;
    let ((var, property), comparison, constant) = match (path(left), path(right)) {
        (Some(path), None) => (path, comparison, operand(right)?),
        (None, Some(path)) => (path, exchanged(comparison)?, operand(left)?),
        _ => return None,
    };
    Some((var, Compared { property, comparison, constant }))
}

fn path(expr: &Expr) -> Option<(Var, Option<std::sync::Arc<str>>)> {
    match &expr.kind {
        ExprKind::Variable(name) => Some((Var::new(name)?, None)),
        ExprKind::Property { of, name } => match &of.kind {
            ExprKind::Variable(var) => Some((Var::new(var)?, Some(name.clone()))),
            _ => None,
        },
        _ => None,
    }
}

fn operand(expr: &Expr) -> Option<Operand> {
    match &expr.kind {
        ExprKind::Literal(value) => Some(Operand::Value(Value::clone(value))),
        ExprKind::List(items) => items.iter().map(operand).collect::<Option<_>>().map(Operand::List),
        _ => None,
    }
}

fn symbol(op: BinaryOp) -> Option<Comparison> {
    Comparison::ALL.iter().find(|(_, symbol)| *symbol == op.symbol()).map(|(comparison, _)| *comparison)
}

/// The comparison of the same sides, exchanged.
fn exchanged(comparison: Comparison) -> Option<Comparison> {
    Some(match comparison {
        Comparison::Equal | Comparison::NotEqual => comparison,
        Comparison::Less => Comparison::Greater,
        Comparison::LessOrEqual => Comparison::GreaterOrEqual,
        Comparison::Greater => Comparison::Less,
        Comparison::GreaterOrEqual => Comparison::LessOrEqual,
        Comparison::In => Comparison::Contains,
        Comparison::Contains => Comparison::In,
    })
}
