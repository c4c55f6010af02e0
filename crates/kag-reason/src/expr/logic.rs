//! True, false, and neither.

use kag_core::Value;
use kag_schema::BinaryOp;

use super::{EvalError, EvalErrorKind, Term, error::Why};

/// What a condition is: a truth, or undecided and why.
pub(super) enum Truth {
    Decided(bool),
    Undecided(Why),
}

/// The truth of `term`, operand number `place`.
pub(super) fn truth(term: Term, place: usize) -> Result<Truth, Why> {
    if let Term::Undecided(error) = term {
        return Ok(Truth::Undecided(Why::Inside(error)));
    }
    match term.single(place)? {
        Some(Value::Boolean(truth)) => Ok(Truth::Decided(truth)),
        Some(other) => Err(Why::operand(place, &other, "true or false")),
        None => Ok(Truth::Undecided(EvalErrorKind::Missing.into())),
    }
}

/// Whether a condition holds, an undecided one being an error.
pub(super) fn holds(term: Term) -> Result<bool, Why> {
    match truth(term, 1)? {
        Truth::Decided(truth) => Ok(truth),
        Truth::Undecided(why) => Err(why),
    }
}

/// Whether a condition holds, `None` where it is undecided.
pub(super) fn decided(term: Term) -> Result<Option<bool>, Why> {
    match truth(term, 1)? {
        Truth::Decided(truth) => Ok(Some(truth)),
        Truth::Undecided(_) => Ok(None),
    }
}

/// The opposite truth.
pub(super) fn not(term: Term) -> Result<Term, Why> {
    holds(term).map(|truth| (!truth).into())
}

/// `left op right` (Kleene): decided where one side is enough. A left side that is enough
/// leaves the right one uncomputed.
pub(super) fn combine(op: BinaryOp, left: Term, right: impl FnOnce() -> Result<Term, EvalError>) -> Result<Term, Why> {
    // What one side alone may decide.
    let enough = match op {
        BinaryOp::And => Some(false),
        BinaryOp::Or => Some(true),
        _ => None,
    };
    let left = truth(left, 1)?;
    if let Truth::Decided(truth) = left
        && Some(truth) == enough
    {
        return Ok(truth.into());
    }
    match (left, truth(right()?, 2)?) {
        (_, Truth::Decided(truth)) if Some(truth) == enough => Ok(truth.into()),
        (Truth::Decided(left), Truth::Decided(right)) => Ok(match op {
            BinaryOp::And => left && right,
            BinaryOp::Or => left || right,
            _ => left != right,
        }
        .into()),
        (Truth::Undecided(why), _) | (_, Truth::Undecided(why)) => Err(why),
    }
}
