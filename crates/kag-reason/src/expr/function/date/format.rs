//! Dates written and read by a format of letters: `yyyy-MM-dd HH:mm:ss`.
//!
//! | letter | what it stands for |
//! |---|---|
//! | `y` | year; `yy` its last two digits, read as 1969 to 2068 |
//! | `M` | month from 1; `MMM` and `MMMM` its English name, short and long |
//! | `d`, `D` | day of the month; of the year (only written) |
//! | `E`, `u` | day of the week in English, from four letters on long; from 1 on Monday (only written) |
//! | `H`, `h`, `a` | hour from 0 to 23; from 1 to 12; `AM` or `PM` |
//! | `m`, `s`, `S` | minute; second; milliseconds |
//!
//! Numbers have at least as many digits as there are letters. What stands between single
//! quotes is itself, `''` is a quote, and so is whatever is no letter.

use std::fmt::Write as _;

use kag_core::{PartialDate, Precision};

use super::{EvalErrorKind, clock};
use crate::expr::error::shortened;

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
const WEEKDAYS: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

enum Piece {
    Letters(char, usize),
    Itself(char),
}

/// `date` by `format`; `None` where the date is not known as finely. A day counts as
/// midnight.
///
/// # Errors
///
/// [`EvalErrorKind::Format`] for a letter that stands for nothing, and a quote without an end.
pub(super) fn write(format: &str, date: PartialDate) -> Result<Option<String>, EvalErrorKind> {
    let mut written = String::new();
    for piece in pieces(format)? {
        let (letter, count) = match piece {
            Piece::Itself(c) => {
                written.push(c);
                continue;
            }
            Piece::Letters(letter, count) => (letter, count),
        };
        if date.precision() < needed(letter) {
            return Ok(None);
        }
        write_field(&mut written, letter, count, date);
    }
    Ok(Some(written))
}

fn write_field(written: &mut String, letter: char, count: usize, date: PartialDate) {
    let first = date.first();
    let weekday = clock::seconds_of(date).map_or(1, clock::weekday);
    let name = |names: &[&str], at: i64, long: bool| {
        let name = usize::try_from(at - 1).ok().and_then(|at| names.get(at).copied()).unwrap_or_default();
        if long { name.to_owned() } else { name.chars().take(3).collect() }
    };
    let number = match letter {
        'y' if count == 2 => i64::from(first.year()).rem_euclid(100),
        'y' => first.year().into(),
        'M' if count >= 3 => return written.push_str(&name(&MONTHS, first.month().into(), count > 3)),
        'M' => first.month().into(),
        'd' => first.day().into(),
        'D' => first.day_of_year().into(),
        'E' => return written.push_str(&name(&WEEKDAYS, weekday, count > 3)),
        'u' => weekday,
        'H' => first.hour().into(),
        'h' => i64::from((first.hour() + 11) % 12 + 1),
        'a' => return written.push_str(if first.hour() < 12 { "AM" } else { "PM" }),
        'm' => first.minute().into(),
        's' => first.second().into(),
        _ => i64::from(first.subsec_nanosecond() / 1_000_000),
    };
    // Writing to a string cannot fail.
    let _ = write!(written, "{number:0count$}");
}

/// The date that `text` states by `format`, as finely as the format says; `None` where it
/// states none. What follows, unless it is a digit, does not matter.
///
/// # Errors
///
/// As [`write`], and for letters that are only written.
pub(super) fn read(format: &str, text: &str) -> Result<Option<PartialDate>, EvalErrorKind> {
    let pieces = pieces(format)?;
    if pieces.iter().any(|piece| matches!(piece, Piece::Letters('D' | 'E' | 'u', _))) {
        return Err(wrong(format));
    }
    Ok(Fields::default().read(&pieces, text.trim()))
}

/// What has been read of a date.
#[derive(Default)]
struct Fields {
    year: Option<i16>,
    month: Option<i8>,
    day: Option<i8>,
    hour: Option<i8>,
    minute: i8,
    second: i8,
    millisecond: i32,
    afternoon: Option<bool>,
}

