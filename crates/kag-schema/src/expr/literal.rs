//! Values as they are written in an expression: reading and printing.

use std::fmt::Write as _;

use kag_core::{Float, Value};
use rust_decimal::Decimal;

use super::{lex, token::narrow};

/// The digits that `text` begins with in plain form, their length in bytes as written, and
/// whether they have an exponent. `text` begins with a digit.
pub(super) fn digits_at(text: &str) -> (String, usize, bool) {
    let mut end = digit_run(text, 0);
    let fraction = after(text, end, &['.']).filter(|from| digit_run(text, *from) > *from);
    if let Some(from) = fraction {
        end = digit_run(text, from);
    }
    let exponent = after(text, end, &['e', 'E'])
        .map(|from| after(text, from, &['+', '-']).unwrap_or(from))
        .filter(|from| digit_run(text, *from) > *from);
    if let Some(from) = exponent {
        end = digit_run(text, from);
    }
    let written = text.get(..end).unwrap_or("");
    (
        written.chars().map(narrow).collect(),
        end,
        exponent.is_some(),
    )
}

/// Where the digits that begin at byte `from` end.
fn digit_run(text: &str, from: usize) -> usize {
    let rest = text.get(from..).unwrap_or("");
    let length = rest.find(|c| !narrow(c).is_ascii_digit());
    from + length.unwrap_or(rest.len())
}

/// Where the character at byte `at` ends, if it is one of `any`.
fn after(text: &str, at: usize, any: &[char]) -> Option<usize> {
    let c = text.get(at..)?.chars().next()?;
    any.contains(&narrow(c)).then_some(at + c.len_utf8())
}

/// The number that `digits` are: an integer, a decimal where there is a point or where 64
/// bits do not hold it, a float where there is an exponent. `None` where digits would be lost.
pub(super) fn number(digits: &str, exponent: bool) -> Option<Value> {
    if exponent {
        let read: f64 = digits.parse().ok()?;
        return Float::new(read)
            .filter(|f| f.get().is_finite())
            .map(Value::Float);
    }
    let Some((whole, fraction)) = digits.split_once('.') else {
        return match digits.parse() {
            Ok(integer) => Some(Value::Integer(integer)),
            Err(_) => Decimal::from_str_exact(digits).ok().map(Value::Decimal),
        };
    };
    let fraction = fraction.trim_end_matches('0');
    let exact = if fraction.is_empty() {
        Decimal::from_str_exact(whole)
    } else {
        Decimal::from_str_exact(&format!("{whole}.{fraction}"))
    };
    exact
        .ok()
        .map(|decimal| Value::Decimal(decimal.normalize()))
}

/// The date that `text` begins with, and its length in bytes.
///
/// Without quotes only what can be nothing else: `2011-07-03`, with a time after `T`, and
/// `2011年`, `2011年7月`, `2011年7月3日`.
pub(super) fn date_at(text: &str) -> Option<(Value, usize)> {
    let length = iso_day(text).or_else(|| chinese_date(text))?;
    let ends = text
        .get(length..)
        .and_then(|rest| rest.chars().next())
        .is_none_or(|c| !lex::continues_name(c));
    let date = text.get(..length).filter(|_| ends)?;
    read_date(date).map(|date| (date, length))
}

fn iso_day(text: &str) -> Option<usize> {
    let time = shape(text, "dddd-dd-ddTdd:dd:dd").or_else(|| shape(text, "dddd-dd-ddTdd:dd"));
    time.or_else(|| shape(text, "dddd-dd-dd"))
}

fn chinese_date(text: &str) -> Option<usize> {
    let mut end = shape(text, "dddd年")?;
    for unit in ['月', '日'] {
        let part = text.get(end..).and_then(|rest| {
            shape(rest, &format!("d{unit}")).or_else(|| shape(rest, &format!("dd{unit}")))
        });
        match part {
            Some(length) => end += length,
            None => break,
        }
    }
    Some(end)
}

