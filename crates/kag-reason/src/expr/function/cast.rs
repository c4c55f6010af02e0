//! Functions that make one kind of value of another.

use kag_core::{Number, Value};
use rust_decimal::Decimal;

use super::{Arguments, Context, EvalErrorKind, Family, Term, Why, reading, unreadable};

pub(super) const FAMILY: Family = &[
    ("cast_type", cast),
    ("to_integer", |arguments| of_one(arguments, Target::Integer)),
    ("to_float", |arguments| of_one(arguments, Target::Number)),
    ("to_string", |arguments| of_one(arguments, Target::Text)),
    ("to_boolean", |arguments| of_one(arguments, Target::Boolean)),
];

#[derive(Clone, Copy)]
enum Target {
    Integer,
    Number,
    Text,
    Boolean,
    Date,
}

impl Target {
    fn of(name: &str) -> Option<Self> {
        Some(match name.trim().to_ascii_lowercase().as_str() {
            "bigint" | "long" | "int" | "integer" => Self::Integer,
            "double" | "float" | "decimal" | "number" => Self::Number,
            "string" | "text" | "varchar" | "char" => Self::Text,
            "boolean" | "bool" => Self::Boolean,
            "date" => Self::Date,
            _ => return None,
        })
    }
}

fn cast(arguments: Arguments<'_>) -> Result<Term, Why> {
    let context = arguments.context;
    let [value, target] = arguments.exactly()?;
    let (value, Some(name)) = (value.single(1)?, target.single(2)?) else {
        return Ok(Term::Missing);
    };
    let known = match &name {
        Value::Text(name) => Target::of(name),
        _ => None,
    };
    let expected = "`bigint`, `double`, `text`, `boolean` or `date`";
    let target = known.ok_or_else(|| Why::operand(2, &name, expected))?;
    Ok(value.map(|value| made(context, &value, target)).transpose()?.into())
}

fn of_one(arguments: Arguments<'_>, target: Target) -> Result<Term, Why> {
    let context = arguments.context;
    Ok(arguments.value()?.map(|value| made(context, &value, target)).transpose()?.into())
}

fn made(context: Context<'_>, value: &Value, target: Target) -> Result<Value, Why> {
    match target {
        Target::Integer => Ok(truncated(number(context, value)?)?.into()),
        Target::Number => Ok(number(context, value)?.into()),
        Target::Text => Ok(reading::shown(value, context.environment).into()),
        Target::Boolean => match value {
            Value::Boolean(truth) => Ok((*truth).into()),
            Value::Text(text) => reading::truth(text).map(Value::from).ok_or_else(|| unreadable(text, "true or false")),
            value => match value.as_number() {
                Some(number) => Ok((number.compare(Number::Integer(0)).is_ne()).into()),
                None => Err(Why::operand(1, value, "a truth, a number or a text")),
            },
        },
        Target::Date => match value {
            Value::Date(date) => Ok((*date).into()),
            value => {
                let text = reading::written(value, context.environment);
                let text = text.ok_or_else(|| Why::operand(1, value, "a date or a text"))?;
                reading::date(&text).map(Value::Date).ok_or_else(|| unreadable(&text, "a date"))
            }
        },
    }
}

fn number(context: Context<'_>, value: &Value) -> Result<Number, Why> {
    match value {
        Value::Boolean(truth) => Ok(i64::from(*truth).into()),
        Value::Text(_) | Value::Node(_) => {
            let text = context.text(value, 1)?;
            reading::number(&text).ok_or_else(|| unreadable(&text, "a number"))
        }
        value => value.as_number().ok_or_else(|| Why::operand(1, value, "a number or a text")),
    }
}

/// Without what follows the point.
fn truncated(number: Number) -> Result<Number, EvalErrorKind> {
    let whole = match number.exact() {
        Some(exact) => exact.trunc(),
        None => Decimal::try_from(number.to_f64().trunc()).map_err(|_| EvalErrorKind::Overflow)?,
    };
    match Number::from(whole).normalised() {
        integer @ Number::Integer(_) => Ok(integer),
        _ => Err(EvalErrorKind::Overflow),
    }
}
