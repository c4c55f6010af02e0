//! Functions of dates and intervals.

use kag_core::{Interval, PartialDate, Value};

use super::{Arguments, EvalErrorKind, Family, Term, Why, unreadable};

pub(super) const FAMILY: Family = &[
    ("year", |arguments| part(arguments, |date| Some(date.year().into()))),
    ("month", |arguments| part(arguments, |date| date.month().map(i64::from))),
    ("day", |arguments| part(arguments, |date| date.day().map(i64::from))),
    ("date_diff", difference),
    ("to_date", read),
    ("start_of", |arguments| end(arguments, Interval::start)),
    ("end_of", |arguments| end(arguments, Interval::end)),
];

/// A part of a date; missing where the date is not known as finely.
fn part(arguments: Arguments<'_>, of: impl Fn(PartialDate) -> Option<i64>) -> Result<Term, Why> {
    let Some(value) = arguments.value()? else {
        return Ok(Term::Missing);
    };
    Ok(of(date(&value, 1)?).map(Value::Integer).into())
}

/// Whole units from the second date to the first.
fn difference(arguments: Arguments<'_>) -> Result<Term, Why> {
    let ([later, earlier], unit) = arguments.and_optional()?;
    let (Some(later), Some(earlier)) = (later.single(1)?, earlier.single(2)?) else {
        return Ok(Term::Missing);
    };
    let (later, earlier) = (date(&later, 1)?, date(&earlier, 2)?);
    let unit = unit.map(|unit| unit.single(3)).transpose()?.flatten().unwrap_or_else(|| "day".into());
    let whole = match unit.to_string().to_lowercase().as_str() {
        "day" | "days" | "日" | "天" => later.whole_days_since(earlier),
        "month" | "months" | "月" => later.whole_months_since(earlier),
        "year" | "years" | "年" => later.whole_years_since(earlier),
        _ => return Err(Why::operand(3, &unit, "`day`, `month` or `year`")),
    };
    let undecided = || EvalErrorKind::Undecided { left: later.to_string(), right: earlier.to_string() };
    Ok(Term::Value(whole.ok_or_else(undecided)?.into()))
}

fn read(arguments: Arguments<'_>) -> Result<Term, Why> {
    match arguments.value()? {
        None => Ok(Term::Missing),
        Some(Value::Text(text)) => match PartialDate::read(&text) {
            Some(date) => Ok(Term::Value(date.into())),
            None => Err(unreadable(&text, "a date")),
        },
        Some(value) => Ok(Term::Value(date(&value, 1)?.into())),
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

fn date(value: &Value, place: usize) -> Result<PartialDate, Why> {
    match value {
        Value::Date(date) => Ok(*date),
        other => Err(Why::operand(place, other, "a date")),
    }
}
