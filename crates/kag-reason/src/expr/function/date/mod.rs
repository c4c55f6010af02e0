//! Functions of dates and intervals.

mod clock;
mod format;
mod step;

use kag_core::{Interval, PartialDate, Precision, Value};

use super::{Arguments, Context, EvalErrorKind, Family, Term, Why, reading, unreadable, whole};
use crate::expr::error::shortened;
use step::Unit;

pub(super) const FAMILY: Family = &[
    ("year", |arguments| part(arguments, |date| Some(date.year().into()))),
    ("month", |arguments| part(arguments, |date| date.month().map(i64::from))),
    ("day", |arguments| part(arguments, |date| date.day().map(i64::from))),
    ("hour_of_day", clock::hour_of_day),
    ("day_of_week", clock::day_of_week),
    ("date_diff", difference),
    ("date_add", step::add),
    ("time_diff", clock::time_difference),
    ("to_date", read),
    ("date_format", rewritten),
    ("now", clock::now),
    ("current_time_millis", clock::now_in_milliseconds),
    ("unix_timestamp", clock::unix_timestamp),
    ("from_unix_time", clock::from_unix_time),
    ("to_timestamp", clock::to_timestamp),
    ("start_of", |arguments| end(arguments, Interval::start)),
    ("end_of", |arguments| end(arguments, Interval::end)),
];

/// A part of a date; missing where the date is not known as finely.
fn part(arguments: Arguments<'_>, of: impl Fn(PartialDate) -> Option<i64>) -> Result<Term, Why> {
    let context = arguments.context;
    let Some(value) = arguments.value()? else {
        return Ok(Term::Missing);
    };
    let Some(date) = context.date(&value, 1)? else {
        return Ok(Term::Missing);
    };
    Ok(of(date).map(Value::Integer).into())
}

/// Whole units from the second date to the first.
fn difference(arguments: Arguments<'_>) -> Result<Term, Why> {
    let context = arguments.context;
    let ([later, earlier], unit) = arguments.and_optional()?;
    let (Some(later), Some(earlier)) = (later.single(1)?, earlier.single(2)?) else {
        return Ok(Term::Missing);
    };
    let dates = matches!((&later, &earlier), (Value::Date(_), Value::Date(_)));
    let (Some(later), Some(earlier)) = (context.date(&later, 1)?, context.date(&earlier, 2)?) else {
        return Ok(Term::Missing);
    };
    let whole = match step::unit(unit, 3)? {
        Unit::Day if dates => later.whole_days_since(earlier),
        // A text states a time of day or midnight.
        Unit::Day => days_between(later, earlier),
        Unit::Month => later.whole_months_since(earlier),
        Unit::Year => later.whole_years_since(earlier),
        other => return Err(Why::operand(3, &other.name().into(), "`day`, `month` or `year`")),
    };
    let undecided = || EvalErrorKind::Undecided { left: later.to_string(), right: earlier.to_string() };
    Ok(Term::Value(whole.ok_or_else(undecided)?.into()))
}

/// The whole days between two times, days counting as midnight and what has no zone as UTC;
/// `None` where a day is not known.
fn days_between(later: PartialDate, earlier: PartialDate) -> Option<i64> {
    if later.precision().min(earlier.precision()) < Precision::Day {
        return None;
    }
    Some(later.first().duration_since(earlier.first()).as_secs() / clock::DAY)
}

/// The date that a text states, by a format where one is given.
fn read(arguments: Arguments<'_>) -> Result<Term, Why> {
    let context = arguments.context;
    let ([value], format) = arguments.and_optional()?;
    let Some(value) = value.single(1)? else {
        return Ok(Term::Missing);
    };
    let date = match format {
        None => context.date(&value, 1)?,
        Some(format) => read_by(context, &value, format, 2)?,
    };
    Ok(date.map(Value::Date).into())
}

/// A date by a format, read by one before where there are two.
fn rewritten(mut arguments: Arguments<'_>) -> Result<Term, Why> {
    let context = arguments.context;
    let from = if arguments.terms.len() == 3 { Some(arguments.terms.remove(1)) } else { None };
    let [value, to] = arguments.exactly()?;
    let Some(value) = value.single(1)? else {
        return Ok(Term::Missing);
    };
    let date = match from {
        Some(from) => read_if_possible(context, &value, from, 2)?,
        None => context.date(&value, 1)?,
    };
    date.map_or(Ok(Term::Missing), |date| written(context, date, to, 3))
}

/// `date` as a text by the format that is the argument at `place`; missing where the date is
/// not known as finely.
fn written(context: Context<'_>, date: PartialDate, format: Term, place: usize) -> Result<Term, Why> {
    let Some(format) = format.single(place)? else {
        return Ok(Term::Missing);
    };
    let written = format::write(&context.text(&format, place)?, date)?;
    Ok(written.map(Value::from).into())
}

/// The date that the text `value` states by the format that is the argument at `place`; a date
/// is itself. Missing where the format is.
fn read_by(context: Context<'_>, value: &Value, format: Term, place: usize) -> Result<Option<PartialDate>, Why> {
    let Some(format) = format.single(place)? else {
        return Ok(None);
    };
    if let Value::Date(date) = value {
        return Ok(Some(*date));
    }
    let text = reading::written(value, context.environment).ok_or_else(|| Why::operand(1, value, "a text"))?;
    let format = context.text(&format, place)?;
    match format::read(&format, &text)? {
        Some(date) => Ok(Some(date)),
        None => {
            let (text, format) = (shortened(&text), shortened(&format));
            Err(EvalErrorKind::NotByFormat { text, format }.into())
        }
    }
}

/// The same, where in a rule a text that states no date by the format gives nothing.
fn read_if_possible(
    context: Context<'_>,
    value: &Value,
    format: Term,
    place: usize,
) -> Result<Option<PartialDate>, Why> {
    match read_by(context, value, format, place) {
        Err(Why::Here(EvalErrorKind::NotByFormat { .. })) if context.is_rule() => Ok(None),
        read => read,
    }
}

/// One end of an interval, a date being both its own; missing where it is open.
fn end(arguments: Arguments<'_>, of: impl Fn(Interval) -> Option<PartialDate>) -> Result<Term, Why> {
    let Some(value) = arguments.value()? else {
        return Ok(Term::Missing);
    };
    match value.as_interval() {
        Some(interval) => Ok(of(interval).map(Value::Date).into()),
        None => Err(Why::operand(1, &value, "a date or interval")),
    }
}

impl Context<'_> {
    /// The date that `value` is or states. `None` where in a rule a text states none.
    fn date(self, value: &Value, place: usize) -> Result<Option<PartialDate>, Why> {
        let text = match value {
            Value::Date(date) => return Ok(Some(*date)),
            Value::Text(text) => text.clone(),
            // The digits of a day: 20230901.
            Value::Integer(digits) => digits.to_string().into(),
            other => return Err(Why::operand(place, other, "a date")),
        };
        match (reading::date(&text), value) {
            (Some(date), Value::Text(_)) => Ok(Some(date)),
            (Some(date), _) if date.precision() == Precision::Day => Ok(Some(date)),
            (_, Value::Integer(_)) => Err(Why::operand(place, value, "a date")),
            _ if self.is_rule() => Ok(None),
            _ => Err(unreadable(&text, "a date")),
        }
    }
}
