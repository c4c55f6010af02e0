//! A date some time later.

use kag_core::{PartialDate, Precision, Value};

use super::{Arguments, EvalErrorKind, Term, Why, clock, format, whole};

/// What a step is counted in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unit {
    Year,
    Month,
    Day,
    Hour,
    Minute,
    Second,
}

impl Unit {
    fn of(name: &str) -> Option<Self> {
        Some(match name.trim().to_lowercase().as_str() {
            "year" | "years" | "yyyy" | "年" => Self::Year,
            "month" | "months" | "mm" | "月" => Self::Month,
            "day" | "days" | "dd" | "日" | "天" => Self::Day,
            "hour" | "hours" | "hh" | "小时" | "时" => Self::Hour,
            "minute" | "minutes" | "mi" | "分钟" | "分" => Self::Minute,
            "second" | "seconds" | "ss" | "秒" => Self::Second,
            _ => return None,
        })
    }

    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Year => "year",
            Self::Month => "month",
            Self::Day => "day",
            Self::Hour => "hour",
            Self::Minute => "minute",
            Self::Second => "second",
        }
    }
}

/// The unit that the argument at `place` names; days without one.
pub(super) fn unit(term: Option<Term>, place: usize) -> Result<Unit, Why> {
    let Some(value) = term.map(|term| term.single(place)).transpose()?.flatten() else {
        return Ok(Unit::Day);
    };
    let named = match &value {
        Value::Text(name) => Unit::of(name),
        _ => None,
    };
    named.ok_or_else(|| Why::operand(place, &value, "`year`, `month`, `day`, `hour`, `minute` or `second`"))
}

/// The date so many units later; a text in the form in which it was given.
pub(super) fn add(mut arguments: Arguments<'_>) -> Result<Term, Why> {
    let context = arguments.context;
    let unit = unit(if arguments.terms.len() == 3 { arguments.terms.pop() } else { None }, 3)?;
    let Some([value, count]) = arguments.values_of()? else {
        return Ok(Term::Missing);
    };
    let count = whole(&count, 2)?;
    let Some(date) = context.date(&value, 1)? else {
        return Ok(Term::Missing);
    };
    let error = || EvalErrorKind::DateStep { date, duration: format!("{count} {}", unit.name()) };
    let Value::Text(text) = &value else {
        return Ok(Term::Value(later(date, count, unit).ok_or_else(error)?.into()));
    };
    let later = match form(text.trim()) {
        // A text without a time of day is midnight.
        Some(form) => {
            let later = later(PartialDate::from(date.first()), count, unit).ok_or_else(error)?;
            format::write(form, later)?
        }
        None => Some(later(date, count, unit).ok_or_else(error)?.to_string()),
    };
    Ok(later.map(Value::from).into())
}

/// `date`, `count` units later; `None` beyond the calendar, and where the date is not known
/// as finely.
fn later(date: PartialDate, count: i64, unit: Unit) -> Option<PartialDate> {
    let seconds = |each: i64| {
        let seconds = count.checked_mul(each)?;
        if date.precision() == Precision::Day {
            return (seconds % clock::DAY == 0).then(|| date.plus_days(seconds / clock::DAY))?;
        }
        date.plus_seconds(seconds)
    };
    match unit {
        Unit::Year => date.plus_years(count),
        Unit::Month => date.plus_months(count),
        Unit::Day => date.plus_days(count),
        Unit::Hour => seconds(3600),
        Unit::Minute => seconds(60),
        Unit::Second => seconds(1),
    }
}

/// The format in which a program wrote `text`; `None` where a person did.
fn form(text: &str) -> Option<&'static str> {
    let shape: String = text.chars().map(|c| if c.is_ascii_digit() { '0' } else { c }).collect();
    Some(match shape.as_str() {
        "0000-00-00 00:00:00" => "yyyy-MM-dd HH:mm:ss",
        "00000000 00:00:00" => "yyyyMMdd HH:mm:ss",
        "00000000000000" => "yyyyMMddHHmmss",
        "0000-00-00" => "yyyy-MM-dd",
        "00000000" => "yyyyMMdd",
        _ => return None,
    })
}
