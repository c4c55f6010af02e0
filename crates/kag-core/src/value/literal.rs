//! Literals as documents write them: numbers, percentages, quantities, dates.

use rust_decimal::Decimal;
use unicode_normalization::UnicodeNormalization;

use super::{Number, PartialDate, Quantity, Unit, Value};

/// No literal is longer in bytes, while a text that is not one may be a book.
const LONGEST: usize = 160;

impl Value {
    /// The value that `text`, as a document writes it, is: the most specific one when the
    /// whole text is a literal, otherwise the text itself, byte for byte.
    ///
    /// An integer or a decimal, with thousands separators (`1,234.5`) or a word for a power
    /// of ten (`3.5万`, `2 million`); a percentage or a quantity of a unit we know; a date
    /// with at least a year of four digits and a month, or a year with 年. A bare `2011` is
    /// an integer; what begins with a plus or a needless zero (`007`) is a code and stays
    /// text, and so do `true` and `yes`.
    ///
    /// ```
    /// use kag_core::Value;
    ///
    /// assert_eq!(Value::read("1,234"), Value::Integer(1234));
    /// assert_eq!(Value::read("Beijing 北京"), Value::from("Beijing 北京"));
    /// ```
    #[must_use]
    pub fn read(text: &str) -> Self {
        // Most texts are names: a literal has a digit, or is a date in Chinese digits.
        if !text.contains(|c: char| c.is_numeric() || c == '年') {
            return text.into();
        }
        if let Some(number) = Number::read(text) {
            return number.into();
        }
        if let Some(date) = PartialDate::read(text)
            && is_dated(text)
        {
            return Self::Date(date);
        }
        match quantity(text) {
            Some(quantity) if Unit::known(quantity.unit.symbol()).is_some() => Self::Quantity(quantity),
            _ => text.into(),
        }
    }
}

impl Number {
    /// Reads an integer or decimal as a document writes it, when `text` is one and nothing
    /// else: `1,234.5`, `-3`, `３.５万`, `2 million`.
    ///
    /// `None` for a leading plus or needless zero, separators out of place, and more than
    /// 28 digits.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        let plain = plain(text)?;
        let (number, rest) = leading_number(plain.trim())?;
        match rest.trim_start() {
            "" => Some(number.into()),
            word => power_of_ten(word).and_then(|power| raise(number, power)),
        }
    }
}

/// `text` as a quantity; see [`Quantity::read`].
pub(super) fn quantity(text: &str) -> Option<Quantity> {
    let plain = plain(text)?;
    let plain = plain.trim();
    if let Some((number, rest)) = leading_number(plain) {
        let (number, unit) = split_power(number, rest.trim())?;
        return Some(Quantity::new(number, unit));
    }
    // A currency may come first: $1.2 million, 人民币3亿元.
    let at = plain.find(|c: char| c.is_ascii_digit())?;
    let (currency, rest) = plain.split_at_checked(at)?;
    let currency = Unit::known(currency).filter(|unit| matches!(unit.dimension(), super::Dimension::Money(_)))?;
    let (number, rest) = leading_number(rest)?;
    match rest.trim() {
        "" => Some(Quantity::new(number, currency)),
        rest => match power_of_ten(rest) {
            Some(power) => Some(Quantity::new(raise(number, power)?, currency)),
            None => {
                let (number, unit) = split_power(number, rest)?;
                (unit == currency).then(|| Quantity::new(number, unit))
            }
        },
    }
}

/// The unit `text` names, a word for a power of ten before it having gone into `number`.
fn split_power(number: Decimal, text: &str) -> Option<(Number, Unit)> {
    if let Some(unit) = Unit::known(text) {
        return Some((number.into(), unit));
    }
    for (word, power) in POWERS {
        // In a script with spaces, a word ends at one: `millions` is not a million.
        let Some(rest) = strip_prefix_of_any_case(text, word) else {
            continue;
        };
        let spaced = rest.starts_with(char::is_whitespace);
        if !rest.trim().is_empty() && (!word.is_ascii() || spaced) {
            return Some((raise(number, *power)?, unit(rest.trim())?));
        }
    }
    if power_of_ten(text).is_some() {
        return None;
    }
    Some((number.into(), unit(text)?))
}

/// The unit called `text`, which begins with a letter or is one we know.
fn unit(text: &str) -> Option<Unit> {
    Unit::known(text).or_else(|| {
        let letters = text.chars().next().is_some_and(char::is_alphabetic);
        letters.then(|| Unit::of(text))?
    })
}

/// Words for powers of ten, longer ones before their own beginnings.
const POWERS: &[(&str, u32)] = &[
    ("万亿", 12),
    ("萬億", 12),
    ("千亿", 11),
    ("百亿", 10),
    ("十亿", 9),
    ("亿", 8),
    ("億", 8),
    ("千万", 7),
    ("百万", 6),
    ("十万", 5),
    ("万", 4),
    ("萬", 4),
    ("千", 3),
    ("百", 2),
    ("thousand", 3),
    ("million", 6),
    ("mn", 6),
    ("billion", 9),
    ("bn", 9),
    ("trillion", 12),
    ("tn", 12),
];

