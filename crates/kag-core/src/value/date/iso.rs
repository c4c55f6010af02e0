//! Dates in ISO 8601: read, printed, serialised.

use std::{fmt, str::FromStr};

use jiff::{
    SignedDuration,
    civil::{DateTime, Time},
};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use super::{PartialDate, Precision};
use crate::Error;

impl FromStr for PartialDate {
    type Err = Error;

    /// Reads `2011`, `2011-07`, `2011-07-03`, `2011-07-03T12:30`, with seconds, fractions of
    /// seconds and a UTC offset (`Z`, `+08:00`) if given. A year has four digits and may
    /// have a minus.
    fn from_str(text: &str) -> Result<Self, Error> {
        read(text).ok_or_else(|| Error::invalid("date.parse", "not a date of ISO 8601").with("text", text))
    }
}

/// The date written in ISO 8601, or `None`.
pub(super) fn read(text: &str) -> Option<PartialDate> {
    let (sign, rest) = match text.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, text),
    };
    let (year, rest) = digits(rest, 4)?;
    let year = sign * i16::try_from(year).ok()?;
    if rest.is_empty() {
        return PartialDate::of_year(year);
    }
    let (month, rest) = digits(rest.strip_prefix('-')?, 2)?;
    let month = i8::try_from(month).ok()?;
    if rest.is_empty() {
        return PartialDate::of_month(year, month);
    }
    let (day, rest) = digits(rest.strip_prefix('-')?, 2)?;
    let day = PartialDate::of_day(year, month, i8::try_from(day).ok()?)?;
    if rest.is_empty() {
        return Some(day);
    }
    clock(day, rest.strip_prefix(['T', 't', ' '])?)
}

/// The time `text` (`12:30`, `12:30:05.25`, with or without an offset) on `day`.
pub(super) fn clock(day: PartialDate, text: &str) -> Option<PartialDate> {
    let (hour, rest) = digits(text, 2)?;
    let (minute, rest) = digits(rest.strip_prefix(':')?, 2)?;
    let (second, nanos, rest) = match rest.strip_prefix(':') {
        Some(rest) => {
            let (second, rest) = digits(rest, 2)?;
            let (nanos, rest) = fraction(rest)?;
            (second, nanos, rest)
        }
        None => (0, 0, rest),
    };
    let narrow = |number: u32| i8::try_from(number).ok();
    let time = Time::new(narrow(hour)?, narrow(minute)?, narrow(second)?, nanos).ok()?;
    let at: DateTime = day.first.date().to_datetime(time);
    if rest.is_empty() {
        return Some(at.into());
    }
    let utc = at.checked_sub(offset(rest)?).ok()?;
    Some(PartialDate::utc(utc))
}

/// The nanoseconds of a decimal point and digits, if there are any; more than nine digits
/// are not a fraction of a second.
fn fraction(text: &str) -> Option<(i32, &str)> {
    let Some(rest) = text.strip_prefix('.') else {
        return Some((0, text));
    };
    let length = rest.bytes().take_while(u8::is_ascii_digit).count();
    let (digits, rest) = rest.split_at_checked(length)?;
    if !(1..=9).contains(&length) {
        return None;
    }
    Some((format!("{digits:0<9}").parse().ok()?, rest))
}

/// How far ahead of UTC a clock with this offset is.
fn offset(text: &str) -> Option<SignedDuration> {
    if text == "Z" || text == "z" {
        return Some(SignedDuration::ZERO);
    }
    let (sign, rest) = match text.split_at_checked(1)? {
        ("+", rest) => (1, rest),
        ("-", rest) => (-1, rest),
        _ => return None,
    };
    let (hours, rest) = digits(rest, 2)?;
    let minutes = match rest.strip_prefix(':').unwrap_or(rest) {
        "" if rest.is_empty() => 0,
        minutes => match digits(minutes, 2)? {
            (minutes, "") => minutes,
            _ => return None,
        },
    };
    (hours <= 14 && minutes < 60).then(|| SignedDuration::from_mins(sign * i64::from(hours * 60 + minutes)))
}

/// The number that exactly `count` ASCII digits make, and what follows them.
fn digits(text: &str, count: usize) -> Option<(u32, &str)> {
    let (digits, rest) = text.split_at_checked(count)?;
    let all = digits.bytes().all(|byte| byte.is_ascii_digit());
    Some((all.then(|| digits.parse().ok())??, rest))
}

impl fmt::Display for PartialDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = (self.first.year(), self.first.month(), self.first.day());
        if year < 0 {
            f.write_str("-")?;
        }
        write!(f, "{:04}", year.unsigned_abs())?;
        if self.precision >= Precision::Month {
            write!(f, "-{month:02}")?;
        }
        if self.precision >= Precision::Day {
            write!(f, "-{day:02}")?;
        }
        if self.precision >= Precision::Time {
            write!(f, "T{}", self.first.time())?;
        }
        if self.utc { f.write_str("Z") } else { Ok(()) }
    }
}

impl Serialize for PartialDate {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for PartialDate {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_print_as_they_are_read() {
        for text in [
            "2011",
            "2011-07",
            "2011-07-03",
            "2011-07-03T12:30:00",
            "2011-07-03T12:30:05.25",
            "2011-07-03T12:30:05Z",
            "-0044",
            "-0044-03-15",
            "0000",
        ] {
            assert_eq!(text.parse::<PartialDate>().unwrap().to_string(), text);
        }
    }

    #[test]
    fn what_is_not_iso_is_refused() {
        for text in [
            "",
            "11",
            "20111",
            "2011-7",
            "2011-13",
            "2011-02-30",
            "2011-07-03T",
            "2011-07-03T25:00",
            "2011-07-03T12:30+99:00",
            "2011-07-03T12:30+0",
            "２０１１",
            "2011年",
            "2011-07-03T12:30:00.Z",
        ] {
            assert!(text.parse::<PartialDate>().is_err(), "{text:?}");
        }
    }
}