/// The length of what `text` begins with, if it has this shape: `d` is a digit of any width.
fn shape(text: &str, shape: &str) -> Option<usize> {
    let mut chars = text.chars();
    let mut length = 0;
    for wanted in shape.chars() {
        let c = chars.next()?;
        let fits = match wanted {
            'd' => narrow(c).is_ascii_digit(),
            _ => c == wanted,
        };
        if !fits {
            return None;
        }
        length += c.len_utf8();
    }
    Some(length)
}

/// The quantity of `digits` and the unit that `after` begins with, and the unit's length.
pub(super) fn quantity_at(_digits: &str, _after: &str) -> Option<(Value, usize)> {
    None
}

/// The amount of money with its sign in front that `text` begins with: `$5`, `￥3.5`.
pub(super) fn money_at(_text: &str) -> Option<(Value, usize)> {
    None
}

fn read_date(_text: &str) -> Option<Value> {
    None
}

/// `value` with its sign changed, where it has one; it was written as `digits`.
pub(super) fn negated(value: &Value, digits: &str) -> Option<Value> {
    match value {
        Value::Integer(integer) => integer.checked_neg().map(Value::Integer),
        Value::Float(float) => Float::new(-float.get()).map(Value::Float),
        Value::Decimal(decimal) => {
            // The least integer has no positive counterpart.
            let plain: String = digits.chars().map(narrow).collect();
            let least = format!("-{plain}").parse().map(Value::Integer);
            Some(least.unwrap_or(Value::Decimal(-decimal)))
        }
        _ => None,
    }
}

/// A word that makes a literal out of a quoted text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Constructor {
    Float,
    Node,
}

impl Constructor {
    pub(super) fn of(word: &str) -> Option<Self> {
        Some(match word {
            "float" => Self::Float,
            "node" => Self::Node,
            _ => return None,
        })
    }

    pub(super) fn read(self, text: &str) -> Option<Value> {
        match self {
            Self::Float => match text {
                "inf" => Float::new(f64::INFINITY),
                "-inf" => Float::new(f64::NEG_INFINITY),
                _ => text.parse().ok().and_then(Float::new),
            }
            .map(Value::Float),
            Self::Node => text.parse().ok().map(Value::Node),
        }
    }

    pub(super) const fn expects(self) -> &'static str {
        match self {
            Self::Float => "a number, `inf` or `-inf`",
            Self::Node => "an id of 32 hexadecimal digits",
        }
    }
}

/// `value` as it is written in an expression.
pub(super) fn print(value: &Value) -> String {
    match value {
        Value::Text(text) => quote(text),
        Value::Integer(integer) => integer.to_string(),
        Value::Decimal(decimal) if decimal.scale() == 0 => format!("{decimal}.0"),
        Value::Decimal(decimal) => decimal.to_string(),
        Value::Float(float) if float.get().is_finite() => format!("{:e}", float.get()),
        Value::Float(float) => format!("float(\"{}\")", float.get()),
        Value::Boolean(boolean) => boolean.to_string(),
        Value::List(items) => {
            let items: Vec<String> = items.iter().map(print).collect();
            format!("[{}]", items.join(", "))
        }
        Value::Node(node) => format!("node(\"{node}\")"),
        // Core may learn kinds of values before this language has a way to write them.
        other => quote(&format!("{other:?}")),
    }
}

/// Whether `value` is written with a sign in front, so that it binds like a negation.
pub(super) fn is_negative(printed: &str) -> bool {
    printed.starts_with('-')
}

/// `text` in double quotes, with escapes where needed.
pub(super) fn quote(text: &str) -> String {
    escaped(text, '"')
}

/// `name` in back-quotes, with escapes where needed.
pub(super) fn back_quote(name: &str) -> String {
    escaped(name, '`')
}

fn escaped(text: &str, quote: char) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push(quote);
    for c in text.chars() {
        match c {
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\\' => out.push_str("\\\\"),
            c if c == quote => {
                out.push('\\');
                out.push(c);
            }
            c if c.is_control() => {
                // Writing to a string cannot fail.
                let _ = write!(out, "\\u{{{:x}}}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push(quote);
    out
}
