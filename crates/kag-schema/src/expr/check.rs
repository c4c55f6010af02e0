//! Whether an expression makes sense before it is computed.

use kag_core::Span;

use super::{BinaryOp, Expr, ExprKind, ExprScope, ExprType, Functions, ResultType, Signature, UnaryOp};
use crate::Diagnostic;

/// The kind of value that `expr` gives, and what is wrong with it.
///
/// Unknown variables, functions and properties are reported with the nearest known name;
/// so are numbers of arguments and kinds of operands. What is wrong inside counts as
/// [`ExprType::Any`] outside, so that one mistake is reported once. Diagnostics come in the
/// order of the text.
#[must_use]
pub fn check_expr(expr: &Expr, scope: &dyn ExprScope, functions: &Functions) -> (ExprType, Vec<Diagnostic>) {
    let mut checker = Checker { scope, functions, diagnostics: Vec::new() };
    let kind = checker.kind_of(expr);
    checker.diagnostics.sort_by_key(|d| d.span.start);
    (kind, checker.diagnostics)
}

struct Checker<'s> {
    scope: &'s dyn ExprScope,
    functions: &'s Functions,
    diagnostics: Vec<Diagnostic>,
}

impl Checker<'_> {
    fn kind_of(&mut self, expr: &Expr) -> ExprType {
        match &expr.kind {
            ExprKind::Literal(value) => ExprType::of(value),
            ExprKind::Variable(name) => self.variable(name, expr.span),
            ExprKind::Unary { op, operand } => self.unary(*op, operand),
            ExprKind::Binary { op, left, right } => self.binary(*op, left, right, expr.span),
            ExprKind::Property { of, name } => {
                let of = self.kind_of(of);
                self.property(&of, name, expr.span)
            }
            ExprKind::Call { function, arguments } => self.call(function, arguments, expr.span),
            ExprKind::List(items) => {
                let kinds: Vec<ExprType> = items.iter().map(|item| self.kind_of(item)).collect();
                ExprType::list(joined(kinds.iter()))
            }
            ExprKind::If { condition, then, otherwise } => {
                let kind = self.kind_of(condition);
                self.wants(&kind, &ExprType::Boolean, "a condition", condition.span);
                let then = self.kind_of(then);
                then.joined(&self.kind_of(otherwise))
            }
            ExprKind::Null | ExprKind::Parameter(_) => ExprType::Any,
            ExprKind::Concept(_) | ExprKind::Path(_) => ExprType::Boolean,
            ExprKind::Method { .. } | ExprKind::Lambda { .. } => {
                let wrong = Diagnostic::error(expr.span, "operations on matches stand only in rules");
                self.diagnostics.push(wrong);
                ExprType::Any
            }
        }
    }

    fn variable(&mut self, name: &str, span: Span) -> ExprType {
        if let Some(kind) = self.scope.variable(name) {
            return kind;
        }
        let names = self.scope.names();
        let wrong = Diagnostic::error(span, format!("unknown variable `{name}`"));
        self.diagnostics.push(wrong.with_nearest(name, names.iter().map(String::as_str)));
        ExprType::Any
    }

    fn property(&mut self, of: &ExprType, name: &str, span: Span) -> ExprType {
        match of {
            ExprType::List(item) => ExprType::list(self.property(item, name, span)),
            ExprType::Any | ExprType::Node(_) => {
                if let Some(kind) = self.scope.property(of, name) {
                    return kind;
                }
                let names = self.scope.properties(of);
                let wrong = Diagnostic::error(span, format!("{of} has no property `{name}`"));
                self.diagnostics.push(wrong.with_nearest(name, names.iter().map(String::as_str)));
                ExprType::Any
            }
            other => {
                let wrong = Diagnostic::error(span, format!("{other} has no properties"))
                    .with_expected("a node before the point");
                self.diagnostics.push(wrong);
                ExprType::Any
            }
        }
    }

    fn unary(&mut self, op: UnaryOp, operand: &Expr) -> ExprType {
        let kind = self.kind_of(operand);
        match op {
            UnaryOp::Not => {
                self.wants(&kind, &ExprType::Boolean, "`not`", operand.span);
                ExprType::Boolean
            }
            UnaryOp::IsNull => ExprType::Boolean,
            UnaryOp::Negate if matches!(kind, ExprType::Quantity | ExprType::Integer) => kind,
            UnaryOp::Negate => {
                self.wants(&kind, &ExprType::Number, "`-`", operand.span);
                if kind == ExprType::Any { kind } else { ExprType::Number }
            }
        }
    }

    fn wants(&mut self, kind: &ExprType, wanted: &ExprType, who: &str, span: Span) {
        if !kind.fits(wanted) {
            let wrong =
                Diagnostic::error(span, format!("{who} does not take {kind}")).with_expected(wanted.to_string());
            self.diagnostics.push(wrong);
        }
    }

    fn binary(&mut self, op: BinaryOp, left: &Expr, right: &Expr, span: Span) -> ExprType {
        let (a, b) = (self.kind_of(left), self.kind_of(right));
        if op.is_logical() {
            let who = format!("`{op}`");
            self.wants(&a, &ExprType::Boolean, &who, left.span);
            self.wants(&b, &ExprType::Boolean, &who, right.span);
            return ExprType::Boolean;
        }
        let (fits, kind) = if op.is_comparison() {
            (compares(op, &a, &b), ExprType::Boolean)
        } else {
            let kind = arithmetic(op, &a, &b);
            (kind.is_some(), kind.unwrap_or(ExprType::Any))
        };
        if !fits {
            let wrong = Diagnostic::error(span, format!("`{op}` between {a} and {b}"));
            self.diagnostics.push(match (&a, &b) {
                (ExprType::Text, ExprType::Text) if op == BinaryOp::Add => {
                    wrong.with_hint("to join texts write concat(a, b)")
                }
                (ExprType::List(_), _) | (_, ExprType::List(_)) if !op.is_comparison() => {
                    wrong.with_hint("make one value of the list first: sum, max, count, first")
                }
                _ => wrong,
            });
        }
        kind
    }

    fn call(&mut self, function: &str, arguments: &[Expr], span: Span) -> ExprType {
        let kinds: Vec<ExprType> = arguments.iter().map(|a| self.kind_of(a)).collect();
        let functions = self.functions;
        let Some(signature) = functions.get(function) else {
            let wrong = Diagnostic::error(span, format!("unknown function `{function}`"));
            self.diagnostics.push(wrong.with_nearest(function, functions.names()));
            return ExprType::Any;
        };
        let (least, most) = signature.arity();
        if kinds.len() < least || most.is_some_and(|most| kinds.len() > most) {
            let count = arguments.len();
            let message = format!("`{function}` does not take {count} arguments");
            self.diagnostics.push(Diagnostic::error(span, message).with_expected(signature.to_string()));
            return result(signature, &[]);
        }
        for (at, (kind, argument)) in kinds.iter().zip(arguments).enumerate() {
            let Some(parameter) = signature.parameter(at) else {
                continue;
            };
            // One value counts as a list of one, as the one row of a column does.
            let alone = ExprType::list(kind.clone());
            if !parameter.takes(kind) && !parameter.takes(&alone) {
                let name = &parameter.name;
                let message = format!("`{function}` does not take {kind} as `{name}`");
                let wrong = Diagnostic::error(argument.span, message);
                self.diagnostics.push(wrong.with_expected(parameter.kinds()));
            }
        }
        result(signature, &kinds)
    }
}

