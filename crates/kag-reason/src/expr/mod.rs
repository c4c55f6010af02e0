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
//! - **Comparisons** are those of [`Value::compare`] and [`Value::equals`]; in rules a text
//!   is moreover read as what it is compared with ([`Dialect`](kag_schema::Dialect)), and a
//!   node is equal to its name where the environment knows names. What is undecided (`2011`
//!   against `2011-07`) is neither true nor false: `and` and `or` decide without it where
//!   they can, and otherwise it is an error of its own kind
//!   ([`EvalError::is_undecided`]). A rule whose condition is undecided does not match.
//! - **Missing values** (a row without a match, a property nobody states, `null`) make
//!   arithmetic missing and comparisons undecided; aggregates leave them out. `x is null`
//!   and `x = null` ask whether there is a value and are never undecided.
//! - **Columns.** A variable may stand for a column of values. Aggregates, sets and
//!   operations on lists (`x.if(x > 3).sum()`) take columns; everywhere else a column stands
//!   for its value when it holds just one, however often, and is an error otherwise.
//! - **Patterns.** `like` takes `%` for any text and `_` for one character, `\` before either
//!   for itself, and covers the whole text; `rlike` finds a regular expression anywhere in it.

mod arithmetic;
mod compare;
mod distinct;
mod environment;
mod error;
mod evaluator;
mod function;
mod list;
mod local;
mod logic;
mod pattern;
mod plan;
mod prepared;
mod reading;
mod term;

use kag_core::Value;
use kag_schema::Expr;

pub use environment::{Binding, Environment, HostError};
pub use error::{EvalError, EvalErrorKind};
pub use list::aggregate;
pub use prepared::Prepared;

use evaluator::Evaluator;
use term::Term;

/// Computes `expr`, its names standing for what `environment` says.
///
/// A list gives its values in order, the missing ones left out. `None` where the value is
/// missing. What is computed often is better [`Prepared`].
///
/// # Errors
///
/// [`EvalError`] says which part of the expression could not be computed and why; among
/// others, that a comparison which decides is undecided.
pub fn evaluate(expr: &Expr, environment: &dyn Environment) -> Result<Option<Value>, EvalError> {
    Evaluator::new(environment).term(expr, None, 0)?.into_value()
}

/// Whether `expr` holds; `None` where what is known does not decide it.
///
/// # Errors
///
/// As [`evaluate`], and where `expr` is neither true nor false by its kind.
pub fn holds(expr: &Expr, environment: &dyn Environment) -> Result<Option<bool>, EvalError> {
    let term = Evaluator::new(environment).term(expr, None, 0)?;
    logic::decided(term).map_err(|why| why.at(expr))
}
