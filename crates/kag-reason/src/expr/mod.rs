//! Computing an expression.
//!
//! What the operators mean:
//!
//! - **Numbers.** Integers, decimals and what comes of them are exact; a result that 64 bits
//!   do not hold becomes a decimal, one that needs more than 28 digits is rounded half to
//!   even, and one that is too large for those is an error. A float makes the result a
//!   float. A power with an exponent that is not whole is a float.
//! - **Quantities.** `+`, `-`, `mod` within a dimension, in the unit of the left one; times
//!   and divided by a number; one divided by another is a number. A proportion scales other
//!   quantities. Temperatures on two scales have a difference but no sum.
//! - **Dates.** The difference of two dates is a quantity in years, months, days or seconds,
//!   after the precision they share. A duration is added in its own unit to a date that is
//!   known as finely.
//! - **Comparisons** are those of [`Value::compare`] and [`Value::equals`]. What is
//!   undecided (`2011` against `2011-07`) is neither true nor false: `and` and `or` decide
//!   without it where they can, and otherwise it is an error.
//! - **Missing values** (a row without a match, a property nobody states) make arithmetic
//!   missing and comparisons undecided; aggregates leave them out.
//! - **Columns.** A variable may stand for a column of values. Aggregates and sets take
//!   columns; everywhere else a column stands for its value when it holds just one, however
//!   often, and is an error otherwise.

mod arithmetic;
mod compare;
mod distinct;
mod environment;
mod error;
mod function;
mod logic;
mod term;

use kag_core::Value;
use kag_schema::{Expr, ExprKind, UnaryOp};

pub use environment::{Binding, Environment};
pub use error::{EvalError, EvalErrorKind};

use error::{Why, shortened};
use term::Term;

/// Computes `expr`, its names standing for what `environment` says.
///
/// A list gives its values in order, the missing ones left out. `None` where the value is
/// missing.
///
/// # Errors
///
/// [`EvalError`] says which part of the expression could not be computed and why; among
/// others, that a comparison which decides is undecided.
pub fn evaluate(expr: &Expr, environment: &dyn Environment) -> Result<Option<Value>, EvalError> {
    let term = Evaluator { environment }.term(expr, 0)?;
    Ok(match term {
        Term::Value(value) => Some(value),
        Term::Missing => None,
        Term::Column(items) => Some(items.into_iter().flatten().collect::<Vec<_>>().into()),
        Term::Undecided(error) => return Err(*error),
    })
}

/// How deep expressions may nest; what parsers give is far below.
const DEEPEST: usize = 256;

struct Evaluator<'e> {
    environment: &'e dyn Environment,
}

impl Evaluator<'_> {
    fn term(&self, expr: &Expr, depth: usize) -> Result<Term, EvalError> {
        if depth > DEEPEST {
            return Err(EvalError::new(expr, EvalErrorKind::TooDeep));
        }
        let error = match self.compute(expr, depth + 1) {
            Ok(term) => return Ok(term),
            Err(why) => why.at(expr),
        };
        // What is undecided only matters where something hangs on it.
        if error.is_undecided() { Ok(Term::Undecided(Box::new(error))) } else { Err(error) }
    }

    fn compute(&self, expr: &Expr, depth: usize) -> Result<Term, Why> {
        match &expr.kind {
            ExprKind::Literal(value) => Ok(value.clone().into()),
            ExprKind::Variable(name) => match self.environment.variable(name) {
                Some(binding) => Ok(binding.into()),
                None => Err(EvalErrorKind::UnknownVariable { name: name.clone() }.into()),
            },
            ExprKind::Unary { op: UnaryOp::Not, operand } => logic::not(self.term(operand, depth)?),
            ExprKind::Unary { op: UnaryOp::Negate, operand } => arithmetic::negate(self.term(operand, depth)?),
            ExprKind::Binary { op, left, right } if op.is_logical() => {
                logic::combine(*op, self.term(left, depth)?, || self.term(right, depth))
            }
            ExprKind::Binary { op, left, right } => {
                let (left, right) = (self.term(left, depth)?, self.term(right, depth)?);
                if op.is_comparison() {
                    compare::compare(*op, left, right)
                } else {
                    arithmetic::combine(*op, left, right)
                }
            }
            ExprKind::Property { of, name } => self.property(self.term(of, depth)?, name),
            ExprKind::Call { function, arguments } => {
                let terms = arguments.iter().map(|argument| self.term(argument, depth));
                function::call(function, terms.collect::<Result<_, _>>()?, self.environment)
            }
            ExprKind::List(items) => {
                let items = items.iter().map(|item| self.term(item, depth)?.into_item());
                items.collect::<Result<_, _>>().map(Term::Column)
            }
            ExprKind::If { condition, then, otherwise } => {
                let chosen = if logic::holds(self.term(condition, depth)?)? { then } else { otherwise };
                Ok(self.term(chosen, depth)?)
            }
            other => Err(EvalErrorKind::Unsupported { what: shortened(&format!("{other:?}")) }.into()),
        }
    }

    /// The property of a node, or of every node of a column, place by place.
    fn property(&self, of: Term, name: &str) -> Result<Term, Why> {
        let one = |value: Option<Value>| match value {
            None => Ok(None),
            Some(Value::Node(node)) => Ok(self.environment.property(node, name)),
            Some(other) => Err(Why::operand(1, &other, "a node before the point")),
        };
        match of {
            Term::Column(items) => items.into_iter().map(one).collect::<Result<_, _>>().map(Term::Column),
            term => Ok(one(term.single(1)?)?.into()),
        }
    }
}
