//! Whether each operation has what it works on.

use kag_schema::{Diagnostic, Expr, ExprType, Functions, check_expr};

use super::super::{Deduce, Deduction, LogicalOp, Math, Plan, PredicateTerm, Retrieval, Term};

pub(super) fn check(plan: &Plan) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for step in &plan.steps {
        let span = step.place.0;
        match &step.op {
            LogicalOp::Retrieval(op) => {
                if let Some(message) = open_pattern(op) {
                    found.push(Diagnostic::warning(span, message));
                }
                if op.subject.var.is_some() && op.subject.var == op.object.var {
                    let message = "subject and object are the same variable";
                    found.push(Diagnostic::warning(span, message));
                }
            }
            LogicalOp::Math(Math::Task { content, target }) => {
                if target.trim().is_empty() {
                    found.push(Diagnostic::error(span, "nothing is asked to be computed"));
                }
                if content.is_empty() {
                    let message = "computed from nothing but its target";
                    found.push(Diagnostic::warning(span, message));
                }
            }
            LogicalOp::Filter(op) => {
                found.extend(expression(&op.condition));
                if op.condition.variables().is_empty() {
                    found.push(Diagnostic::error(span, "the condition is about no variable"));
                }
            }
            LogicalOp::Math(Math::Formula { expr, .. }) => {
                found.extend(expression(expr));
                if expr.variables().is_empty() {
                    found.push(Diagnostic::warning(span, "computes with no variable"));
                }
            }
            LogicalOp::Deduce(op) => found.extend(sides(op).map(|wrong| {
                let diagnostic = Diagnostic::new(wrong.0, span, wrong.1);
                diagnostic.with_expected(wrong.2)
            })),
            LogicalOp::Output(op) if op.paths.is_empty() => {
                found.push(Diagnostic::error(span, "outputs nothing"));
            }
            _ => {}
        }
        if let (LogicalOp::Output(_) | LogicalOp::Retrieval(_), Some(output)) = (&step.op, &step.output) {
            let message = format!("`{output}` names the result of a step that has none");
            found.push(Diagnostic::error(span, message));
        }
    }
    found
}

/// What is wrong with an expression; what a variable holds is known when the plan runs.
fn expression(expr: &Expr) -> Vec<Diagnostic> {
    let any = |_: &str| Some(ExprType::Any);
    check_expr(expr, &any, &Functions::standard()).1
}

/// Why a pattern would match far too much.
fn open_pattern(op: &Retrieval) -> Option<&'static str> {
    let free = |term: &Term| term.var.is_none() && term.is_bare();
    let any = |predicate: &PredicateTerm| predicate.names.is_empty();
    if free(&op.subject) && free(&op.object) {
        return Some("neither subject nor object is given");
    }
    let open = |term: &Term| !term.is_constant() && (!term.is_bare() || term.var.is_none());
    let everything = any(&op.predicate) && open(&op.subject) && op.constraints.is_empty();
    let object_is_fixed = op.object.is_constant();
    (everything && !object_is_fixed).then_some("matches every fact of its subjects' types")
}

/// What a deduction lacks.
fn sides(op: &Deduce) -> Option<(kag_schema::Severity, &'static str, &'static str)> {
    use kag_schema::Severity::{Error, Warning};

    let given = usize::from(op.left.is_some()) + usize::from(op.right.is_some());
    let two_sides = given == 2 || (given == 0 && op.content.len() == 2);
    if op.deduction.is_comparison() || op.deduction.is_conceptual() {
        let expected = "`left=` and `right=`, or two in `content=`";
        return (!two_sides).then_some((Error, "two sides are wanted", expected));
    }
    if given == 0 && op.content.is_empty() {
        return Some((Warning, "no premises: everything found so far is used", "`content=`"));
    }
    let asks =
        matches!(op.deduction, Deduction::Judgement | Deduction::Extract | Deduction::Choice | Deduction::MultiChoice);
    let lacks = asks && op.target.is_none() && given == 0;
    lacks.then_some((Warning, "nothing is asked", "`target=`"))
}
