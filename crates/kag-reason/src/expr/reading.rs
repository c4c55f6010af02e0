//! Reading texts as what they meet: numbers, dates, names of nodes.

use std::sync::Arc;

use kag_core::{Float, Number, PartialDate, Quantity, Value};
use kag_schema::Dialect;

use super::Environment;

/// The date that `text` states, also without separators: `20230901`, `20230901 12:30:00`,
/// `20230901123000`.
pub(super) fn date(text: &str) -> Option<PartialDate> {
    let text = text.trim();
    compact(text).or_else(|| PartialDate::read(text))
}

fn compact(text: &str) -> Option<PartialDate> {
    let (day, rest) = text.split_at_checked(8)?;
    if !day.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let (year, month, day) = (day.get(..4)?, day.get(4..6)?, day.get(6..)?);
    match rest.len() {
        0 => PartialDate::of_day(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?),
        6 if rest.bytes().all(|byte| byte.is_ascii_digit()) => {
            let (hour, minute, second) = (rest.get(..2)?, rest.get(2..4)?, rest.get(4..)?);
            format!("{year}-{month}-{day}T{hour}:{minute}:{second}").parse().ok()
        }
        _ => format!("{year}-{month}-{day}{rest}").parse().ok(),
    }
}

/// The number that `text` states and nothing else.
pub(super) fn number(text: &str) -> Option<Number> {
    let text = text.trim();
    if let Some(number) = Number::read(text) {
        return Some(number);
    }
    // Leading zeros, a plus and exponents are how programs write numbers.
    let plain = text.strip_prefix('+').unwrap_or(text);
    if !plain.bytes().all(|byte| byte.is_ascii_digit() || b"+-.eE".contains(&byte)) {
        return None;
    }
    if let Ok(decimal) = plain.parse::<rust_decimal::Decimal>() {
        return Some(decimal.into());
    }
    plain.parse().ok().and_then(Float::new).map(Number::Float)
}

/// The truth that `text` states.
pub(super) fn truth(text: &str) -> Option<bool> {
    let text = text.trim();
    if text.eq_ignore_ascii_case("true") {
        return Some(true);
    }
    text.eq_ignore_ascii_case("false").then_some(false)
}

/// `text` read as a value of the kind of `other`, which is no text; `None` where it is none
/// of that kind.
pub(super) fn like(text: &str, other: &Value) -> Option<Value> {
    match other {
        Value::Integer(_) | Value::Decimal(_) | Value::Float(_) => number(text).map(Value::from),
        Value::Boolean(_) => truth(text).map(Value::from),
        Value::Date(_) => date(text).map(Value::Date),
        Value::Interval(_) => date(text).map(|date| Value::Interval(date.into())),
        Value::Quantity(_) => Quantity::read(text).map(Value::Quantity),
        _ => None,
    }
}

/// What a text read by [`like`] would have to state.
pub(super) fn wanted(other: &Value) -> &'static str {
    match other {
        Value::Boolean(_) => "true or false",
        Value::Date(_) | Value::Interval(_) => "a date",
        Value::Quantity(_) => "a number and a unit",
        _ => "a number",
    }
}

/// `value` as the text it is, or is written as: a node by its name where names are known,
/// and in rules whatever else is no list.
pub(super) fn text(value: &Value, environment: &dyn Environment) -> Option<Arc<str>> {
    match value {
        Value::Text(text) => Some(Arc::clone(text)),
        Value::Node(node) => environment.name(*node),
        Value::List(_) => None,
        other if environment.dialect() == Dialect::Rule => Some(other.to_string().into()),
        _ => None,
    }
}

/// `value` as it is shown within a text: a node by its name where names are known.
pub(super) fn shown(value: &Value, environment: &dyn Environment) -> String {
    match value {
        Value::Node(node) => environment.name(*node).map_or_else(|| value.to_string(), |name| name.to_string()),
        other => other.to_string(),
    }
}

/// `value` as the text it is written as, where it is a number, a date or a text.
pub(super) fn written(value: &Value, environment: &dyn Environment) -> Option<Arc<str>> {
    match value {
        Value::Integer(_) | Value::Decimal(_) | Value::Float(_) | Value::Date(_) => Some(value.to_string().into()),
        other => text(other, environment),
    }
}
