//! Times counted in seconds since 1970, in UTC.

use kag_core::{Number, PartialDate, Precision, Value};
use rust_decimal::Decimal;

use super::{Arguments, Context, EvalErrorKind, Term, Why, format, read_if_possible, reading, unreadable};

/// Seconds of a day.
pub(super) const DAY: i64 = 86_400;

/// How times are written where no format is given.
const USUAL: &str = "yyyy-MM-dd HH:mm:ss";

pub(super) fn now(arguments: Arguments<'_>) -> Result<Term, Why> {
    let context = arguments.context;
    let [] = arguments.exactly()?;
    Ok(Term::Value(context.now()?.into()))
}

pub(super) fn now_in_milliseconds(arguments: Arguments<'_>) -> Result<Term, Why> {
    let context = arguments.context;
    let [] = arguments.exactly()?;
    Ok(Term::Value(context.now()?.saturating_mul(1000).into()))
}

/// The seconds from 1970 to a date; the time that it is without one.
pub(super) fn unix_timestamp(arguments: Arguments<'_>) -> Result<Term, Why> {
    if arguments.terms.is_empty() {
        return now(arguments);
    }
    let context = arguments.context;
    let ([value], format) = arguments.and_optional()?;
    let Some(value) = value.single(1)? else {
        return Ok(Term::Missing);
    };
    let date = match format {
        Some(format) => read_if_possible(context, &value, format, 2)?,
        None => context.date(&value, 1)?,
    };
    Ok(date.and_then(seconds_of).map(Value::from).into())
}

/// The time so many seconds after 1970 as a text.
pub(super) fn from_unix_time(arguments: Arguments<'_>) -> Result<Term, Why> {
    let context = arguments.context;
    let ([seconds], format) = arguments.and_optional()?;
    let Some(seconds) = seconds.single(1)? else {
        return Ok(Term::Missing);
    };
    let date = time_at(whole_down(&seconds, 1)?)?;
    let format = format.unwrap_or_else(|| Term::Value(USUAL.into()));
    super::written(context, date, format, 2)
}

pub(super) fn to_timestamp(arguments: Arguments<'_>) -> Result<Term, Why> {
    let Some(milliseconds) = arguments.value()? else {
        return Ok(Term::Missing);
    };
    let date = time_at(whole_down(&milliseconds, 1)?.div_euclid(1000))?;
    Ok(format::write(USUAL, date)?.map(Value::from).into())
}

/// The seconds from the second time to the first.
pub(super) fn time_difference(arguments: Arguments<'_>) -> Result<Term, Why> {
    let context = arguments.context;
    let Some([later, earlier]) = arguments.values_of()? else {
        return Ok(Term::Missing);
    };
    match (context.instant(&later, 1, 1)?, context.instant(&earlier, 2, 1)?) {
        (Some(later), Some(earlier)) => {
            let seconds = later.checked_sub(earlier).ok_or(EvalErrorKind::Overflow)?;
            Ok(Term::Value(seconds.into()))
        }
        _ => Ok(Term::Missing),
    }
}

pub(super) fn hour_of_day(arguments: Arguments<'_>) -> Result<Term, Why> {
    let context = arguments.context;
    let Some(value) = arguments.value()? else {
        return Ok(Term::Missing);
    };
    let hour = |seconds: i64| Value::from(seconds.rem_euclid(DAY) / 3600);
    Ok(context.instant(&value, 1, 1000)?.map(hour).into())
}

/// From 1 on Monday to 7 on Sunday.
pub(super) fn day_of_week(arguments: Arguments<'_>) -> Result<Term, Why> {
    let context = arguments.context;
    let Some(value) = arguments.value()? else {
        return Ok(Term::Missing);
    };
    Ok(context.instant(&value, 1, 1000)?.map(|seconds| Value::from(weekday(seconds))).into())
}

/// The day of the week `seconds` after 1970, which began on a Thursday.
pub(super) fn weekday(seconds: i64) -> i64 {
    (seconds.div_euclid(DAY) + 3).rem_euclid(7) + 1
}

/// The seconds from 1970 to the beginning of `date`; `None` where a day is not known.
pub(super) fn seconds_of(date: PartialDate) -> Option<i64> {
    if date.precision() < Precision::Day {
        return None;
    }
    let elapsed = date.first().duration_since(epoch()?.first());
    // Towards the past, also before 1970.
    Some(elapsed.as_secs() - i64::from(elapsed.subsec_nanos() < 0))
}

fn time_at(seconds: i64) -> Result<PartialDate, EvalErrorKind> {
    let epoch = epoch().map(|epoch| PartialDate::utc(epoch.first()));
    epoch.and_then(|epoch| epoch.plus_seconds(seconds)).ok_or(EvalErrorKind::Overflow)
}

fn epoch() -> Option<PartialDate> {
    PartialDate::of_day(1970, 1, 1)
}

/// The greatest whole number that is not more than what `value` is or its text states.
fn whole_down(value: &Value, place: usize) -> Result<i64, Why> {
    let number = match value {
        Value::Text(text) => reading::number(text).ok_or_else(|| unreadable(text, "a number of seconds"))?,
        value => value.as_number().ok_or_else(|| Why::operand(place, value, "a number"))?,
    };
    let down = match number.exact() {
        Some(exact) => Number::from(exact.floor()),
        None => Decimal::try_from(number.to_f64().floor()).map_err(|_| EvalErrorKind::Overflow)?.into(),
    };
    match down.normalised() {
        Number::Integer(whole) => Ok(whole),
        _ => Err(EvalErrorKind::Overflow.into()),
    }
}

impl Context<'_> {
    fn now(self) -> Result<i64, Why> {
        let now = self.environment.now().and_then(seconds_of);
        now.ok_or_else(|| EvalErrorKind::NoClock.into())
    }

    /// The seconds from 1970 to the time that `value` is or states, a number counting so
    /// many parts of a second. `None` where no day is known.
    fn instant(self, value: &Value, place: usize, parts: i64) -> Result<Option<i64>, Why> {
        let counted = match value {
            Value::Date(_) => false,
            // A day has eight digits; so many milliseconds are a few hours of 1970.
            Value::Text(text) => text.trim().parse::<i64>().is_ok() && text.trim().len() != 8,
            _ => true,
        };
        if counted {
            return Ok(Some(whole_down(value, place)?.div_euclid(parts)));
        }
        Ok(self.date(value, place)?.and_then(seconds_of))
    }
}
