//! Values as they are written in an expression: reading and printing.

use std::fmt::Write as _;

use kag_core::{Float, Number, PartialDate, Quantity, Value};
use rust_decimal::Decimal;

use super::{
    Dialect, lex,
    token::{Keyword, narrow},
};

/// The most bytes that a word of a unit has.
const LONGEST_UNIT: usize = 64;

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
    (written.chars().map(narrow).collect(), end, exponent.is_some())
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

/// The number that `digits` are: an integer, a decimal where they have a fraction or where
/// 64 bits do not hold them, a float where there is an exponent. `None` where digits would
/// be lost.
pub(super) fn number(digits: &str, exponent: bool) -> Option<Value> {
    if exponent {
        let read: f64 = digits.parse().ok()?;
        return Float::new(read).filter(|f| f.get().is_finite()).map(Value::Float);
    }
    let exact = match digits.split_once('.') {
        Some((whole, fraction)) => match fraction.trim_end_matches('0') {
            "" => Decimal::from_str_exact(whole),
            fraction => Decimal::from_str_exact(&format!("{whole}.{fraction}")),
        },
        None => Decimal::from_str_exact(digits),
    };
    exact.ok().map(Value::from)
}

/// The date that `text` begins with, and its length in bytes.
///
/// Without quotes only what can be nothing else: `2011-07-03`, with a time after `T`, and
/// `2011年`, `2011年7月`, `2011年7月3日`.
pub(super) fn date_at(text: &str) -> Option<(Value, usize)> {
    let length = iso_day(text).or_else(|| chinese_date(text))?;
    let ends = text.get(length..).and_then(|rest| rest.chars().next()).is_none_or(|c| !lex::continues_name(c));
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
        let part = text
            .get(end..)
            .and_then(|rest| shape(rest, &format!("d{unit}")).or_else(|| shape(rest, &format!("dd{unit}"))));
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

/// What `number` is together with the unit or word for a power of ten that `after` begins
/// with, and how many bytes of `after` that is: `5 km`, `45%`, `3亿元`, `2 million`.
///
/// Only units that are known; a name that goes on is none (`5 kmx`), nor is a keyword.
pub(super) fn amount_at(number: &str, after: &str) -> Option<(Value, usize)> {
    let spaces = after.len() - after.trim_start_matches([' ', '\u{3000}']).len();
    let words = after.get(spaces..)?;
    let ends: Vec<usize> = unit_ends(words);
    ends.into_iter().rev().find_map(|end| {
        let unit = words.get(..end)?;
        match Value::read(&format!("{number} {unit}")) {
            Value::Text(_) => match Value::read(&format!("{number}{unit}")) {
                Value::Text(_) => None,
                value => Some((value, spaces + end)),
            },
            value => Some((value, spaces + end)),
        }
    })
}

/// Where a unit that `text` begins with may end: up to three words, longest last.
fn unit_ends(text: &str) -> Vec<usize> {
    let mut ends = Vec::new();
    let mut from = 0;
    for _ in 0..3 {
        let rest = text.get(from..).unwrap_or("");
        // No unit is longer, and looking further would make long sums take long.
        let rest = rest.get(..rest.floor_char_boundary(LONGEST_UNIT + 4)).unwrap_or("");
        let length = rest.find(|c| !in_unit(c)).unwrap_or(rest.len());
        let word = rest.get(..length).unwrap_or("");
        if length > LONGEST_UNIT || word.starts_with(['/', '^']) || Keyword::of(word).is_some() {
            break;
        }
        let mut inside = word.char_indices().peekable();
        while let Some((at, c)) = inside.next() {
            let next = inside.peek().map(|(_, next)| *next);
            // Not in the middle of a name.
            if !(lex::continues_name(c) && next.is_some_and(lex::continues_name)) {
                ends.push(from + at + c.len_utf8());
            }
        }
        from += length;
        match text.get(from..).and_then(|rest| rest.strip_prefix(' ')) {
            Some(rest) if length > 0 && rest.starts_with(char::is_alphabetic) => from += 1,
            _ => break,
        }
    }
    ends
}

fn in_unit(c: char) -> bool {
    lex::continues_name(c) || "°℃℉%％‰²³/^·$€¥£￥".contains(c)
}

/// The amount of money that `text` begins with, its sign in front: `$5`, `￥3.5万`.
pub(super) fn money_at(text: &str) -> Option<(Value, usize)> {
    let sign = text.chars().next().filter(|c| "$€¥£￥＄￡".contains(*c))?;
    let rest = text.get(sign.len_utf8()..)?;
    if !rest.starts_with(|c| narrow(c).is_ascii_digit()) {
        return None;
    }
    let (digits, length, _) = digits_at(rest);
    let number = format!("{sign}{digits}");
    let after = rest.get(length..)?;
    if let Some((value, more)) = amount_at(&number, after) {
        return Some((value, sign.len_utf8() + length + more));
    }
    match Value::read(&number) {
        Value::Text(_) => None,
        value => Some((value, sign.len_utf8() + length)),
    }
}

fn read_date(text: &str) -> Option<Value> {
    PartialDate::read(text).map(Value::Date)
}

/// `value` with its sign changed, where it has one.
pub(super) fn negated(value: &Value) -> Option<Value> {
    match value {
        Value::Quantity(quantity) => {
            let number = negative(quantity.number)?;
            Some(Quantity::new(number, quantity.unit.clone()).into())
        }
        _ => negative(value.as_number()?).map(Value::from),
    }
}

fn negative(number: Number) -> Option<Number> {
    match number {
        Number::Integer(integer) => integer.checked_neg().map(Number::Integer),
        Number::Decimal(decimal) => Some((-decimal).into()),
        Number::Float(float) => Float::new(-float.get()).map(Number::Float),
        _ => None,
    }
}

/// A word that makes a literal out of quoted text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Constructor {
    Date,
    Interval,
    Quantity,
    Float,
    Node,
}

