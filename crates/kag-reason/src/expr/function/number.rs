//! Functions of one number or quantity.

use kag_core::{Float, Number, Value};
use rust_decimal::{Decimal, RoundingStrategy};

use super::{Arguments, EvalErrorKind, Family, Term, Why, arithmetic, hash, unreadable};

pub(super) const FAMILY: Family = &[
    ("abs", |arguments| of_amount(arguments, absolute)),
    ("floor", |arguments| of_amount(arguments, |number| by(number, Decimal::floor, f64::floor))),
    ("ceil", |arguments| of_amount(arguments, |number| by(number, Decimal::ceil, f64::ceil))),
    ("round", round),
    ("number", read),
    ("hash", hash::hash),
];

fn of_amount(arguments: Arguments<'_>, of: impl Fn(Number) -> Result<Number, EvalErrorKind>) -> Result<Term, Why> {
    let value = arguments.value()?;
    Ok(value.map(|value| arithmetic::amount(&value, 1, of)).transpose()?.into())
}

fn absolute(number: Number) -> Result<Number, EvalErrorKind> {
    by(number, Decimal::abs, f64::abs)
}

fn by(
    number: Number,
    exact: impl Fn(&Decimal) -> Decimal,
    float: impl Fn(f64) -> f64,
) -> Result<Number, EvalErrorKind> {
    match number.exact() {
        Some(number) => Ok(exact(&number).into()),
        None => Float::new(float(number.to_f64())).map(Number::Float).ok_or(EvalErrorKind::NoNumber),
    }
}

/// To so many digits after the point (before it, where negative), halves away from zero.
fn round(arguments: Arguments<'_>) -> Result<Term, Why> {
    let ([number], digits) = arguments.and_optional()?;
    let digits = match digits.map(|digits| digits.single(2)).transpose()?.flatten() {
        None => 0,
        Some(Value::Integer(digits)) => digits.clamp(-30, 30),
        Some(other) => return Err(Why::operand(2, &other, "a whole number of digits")),
    };
    let Some(value) = number.single(1)? else {
        return Ok(Term::Missing);
    };
    let rounded = |number: Number| {
        // A power of ten that a float holds exactly up to 22.
        let power = 10f64.powi(digits.unsigned_abs() as i32);
        let float = |float: f64| {
            let scaled = if digits < 0 { float / power } else { float * power };
            // A float this large is whole.
            if !scaled.is_finite() || scaled.abs() >= 9e15 {
                return float;
            }
            if digits < 0 { scaled.round() * power } else { scaled.round() / power }
        };
        by(number, |number| round_exact(*number, digits), float)
    };
    arithmetic::amount(&value, 1, rounded).map(Term::Value)
}

fn round_exact(number: Decimal, digits: i64) -> Decimal {
    let strategy = RoundingStrategy::MidpointAwayFromZero;
    if let Ok(places) = u32::try_from(digits) {
        return number.round_dp_with_strategy(places, strategy);
    }
    // No decimal reaches 10^29.
    let power = u32::try_from(-digits).ok().and_then(|digits| 10i128.checked_pow(digits));
    let power = power.and_then(|power| Decimal::try_from_i128_with_scale(power, 0).ok());
    let rounded =
        power.and_then(|power| number.checked_div(power)?.round_dp_with_strategy(0, strategy).checked_mul(power));
    rounded.unwrap_or(Decimal::ZERO)
}

fn read(arguments: Arguments<'_>) -> Result<Term, Why> {
    let Some(value) = arguments.value()? else {
        return Ok(Term::Missing);
    };
    let number = match (&value, value.as_number()) {
        (_, Some(number)) => number,
        (Value::Quantity(quantity), _) => quantity.number,
        (Value::Text(text), _) => match (Number::read(text), kag_core::Quantity::read(text)) {
            (Some(number), _) => number,
            (None, Some(quantity)) => quantity.number,
            (None, None) => return Err(unreadable(text, "a number")),
        },
        _ => return Err(Why::operand(1, &value, "a number, a quantity or a text")),
    };
    Ok(Term::Value(number.into()))
}
