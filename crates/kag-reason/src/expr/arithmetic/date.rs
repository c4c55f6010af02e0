//! Arithmetic of dates.

use kag_core::{Dimension, Number, PartialDate, Precision, Quantity, Value};
use kag_schema::BinaryOp;

use super::{EvalErrorKind, Why, number};

/// The time from `earlier` to `later`, where they are known to one precision.
pub(super) fn difference(later: PartialDate, earlier: PartialDate) -> Result<Value, Why> {
    let undecided = || EvalErrorKind::Undecided { left: later.to_string(), right: earlier.to_string() };
    Ok(later.since(earlier).ok_or_else(undecided)?.into())
}

/// `date`, `duration` later (`sign` 1) or earlier (-1).
///
/// Years and months are steps of the calendar, days and weeks of days, and smaller units
/// of seconds; all have to come out whole.
pub(super) fn step(date: PartialDate, duration: &Quantity, sign: i64) -> Result<Value, Why> {
    if duration.dimension() != Dimension::Duration {
        return Err(Why::operand(2, &duration.clone().into(), "a duration"));
    }
    let in_unit = |per: i64| -> Result<Option<i64>, EvalErrorKind> {
        let number = number::combine(BinaryOp::Multiply, duration.number, (per * sign).into())?;
        Ok(whole(number))
    };
    let stepped = match duration.unit.symbol() {
        "month" => in_unit(1)?.and_then(|months| date.plus_months(months)),
        "quarter" => in_unit(3)?.and_then(|months| date.plus_months(months)),
        "year" => in_unit(12)?.and_then(|months| date.plus_months(months)),
        "decade" => in_unit(120)?.and_then(|months| date.plus_months(months)),
        "century" => in_unit(1200)?.and_then(|months| date.plus_months(months)),
        _ => {
            let seconds = number::combine(BinaryOp::Multiply, duration.base(), sign.into())?;
            whole(seconds).and_then(|seconds| later(date, seconds))
        }
    };
    let error = || EvalErrorKind::DateStep { date, duration: duration.to_string() };
    Ok(stepped.ok_or_else(error)?.into())
}

/// `date`, `seconds` later; a day stays a day over whole days.
fn later(date: PartialDate, seconds: i64) -> Option<PartialDate> {
    const DAY: i64 = 86_400;
    if date.precision() == Precision::Day {
        return (seconds % DAY == 0).then(|| date.plus_days(seconds / DAY))?;
    }
    date.plus_seconds(seconds)
}

fn whole(number: Number) -> Option<i64> {
    match number.normalised() {
        Number::Integer(number) => Some(number),
        _ => None,
    }
}