impl Fields {
    fn read(mut self, pieces: &[Piece], text: &str) -> Option<PartialDate> {
        let mut rest = text;
        for (at, piece) in pieces.iter().enumerate() {
            rest = match piece {
                Piece::Itself(c) => rest.strip_prefix(*c)?,
                Piece::Letters('M', 3..) => {
                    let (month, after) = named_month(rest)?;
                    self.month = Some(month);
                    after
                }
                Piece::Letters('a', _) => {
                    let (half, after) = rest.split_at_checked(2)?;
                    self.afternoon = Some(if half.eq_ignore_ascii_case("PM") {
                        true
                    } else {
                        half.eq_ignore_ascii_case("AM").then_some(false)?
                    });
                    after
                }
                Piece::Letters(letter, count) => {
                    // Numbers that touch each other are told apart by their lengths.
                    let touches = matches!(pieces.get(at + 1), Some(Piece::Letters(next, _)) if *next != 'a');
                    let most = if touches { *count } else { 9 };
                    let digits = rest.bytes().take(most).take_while(u8::is_ascii_digit).count();
                    let (digits, after) = rest.split_at_checked(digits)?;
                    self.set(*letter, *count, digits.parse().ok()?)?;
                    after
                }
            };
        }
        if rest.starts_with(|c: char| c.is_ascii_digit()) { None } else { self.date() }
    }

    fn set(&mut self, letter: char, count: usize, number: i32) -> Option<()> {
        let small = i8::try_from(number).ok();
        match letter {
            'y' => {
                let century = if count != 2 || number > 99 {
                    0
                } else if number < 69 {
                    2000
                } else {
                    1900
                };
                self.year = Some(i16::try_from(number + century).ok()?);
            }
            'M' => self.month = Some(small?),
            'd' => self.day = Some(small?),
            'H' => self.hour = Some(small?),
            'h' => self.hour = Some(small.filter(|hour| (1..=12).contains(hour))? % 12),
            'm' => self.minute = small?,
            's' => self.second = small?,
            _ => self.millisecond = (number < 1000).then_some(number)?,
        }
        Some(())
    }

    fn date(self) -> Option<PartialDate> {
        let year = self.year?;
        let (Some(month), day) = (self.month, self.day) else {
            return PartialDate::of_year(year);
        };
        let Some(day) = day else {
            return PartialDate::of_month(year, month);
        };
        let day = PartialDate::of_day(year, month, day)?;
        let Some(hour) = self.hour else {
            return Some(day);
        };
        let hour = if self.afternoon == Some(true) && hour < 12 { hour + 12 } else { hour };
        let (minute, second, millisecond) = (self.minute, self.second, self.millisecond);
        format!("{day}T{hour:02}:{minute:02}:{second:02}.{millisecond:03}").parse().ok()
    }
}

/// The month that `text` begins with the English name of, and what follows.
fn named_month(text: &str) -> Option<(i8, &str)> {
    let length = text.bytes().take_while(u8::is_ascii_alphabetic).count();
    let (name, rest) = text.split_at_checked(length)?;
    let is =
        |month: &&str| month.eq_ignore_ascii_case(name) || month.get(..3).is_some_and(|m| m.eq_ignore_ascii_case(name));
    let at = MONTHS.iter().position(is)?;
    Some((i8::try_from(at + 1).ok()?, rest))
}

/// How finely a date has to be known for `letter` to be written.
fn needed(letter: char) -> Precision {
    match letter {
        'y' => Precision::Year,
        'M' => Precision::Month,
        _ => Precision::Day,
    }
}

fn pieces(format: &str) -> Result<Vec<Piece>, EvalErrorKind> {
    let mut pieces: Vec<Piece> = Vec::new();
    let mut characters = format.chars().peekable();
    while let Some(c) = characters.next() {
        match c {
            '\'' if characters.next_if_eq(&'\'').is_some() => pieces.push(Piece::Itself('\'')),
            '\'' => loop {
                match characters.next() {
                    Some('\'') if characters.next_if_eq(&'\'').is_none() => break,
                    Some(c) => pieces.push(Piece::Itself(c)),
                    None => return Err(wrong(format)),
                }
            },
            'y' | 'M' | 'd' | 'D' | 'E' | 'u' | 'H' | 'h' | 'a' | 'm' | 's' | 'S' => {
                let mut count = 1;
                while characters.next_if_eq(&c).is_some() {
                    count += 1;
                }
                // No number has as many digits.
                if count > 20 {
                    return Err(wrong(format));
                }
                pieces.push(Piece::Letters(c, count));
            }
            c if c.is_ascii_alphabetic() => return Err(wrong(format)),
            c => pieces.push(Piece::Itself(c)),
        }
    }
    Ok(pieces)
}

fn wrong(format: &str) -> EvalErrorKind {
    EvalErrorKind::Format { format: shortened(format) }
}
