//! Whether an expression makes sense before it is computed.

mod call;
mod kinds;
mod method;

use std::sync::Arc;

use kag_core::{Span, Value};

use super::{BinaryOp, Dialect, Expr, ExprKind, ExprScope, ExprType, Functions, UnaryOp};
use crate::Diagnostic;
use kinds::{arithmetic, compares, joined};

/// The kind of value that `expr` gives, and what is wrong with it.
///
/// Unknown variables, functions and properties are reported with the nearest known name;
/// so are numbers of arguments and kinds of operands. What is wrong inside counts as
/// [`ExprType::Any`] outside, so that one mistake is reported once. Diagnostics come in the
/// order of the text.
#[must_use]
pub fn check_expr(expr: &Expr, scope: &dyn ExprScope, functions: &Functions) -> (ExprType, Vec<Diagnostic>) {
    let mut checker = Checker { scope, functions, locals: Vec::new(), diagnostics: Vec::new() };
    let kind = checker.kind_of(expr);
    checker.diagnostics.sort_by_key(|d| d.span.start);
    (kind, checker.diagnostics)
}

struct Checker<'s> {
    scope: &'s dyn ExprScope,
    functions: &'s Functions,
    /// What the parameters of lambdas and the names of lists stand for, inner ones last.
    locals: Vec<(Arc<str>, ExprType)>,
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
            ExprKind::Null => ExprType::Any,
            ExprKind::Parameter(name) => self.parameter(name, expr.span),
            ExprKind::Concept(_) | ExprKind::Path(_) => ExprType::Boolean,
            ExprKind::Method { of, name, arguments } => self.method(of, name, arguments, expr.span),
            ExprKind::Lambda { .. } => {
                let message = "a function without a name stands only in an operation on a list";
                self.diagnostics.push(Diagnostic::error(expr.span, message));
                ExprType::Any
            }
        }
    }

    fn parameter(&mut self, name: &str, span: Span) -> ExprType {
        self.scope.parameter(name).unwrap_or_else(|| {
            self.diagnostics.push(Diagnostic::error(span, format!("no value is given for `${name}`")));
            ExprType::Any
        })
    }

    fn variable(&mut self, name: &str, span: Span) -> ExprType {
        if let Some((_, kind)) = self.locals.iter().rev().find(|(local, _)| **local == *name) {
            return kind.clone();
        }
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
        if op == BinaryOp::RegexLike {
            self.regex(right);
        }
        if op.is_logical() {
            let who = format!("`{op}`");
            self.wants(&a, &ExprType::Boolean, &who, left.span);
            self.wants(&b, &ExprType::Boolean, &who, right.span);
            return ExprType::Boolean;
        }
        let (fits, kind) = if op.is_comparison() {
            (compares(op, &a, &b, self.scope.dialect()), ExprType::Boolean)
        } else {
            let kind = arithmetic(op, &a, &b);
            (kind.is_some(), kind.unwrap_or(ExprType::Any))
        };
        if fits && op.is_comparison() && self.is_rule() {
            self.no_number(op, &a, right);
            self.no_number(op, &b, left);
        }
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

    /// Reports a text beside something of `kind` that is written where a number must stand: texts
    /// are read as numbers, but one without a digit is none.
    fn no_number(&mut self, op: BinaryOp, kind: &ExprType, text: &Expr) {
        let number = matches!(kind.item(), ExprType::Integer | ExprType::Number | ExprType::Date);
        let ExprKind::Literal(Value::Text(literal)) = &text.kind else { return };
        if !number || matches!(op, BinaryOp::Like | BinaryOp::RegexLike) || literal.chars().any(char::is_numeric) {
            return;
        }
        let message = format!("`{op}` between {} and a text without a digit", kind.item());
        let equals = matches!(op, BinaryOp::Equal | BinaryOp::NotEqual | BinaryOp::In | BinaryOp::Contains);
        self.diagnostics.push(if equals {
            Diagnostic::warning(text.span, message).with_hint("they are never equal")
        } else {
            Diagnostic::error(text.span, message)
        });
    }

    /// Reports a regular expression that has no meaning.
    fn regex(&mut self, pattern: &Expr) {
        if let ExprKind::Literal(Value::Text(text)) = &pattern.kind
            && let Err(error) = regex::Regex::new(text)
        {
            let reason = error.to_string();
            let reason = reason.lines().last().unwrap_or_default().trim_start_matches("error: ");
            let wrong = Diagnostic::error(pattern.span, format!("the regular expression cannot be read: {reason}"));
            self.diagnostics.push(wrong);
        }
    }

    fn is_rule(&self) -> bool {
        self.scope.dialect() == Dialect::Rule
    }
}