/// The power of ten that is all of `word`.
fn power_of_ten(word: &str) -> Option<u32> {
    POWERS.iter().find(|(name, _)| name.eq_ignore_ascii_case(word)).map(|(_, power)| *power)
}

fn strip_prefix_of_any_case<'t>(text: &'t str, word: &str) -> Option<&'t str> {
    let (start, rest) = text.split_at_checked(word.len())?;
    start.eq_ignore_ascii_case(word).then_some(rest)
}

/// `number * 10^power`, or `None` beyond what a decimal holds.
fn raise(number: Decimal, power: u32) -> Option<Number> {
    let factor = Decimal::from(10u64.checked_pow(power)?);
    number.checked_mul(factor).map(Number::from)
}

/// The number at the start of `text` and what follows it.
fn leading_number(text: &str) -> Option<(Decimal, &str)> {
    let unsigned = text.strip_prefix(['-', '\u{2212}']);
    let (whole, rest) = split_while(unsigned.unwrap_or(text), |c| c.is_ascii_digit() || c == ',');
    let whole = without_separators(whole)?;
    let after_point = rest.strip_prefix('.').map(|rest| split_while(rest, |c| c.is_ascii_digit()));
    let (fraction, rest) = match after_point {
        Some(("", _)) | None => ("", rest),
        Some(parts) => parts,
    };
    // A second point or a digit group out of place is a code, a version or a date.
    if rest.starts_with(['.', ',']) {
        return None;
    }
    let sign = if unsigned.is_some() { "-" } else { "" };
    let point = if fraction.is_empty() { "" } else { "." };
    let number = Decimal::from_str_exact(&format!("{sign}{whole}{point}{fraction}")).ok()?;
    Some((number, rest))
}

/// The digits of `1,234,567`; `None` where the groups after the first are not of three, or
/// where a zero leads that is not needed.
fn without_separators(text: &str) -> Option<String> {
    let mut groups = text.split(',');
    let first = groups.next()?;
    if first.is_empty() || (first.len() > 1 && first.starts_with('0')) {
        return None;
    }
    if text.contains(',') && (first.len() > 3 || !groups.all(|group| group.len() == 3)) {
        return None;
    }
    Some(text.replace(',', ""))
}

fn split_while(text: &str, keep: impl Fn(char) -> bool) -> (&str, &str) {
    let end = text.find(|c| !keep(c)).unwrap_or(text.len());
    text.split_at_checked(end).unwrap_or((text, ""))
}

/// `text` in NFKC, unless it is too long to be a literal.
fn plain(text: &str) -> Option<String> {
    (text.len() <= LONGEST).then(|| text.nfkc().collect())
}

/// Whether a date is written with a year that is surely one: four digits, Arabic or
/// Chinese, or an era.
fn is_dated(text: &str) -> bool {
    const CHINESE: &str = "〇零○一二三四五六七八九";
    let mut run = 0;
    for c in text.nfkc() {
        run = if c.is_ascii_digit() || CHINESE.contains(c) { run + 1 } else { 0 };
        if run == 4 {
            return true;
        }
    }
    let lower = text.to_lowercase();
    ["公元", "bc", "ad", "ce", "b.c", "a.d"].iter().any(|era| lower.contains(era))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, kind: super::super::ValueKind, expect: &str) {
        let value = Value::read(text);
        assert_eq!((value.kind(), value.to_string().as_str()), (kind, expect), "{text:?}");
    }

    #[test]
    fn a_literal_is_read_as_the_most_specific_value() {
        use super::super::ValueKind::{Date, Decimal, Integer, Quantity, Text};
        check("2011", Integer, "2011");
        check("1,234,567", Integer, "1234567");
        check("－１２", Integer, "-12");
        check("5.0", Integer, "5");
        check("3.5万", Integer, "35000");
        check("2 million", Integer, "2000000");
        check("1,234.5", Decimal, "1234.5");
        check("9223372036854775808", Decimal, "9223372036854775808");
        check("45%", Quantity, "45%");
        check("12.5 km²", Quantity, "12.5 km²");
        check("3年", Quantity, "3 years");
        check("2011年", Date, "2011");
        check("2011-07", Date, "2011-07");
        check("July 3, 2011", Date, "2011-07-03");
        check("公元前221年", Date, "-0220");
        check("1902/3/6", Date, "1902-03-06");
        for text in [
            "",
            " ",
            "007",
            "+86 10 1234",
            "1,23",
            "12,34,567",
            "1.2.3",
            "3 Doors Down",
            "true",
            "北京",
            "５ 大",
            "1e5",
            "0x10",
            "12345678901234567890123456789012345",
            "-",
            ".",
            "1.",
            "10.1.1.1",
            "٣٤",
        ] {
            check(text, Text, text);
        }
    }
}
