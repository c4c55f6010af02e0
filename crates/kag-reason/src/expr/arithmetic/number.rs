//! Arithmetic of numbers.

use kag_core::{Float, Number};
use kag_schema::BinaryOp;
use rust_decimal::Decimal;

use super::EvalErrorKind::{self, DivisionByZero, NoNumber, Overflow};

/// `left op right`; a result as exact as its operands.
pub(in super::super) fn combine(op: BinaryOp, left: Number, right: Number) -> Result<Number, EvalErrorKind> {
    if let (Some(left), Some(right)) = (left.exact(), right.exact()) {
        return exact(op, left, right);
    }
    floating(op, left.to_f64(), right.to_f64())
}

/// `-number`
pub(in super::super) fn negate(number: Number) -> Result<Number, EvalErrorKind> {
    match number {
        Number::Float(number) => float(-number.get()),
        exact => combine(BinaryOp::Subtract, Number::Integer(0), exact),
    }
}

/// Decimals hold every integer, so integers take the same way and come back as integers.
fn exact(op: BinaryOp, left: Decimal, right: Decimal) -> Result<Number, EvalErrorKind> {
    if matches!(op, BinaryOp::Divide | BinaryOp::Remainder) && right.is_zero() {
        return Err(DivisionByZero);
    }
    let result = match op {
        BinaryOp::Add => left.checked_add(right),
        BinaryOp::Subtract => left.checked_sub(right),
        BinaryOp::Multiply => left.checked_mul(right),
        BinaryOp::Divide => left.checked_div(right),
        BinaryOp::Remainder => left.checked_rem(right),
        _ => return power(left, right),
    };
    result.map(Number::from).ok_or(Overflow)
}

/// `base` to the power of `exponent`: exact for a whole exponent, else a float.
fn power(base: Decimal, exponent: Decimal) -> Result<Number, EvalErrorKind> {
    let Number::Integer(whole) = Number::from(exponent) else {
        return floating(BinaryOp::Power, Number::from(base).to_f64(), Number::from(exponent).to_f64());
    };
    if whole < 0 && base.is_zero() {
        return Err(DivisionByZero);
    }
    let mut result = Decimal::ONE;
    let (mut square, mut left) = (base, whole.unsigned_abs());
    while left > 0 {
        if left & 1 == 1 {
            result = result.checked_mul(square).ok_or(Overflow)?;
        }
        left >>= 1;
        if left > 0 {
            square = square.checked_mul(square).ok_or(Overflow)?;
        }
    }
    if whole < 0 {
        if result.is_zero() {
            return Err(Overflow);
        }
        result = Decimal::ONE.checked_div(result).ok_or(Overflow)?;
    }
    Ok(result.into())
}

fn floating(op: BinaryOp, left: f64, right: f64) -> Result<Number, EvalErrorKind> {
    if matches!(op, BinaryOp::Divide | BinaryOp::Remainder) && right == 0.0 {
        return Err(DivisionByZero);
    }
    let result = match op {
        BinaryOp::Add => left + right,
        BinaryOp::Subtract => left - right,
        BinaryOp::Multiply => left * right,
        BinaryOp::Divide => left / right,
        BinaryOp::Remainder => left % right,
        _ if left == 0.0 && right < 0.0 => return Err(DivisionByZero),
        _ => left.powf(right),
    };
    if result.is_infinite() && left.is_finite() && right.is_finite() {
        return Err(Overflow);
    }
    float(result)
}

fn float(number: f64) -> Result<Number, EvalErrorKind> {
    Float::new(number).map(Number::Float).ok_or(NoNumber)
}

/// The sum, the same in whatever order the numbers are given; 0 of none.
pub(in super::super) fn sum(mut numbers: Vec<Number>) -> Result<Number, EvalErrorKind> {
    // Rounding of floats, and overflow on the way, depend on the order.
    numbers.sort_by(|left, right| left.total_cmp(*right));
    let mut sum = Number::Integer(0);
    for number in numbers {
        sum = combine(BinaryOp::Add, sum, number)?;
    }
    Ok(sum)
}
