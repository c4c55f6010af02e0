//! Comparison and membership.

use std::cmp::Ordering;

use kag_core::{CompareError, Interval, Value};
use kag_schema::BinaryOp;

use super::{
    EvalErrorKind, Term,
    error::{Why, shortened},
};

/// `left op right` for an operator that compares.
pub(super) fn compare(op: BinaryOp, left: Term, right: Term) -> Result<Term, Why> {
    let truth = match op {
        BinaryOp::In => contains(right, 2, left, 1)?,
        BinaryOp::Contains => contains(left, 1, right, 2)?,
        BinaryOp::Equal => equal(left, right)?,
        BinaryOp::NotEqual => !equal(left, right)?,
        _ => {
            let (Some(left), Some(right)) = (left.single(1)?, right.single(2)?) else {
                return Err(EvalErrorKind::Missing.into());
            };
            let order = order(&left, &right)?;
            match op {
                BinaryOp::Less => order.is_lt(),
                BinaryOp::LessOrEqual => order.is_le(),
                BinaryOp::Greater => order.is_gt(),
                _ => order.is_ge(),
            }
        }
    };
    Ok(truth.into())
}

/// Which value is less, undecided being an error.
pub(super) fn order(left: &Value, right: &Value) -> Result<Ordering, Why> {
    left.compare(right)?.ok_or_else(|| undecided(left, right))
}

/// Whether two values are equal; two columns of several values, when they are of one
/// length and equal throughout.
fn equal(left: Term, right: Term) -> Result<bool, Why> {
    let (left, right) = match (left, right) {
        (Term::Column(left), Term::Column(right)) if left.len() > 1 || right.len() > 1 => {
            (Term::Column(left).into_item()?, Term::Column(right).into_item()?)
        }
        (left, right) => (left.single(1)?, right.single(2)?),
    };
    let (Some(left), Some(right)) = (left, right) else {
        return Err(EvalErrorKind::Missing.into());
    };
    left.equals(&right)?.ok_or_else(|| undecided(&left, &right))
}

/// Whether `part` is one of a column, lies in an interval or date, or is part of a text.
fn contains(whole: Term, whole_place: usize, part: Term, part_place: usize) -> Result<bool, Why> {
    if let Term::Column(items) = whole {
        let Some(part) = part.single(part_place)? else {
            return Err(EvalErrorKind::Missing.into());
        };
        return among(&part, &items);
    }
    let (Some(whole), Some(part)) = (whole.single(whole_place)?, part.single(part_place)?) else {
        return Err(EvalErrorKind::Missing.into());
    };
    if let (Some(outer), Some(inner)) = (whole.as_interval(), part.as_interval()) {
        return Interval::covers(outer, inner).ok_or_else(|| undecided(&part, &whole));
    }
    match (&whole, &part) {
        (Value::Text(whole), Value::Text(part)) => Ok(whole.contains(&**part)),
        // One value is a column of one.
        _ => among(&part, &[Some(whole)]),
    }
}

/// Whether `part` equals one of `items`.
///
/// Undecided where it may: because one does not decide, or because one is missing. Items
/// of another kind are not it; where all are, the comparison has no meaning.
fn among(part: &Value, items: &[Option<Value>]) -> Result<bool, Why> {
    let mut open: Option<Why> = None;
    let mut mismatch: Option<CompareError> = None;
    let mut compared = items.is_empty();
    for item in items {
        let Some(item) = item else {
            open.get_or_insert(EvalErrorKind::Missing.into());
            continue;
        };
        match part.equals(item) {
            Ok(Some(true)) => return Ok(true),
            Ok(Some(false)) => compared = true,
            Ok(None) => {
                open.get_or_insert(undecided(part, item));
            }
            Err(error) => {
                mismatch.get_or_insert(error);
            }
        }
    }
    match (open, mismatch) {
        (Some(why), _) => Err(why),
        (None, Some(error)) if !compared => Err(error.into()),
        _ => Ok(false),
    }
}

fn undecided(left: &Value, right: &Value) -> Why {
    let [left, right] = [left, right].map(|value| shortened(&value.to_string()));
    EvalErrorKind::Undecided { left, right }.into()
}
