//! Turning a literal of one kind into the same literal of another, without loss.

use kag_core::{Interval, Number, PartialDate, Quantity, Value, ValueKind};
use rust_decimal::Decimal;

use crate::{Basic, Schema};

/// Why a value cannot be held as a basic type.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{kind} `{value}` is no {wanted}: {why}")]
#[non_exhaustive]
pub struct CastProblem {
    /// The value.
    pub value: Value,
    /// Its kind.
    pub kind: ValueKind,
    /// What it should be.
    pub wanted: Basic,
    /// What is in the way.
    pub why: &'static str,
}

impl Schema {
    /// `value` as a literal of the basic type `basic`, provided nothing is lost: what a
    /// text says is read with the readers of kag-core (`1902年3月6日` is a date, `1,234` a
    /// number), a whole decimal is an integer, a date is the interval it covers.
    ///
    /// # Errors
    ///
    /// [`CastProblem`] where it cannot be, or where digits would be lost.
    ///
    /// ```
    /// use kag_core::{PartialDate, Value};
    /// use kag_schema::{Basic, Schema};
    ///
    /// let born = Schema::cast(&Value::from("1902年3月6日"), Basic::Date)?;
    /// assert_eq!(born, PartialDate::of_day(1902, 3, 6).map(Value::from).ok_or("no date")?);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn cast(value: &Value, basic: Basic) -> Result<Value, CastProblem> {
        if is_basic(value, basic) {
            return Ok(value.clone());
        }
        let cast = match basic {
            Basic::Text => text(value),
            Basic::Integer => number(value).and_then(integer),
            Basic::Float => number(value).map(Value::from),
            Basic::Decimal => number(value).and_then(decimal),
            Basic::Boolean => boolean(value),
            Basic::Date => date(value),
            Basic::Interval => interval(value),
            Basic::Quantity => quantity(value),
        };
        cast.map_err(|why| CastProblem { value: value.clone(), kind: value.kind(), wanted: basic, why })
    }
}

/// Whether `value` is a literal of the basic type `basic` as it stands.
pub(crate) fn is_basic(value: &Value, basic: Basic) -> bool {
    matches!(
        (basic, value.kind()),
        (Basic::Text, ValueKind::Text)
            | (Basic::Integer, ValueKind::Integer)
            | (Basic::Float, ValueKind::Integer | ValueKind::Decimal | ValueKind::Float)
            | (Basic::Decimal, ValueKind::Integer | ValueKind::Decimal)
            | (Basic::Boolean, ValueKind::Boolean)
            | (Basic::Date, ValueKind::Date)
            | (Basic::Interval, ValueKind::Interval)
            | (Basic::Quantity, ValueKind::Quantity)
    )
}

/// What is in the way.
type Why = &'static str;

const NO_NUMBER: Why = "it cannot be read as a number";

fn number(value: &Value) -> Result<Number, Why> {
    match value {
        Value::Text(text) => Number::read(text).ok_or(NO_NUMBER),
        other => other.as_number().ok_or(NO_NUMBER),
    }
}

fn integer(number: Number) -> Result<Value, Why> {
    match number.normalised() {
        Number::Integer(integer) => Ok(integer.into()),
        Number::Float(float) => {
            let whole = float.get().fract() == 0.0 && float.get().abs() <= WHOLE_FLOATS;
            let digits = whole.then(|| format!("{:.0}", float.get()));
            digits.and_then(|digits| digits.parse().ok()).map(Value::Integer).ok_or("it is not whole")
        }
        _ => Err("it is not whole, or too large"),
    }
}

/// Up to here every whole float is the one number it says.
const WHOLE_FLOATS: f64 = 9_007_199_254_740_992.0;

fn decimal(number: Number) -> Result<Value, Why> {
    match number {
        Number::Float(float) => {
            // Only where the float says exactly what its digits do, as halves and quarters.
            let exact = Decimal::from_str_exact(&float.to_string()).ok();
            let kept = exact.filter(|exact| Number::from(*exact).compare(number).is_eq());
            kept.map(Value::from).ok_or("a float is not exact")
        }
        exact => Ok(exact.into()),
    }
}

fn text(value: &Value) -> Result<Value, Why> {
    match value.kind() {
        ValueKind::Node => Err("a node is no text"),
        ValueKind::List => Err("a list is no text"),
        _ => Ok(value.to_string().into()),
    }
}

fn boolean(value: &Value) -> Result<Value, Why> {
    let Value::Text(text) = value else {
        return Err("it is neither true nor false");
    };
    match text.trim().to_lowercase().as_str() {
        "true" | "yes" | "是" | "真" => Ok(true.into()),
        "false" | "no" | "否" | "假" => Ok(false.into()),
        _ => Err("it is neither true nor false"),
    }
}

fn date(value: &Value) -> Result<Value, Why> {
    let date = match value {
        Value::Text(text) => PartialDate::read(text),
        // A year, provided that it looks like one.
        Value::Integer(year @ 1000..=2999) => i16::try_from(*year).ok().and_then(PartialDate::of_year),
        _ => None,
    };
    date.map(Value::from).ok_or("it cannot be read as a date")
}

fn interval(value: &Value) -> Result<Value, Why> {
    let interval = match value {
        Value::Text(text) => {
            let stated: Option<Interval> = text.parse().ok();
            stated.or_else(|| PartialDate::read(text).map(Into::into))
        }
        other => other.as_interval(),
    };
    interval.map(Value::from).ok_or("it cannot be read as an interval")
}

fn quantity(value: &Value) -> Result<Value, Why> {
    let Value::Text(text) = value else {
        return Err("it has no unit");
    };
    Quantity::read(text).map(Value::from).ok_or("it cannot be read as a number with a unit")
}