impl Constructor {
    pub(super) fn of(word: &str) -> Option<Self> {
        Some(match word {
            "date" => Self::Date,
            "interval" => Self::Interval,
            "quantity" => Self::Quantity,
            "float" => Self::Float,
            "node" => Self::Node,
            _ => return None,
        })
    }

    pub(super) fn read(self, text: &str) -> Option<Value> {
        match self {
            Self::Date => read_date(text),
            Self::Interval => text.parse().ok().map(Value::Interval),
            Self::Quantity => Quantity::read(text).map(Value::Quantity),
            Self::Float => text.parse().ok().and_then(Float::new).map(Value::Float),
            Self::Node => text.parse().ok().map(Value::Node),
        }
    }

    pub(super) const fn expects(self) -> &'static str {
        match self {
            Self::Date => "a date, as in `2011-07-03`, `2011-07` or `2011年7月3日`",
            Self::Interval => "two dates and a slash, as in `2009/2018-05`, or `..` for an open end",
            Self::Quantity => "a number and a unit, as in `5 km`",
            Self::Float => "a number, `inf` or `-inf`",
            Self::Node => "an id of 32 hexadecimal digits",
        }
    }
}

/// The quantity of `number` and the unit called `unit`.
pub(super) fn quantity(number: &Value, unit: &str) -> Option<Value> {
    Quantity::of(number.as_number()?, unit).map(Value::Quantity)
}

/// `value` as it is written in an expression.
pub(super) fn print(value: &Value, dialect: Dialect) -> String {
    match value {
        Value::Text(text) => quote(text),
        Value::Float(float) if float.get().is_finite() => format!("{:e}", float.get()),
        Value::Float(float) => format!("float(\"{}\")", float.get()),
        Value::List(items) => {
            let items: Vec<String> = items.iter().map(|item| print(item, dialect)).collect();
            format!("[{}]", items.join(", "))
        }
        Value::Node(node) => format!("node(\"{node}\")"),
        Value::Date(date) => format!("date(\"{date}\")"),
        Value::Interval(interval) => format!("interval(\"{interval}\")"),
        Value::Quantity(quantity) => {
            let bare = quantity.to_string();
            let whole = match bare.strip_prefix('-') {
                _ if dialect == Dialect::Rule => false,
                Some(bare) => negated(value).is_some_and(|value| lex::reads_as(bare, &value)),
                None => lex::reads_as(&bare, value),
            };
            if whole {
                return bare;
            }
            let number = print(&quantity.number.into(), dialect);
            format!("quantity({number}, {})", quote(quantity.unit.symbol()))
        }
        other => other.to_string(),
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