/// The kind of what `signature` gives for arguments of these kinds.
fn result(signature: &Signature, kinds: &[ExprType]) -> ExprType {
    let at = |place: &usize| kinds.get(*place).unwrap_or(&ExprType::Any);
    let items = || joined(kinds.iter().map(ExprType::item));
    match &signature.result {
        ResultType::Is(kind) => kind.clone(),
        ResultType::SameAs(place) => at(place).clone(),
        ResultType::ItemOf(place) => at(place).item().clone(),
        ResultType::ItemOfAll => items(),
        ResultType::AverageOfAll => match items() {
            ExprType::Integer => ExprType::Number,
            kind => kind,
        },
        ResultType::ListOfAll => ExprType::list(items()),
    }
}

/// The kind that covers all of `kinds`; anything where there are none.
fn joined<'k>(kinds: impl Iterator<Item = &'k ExprType>) -> ExprType {
    kinds.cloned().reduce(|all, kind| all.joined(&kind)).unwrap_or(ExprType::Any)
}

/// Whether `op` can stand between values of these kinds. Lists that are not sought in are
/// compared by what they hold.
fn compares(op: BinaryOp, a: &ExprType, b: &ExprType) -> bool {
    match op {
        BinaryOp::In => within(a, b),
        BinaryOp::Contains => within(b, a),
        BinaryOp::Like | BinaryOp::RegexLike => a.item().fits(&ExprType::Text) && b.fits(&ExprType::Text),
        BinaryOp::Equal | BinaryOp::NotEqual => {
            let (a, b) = (a.item(), b.item());
            a.fits(b) || b.fits(a) || a.comparable_with(b)
        }
        _ => a.item().comparable_with(b.item()),
    }
}

fn within(part: &ExprType, whole: &ExprType) -> bool {
    match whole {
        ExprType::Any => true,
        ExprType::List(item) => part.item().fits(item) || item.fits(part.item()) || part.item().comparable_with(item),
        ExprType::Text => part.fits(&ExprType::Text),
        ExprType::Interval | ExprType::Date => part.fits(&ExprType::Date) || part.fits(&ExprType::Interval),
        _ => false,
    }
}

/// The kind of `a op b`, or `None` where there is no such operation.
fn arithmetic(op: BinaryOp, a: &ExprType, b: &ExprType) -> Option<ExprType> {
    use ExprType::{Any, Date, Integer, Number, Quantity};
    let number = |kind: &ExprType| matches!(kind, Integer | Number);
    let amount = |kind: &ExprType| number(kind) || *kind == Quantity;
    if *a == Any || *b == Any {
        let other = if *a == Any { b } else { a };
        let time = matches!(op, BinaryOp::Add | BinaryOp::Subtract) && *other == Date;
        return (amount(other) || *other == Any || time).then_some(Any);
    }
    if number(a) && number(b) {
        let whole = *a == Integer && *b == Integer && !matches!(op, BinaryOp::Divide | BinaryOp::Power);
        return Some(if whole { Integer } else { Number });
    }
    match (op, a, b) {
        (BinaryOp::Add | BinaryOp::Subtract | BinaryOp::Remainder, Quantity, Quantity) => Some(Quantity),
        (BinaryOp::Add | BinaryOp::Subtract, Date, Quantity) => Some(Date),
        (BinaryOp::Add, Quantity, Date) => Some(Date),
        (BinaryOp::Subtract, Date, Date) => Some(Quantity),
        (BinaryOp::Multiply | BinaryOp::Divide, Quantity, b) if number(b) => Some(Quantity),
        (BinaryOp::Multiply, a, Quantity) if number(a) => Some(Quantity),
        (BinaryOp::Divide, Quantity, Quantity) => Some(Number),
        _ => None,
    }
}
