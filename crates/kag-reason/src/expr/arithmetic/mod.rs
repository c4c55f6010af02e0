//! Arithmetic, by the kinds of its operands.

mod date;
pub(super) mod number;
pub(super) mod quantity;

use kag_core::{Number, Quantity, Value};
use kag_schema::BinaryOp;

use super::{EvalErrorKind, Term, error::Why};

/// `-operand`
pub(super) fn negate(operand: Term) -> Result<Term, Why> {
    let negated = operand.single(1)?.map(|value| amount(&value, 1, number::negate)).transpose()?;
    Ok(negated.into())
}

/// `value` with `of` applied to its number, in its unit.
pub(super) fn amount(
    value: &Value,
    place: usize,
    of: impl FnOnce(Number) -> Result<Number, EvalErrorKind>,
) -> Result<Value, Why> {
    match (value.as_number(), value) {
        (Some(number), _) => Ok(of(number)?.into()),
        (None, Value::Quantity(quantity)) => Ok(Quantity::new(of(quantity.number)?, quantity.unit.clone()).into()),
        _ => Err(Why::operand(place, value, "a number or quantity")),
    }
}

/// `left op right` for an operator of arithmetic; missing where one of them is.
pub(super) fn combine(op: BinaryOp, left: Term, right: Term) -> Result<Term, Why> {
    let (Some(left), Some(right)) = (left.single(1)?, right.single(2)?) else {
        return Ok(Term::Missing);
    };
    values(op, &left, &right).map(Term::Value)
}

fn values(op: BinaryOp, left: &Value, right: &Value) -> Result<Value, Why> {
    if let (Some(left), Some(right)) = (left.as_number(), right.as_number()) {
        return Ok(number::combine(op, left, right)?.into());
    }
    let none = || -> Why { EvalErrorKind::Operands { op: op.symbol(), left: left.kind(), right: right.kind() }.into() };
    match (op, left, right) {
        (_, Value::Quantity(left), Value::Quantity(right)) => {
            quantity::combine(op, left, right).unwrap_or_else(|| Err(none()))
        }
        (BinaryOp::Multiply, Value::Quantity(quantity), number)
        | (BinaryOp::Multiply, number, Value::Quantity(quantity)) => {
            let factor = number.as_number().ok_or_else(none)?;
            Ok(scaled(quantity, number::combine(op, quantity.number, factor)?))
        }
        (BinaryOp::Divide, Value::Quantity(quantity), number) => {
            let divisor = number.as_number().ok_or_else(none)?;
            Ok(scaled(quantity, number::combine(op, quantity.number, divisor)?))
        }
        (BinaryOp::Subtract, Value::Date(later), Value::Date(earlier)) => date::difference(*later, *earlier),
        (BinaryOp::Add, Value::Date(date), Value::Quantity(duration))
        | (BinaryOp::Add, Value::Quantity(duration), Value::Date(date)) => date::step(*date, duration, 1),
        (BinaryOp::Subtract, Value::Date(date), Value::Quantity(duration)) => date::step(*date, duration, -1),
        _ => Err(none()),
    }
}

fn scaled(quantity: &Quantity, number: Number) -> Value {
    Quantity::new(number, quantity.unit.clone()).into()
}
