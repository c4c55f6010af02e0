//! Dates as documents write them, in English and Chinese.

use unicode_normalization::UnicodeNormalization;

use super::{PartialDate, iso};

impl PartialDate {
    /// Reads a date as a document writes it, when `text` is a date and nothing else.
    ///
    /// Besides ISO 8601: `July 3, 2011`, `3rd of July 2011`, `Jul. 2011`, `1902/3/6`,
    /// `44 BC`, `2011年7月3日`, `二〇一一年七月`, `公元前221年`; letters and digits of any
    /// width and case. A time of day may follow a day. An order of day and month that only
    /// a convention decides (`3/7/2011`) is not read.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        // No date is longer, and a text that is not a date may be a book.
        if text.len() > 120 {
            return None;
        }
        let plain: String = text.nfkc().collect();
        let plain = plain.trim();
        iso::read(plain).or_else(|| numeric(plain)).or_else(|| chinese(plain)).or_else(|| english(plain))
    }
}

/// `1902/3/6`, `1902.3.6`, `1902-3-6` and a time after any of them.
fn numeric(text: &str) -> Option<PartialDate> {
    let (date, time) = split_time(text);
    let separator = date.chars().find(|c| matches!(c, '/' | '.' | '-'))?;
    let mut parts = date.split(separator);
    let (year, month, day) = (parts.next()?, parts.next()?, parts.next());
    if year.len() != 4 || parts.next().is_some() || (day.is_none() && separator != '-') {
        return None;
    }
    let month = short(month)?;
    let date = match day {
        Some(day) => PartialDate::of_day(year_of(year)?, month, short(day)?),
        None => PartialDate::of_month(year_of(year)?, month),
    };
    at(date?, time)
}

/// `2011年7月3日`, `二〇一一年七月`, `公元前221年`.
fn chinese(text: &str) -> Option<PartialDate> {
    let (before_christ, text) = match text.strip_prefix("公元前") {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix("公元").unwrap_or(text)),
    };
    let (year, rest) = text.split_once('年')?;
    let year = chinese_year(year.trim())?;
    let year = if before_christ { 1 - year } else { year };
    let rest = rest.trim();
    if rest.is_empty() {
        return PartialDate::of_year(year);
    }
    let (month, rest) = rest.split_once('月')?;
    let month = chinese_small(month.trim())?;
    let rest = rest.trim();
    if rest.is_empty() {
        return PartialDate::of_month(year, month);
    }
    let (day, rest) = rest.split_once(['日', '号', '號'])?;
    let day = PartialDate::of_day(year, month, chinese_small(day.trim())?)?;
    at(day, Some(rest.trim()).filter(|time| !time.is_empty()))
}

/// A year in ASCII digits (one to four) or in Chinese digits, one each.
fn chinese_year(text: &str) -> Option<i16> {
    let ascii = text
        .chars()
        .map(|c| match c {
            '0'..='9' => Some(c),
            _ => chinese_digit(c).and_then(|digit| char::from_digit(digit, 10)),
        })
        .collect::<Option<String>>()?;
    year_of(&ascii)
}

/// A number from 1 to 31 in ASCII digits or Chinese (`三`, `十二`, `二十三`, `廿三`).
fn chinese_small(text: &str) -> Option<i8> {
    if let Some(number) = short(text) {
        return Some(number);
    }
    let text = text.replace('廿', "二十");
    let (tens, ones) = match text.split_once('十') {
        Some(("", ones)) => (1, ones),
        Some((tens, ones)) => (single(tens)?, ones),
        None => (0, text.as_str()),
    };
    let ones = match ones {
        "" if tens > 0 => 0,
        ones => single(ones)?,
    };
    i8::try_from(tens * 10 + ones).ok()
}

/// The digit that is the whole of `text`.
fn single(text: &str) -> Option<u32> {
    let mut chars = text.chars();
    let digit = chinese_digit(chars.next()?);
    chars.next().is_none().then_some(digit)?
}

fn chinese_digit(c: char) -> Option<u32> {
    "〇一二三四五六七八九"
        .chars()
        .position(|digit| digit == c)
        .or((c == '零' || c == '○').then_some(0))
        .and_then(|digit| digit.try_into().ok())
}

/// `July 3, 2011`, `3rd of July 2011`, `July 2011`, `44 BC`, with a time after a day.
fn english(text: &str) -> Option<PartialDate> {
    let lower = text.to_lowercase();
    let (date, time) = split_time(&lower);
    let mut words: Vec<&str> = date
        .split([' ', ',', '\u{a0}'])
        .map(|word| word.trim_end_matches('.'))
        .filter(|word| !word.is_empty() && *word != "of" && *word != "the")
        .collect();
    let era = take_era(&mut words);
    let digits = words.pop()?;
    let year = match era {
        Some(Era::BeforeChrist) => 1 - year_of(digits)?,
        Some(Era::Common) => year_of(digits)?,
        // A small number after a month is a day, not a year.
        None if digits.len() == 4 => year_of(digits)?,
        None => return None,
    };
    match *words.as_slice() {
        [] => era.and_then(|_| PartialDate::of_year(year)),
        [name] => PartialDate::of_month(year, month(name)?),
        [left, right] => {
            let (name, day) = match month(left) {
                Some(name) => (name, right),
                None => (month(right)?, left),
            };
            at(PartialDate::of_day(year, name, ordinal(day)?)?, time)
        }
        _ => None,
    }
}

#[derive(Clone, Copy)]
enum Era {
    BeforeChrist,
    Common,
}

/// Takes the word for an era away from the end, or from the start where only AD stands.
fn take_era(words: &mut Vec<&str>) -> Option<Era> {
    let era = match *words.last()? {
        "bc" | "bce" | "b.c" | "b.c.e" => Era::BeforeChrist,
        "ad" | "ce" | "a.d" | "c.e" => Era::Common,
        _ => {
            let first = words.first()?;
            if *first == "ad" || *first == "a.d" {
                words.remove(0);
                return Some(Era::Common);
            }
            return None;
        }
    };
    words.pop();
    Some(era)
}

/// A day as `3` or `3rd`.
fn ordinal(text: &str) -> Option<i8> {
    let digits = ["st", "nd", "rd", "th"].into_iter().find_map(|end| text.strip_suffix(end));
    short(digits.unwrap_or(text))
}

/// The month called `name`, in lower case, in full or in three or four letters.
fn month(name: &str) -> Option<i8> {
    const MONTHS: [&str; 12] = [
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
    ];
    let short = |full: &str| name.len() == 3 && full.starts_with(name);
    MONTHS
        .into_iter()
        .position(|full| full == name || short(full) || (name == "sept" && full == "september"))
        .and_then(|at| i8::try_from(at + 1).ok())
}

/// A year of one to four ASCII digits.
fn year_of(text: &str) -> Option<i16> {
    let fits = (1..=4).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    fits.then(|| text.parse().ok())?
}

/// A month or day of one or two ASCII digits.
fn short(text: &str) -> Option<i8> {
    let fits = (1..=2).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    fits.then(|| text.parse().ok())?
}

/// What is before and what is a time of day at the end, if there is a colon in it.
fn split_time(text: &str) -> (&str, Option<&str>) {
    match text.rsplit_once([' ', 'T']) {
        Some((date, time)) if time.contains(':') => (date.trim_end(), Some(time)),
        _ => (text, None),
    }
}

/// `date`, at `time` if one is given; a time is only read on a day.
fn at(date: PartialDate, time: Option<&str>) -> Option<PartialDate> {
    match time {
        None => Some(date),
        Some(_) if date.day().is_none() => None,
        Some(time) if time.find(':') == Some(1) => iso::clock(date, &format!("0{time}")),
        Some(time) => iso::clock(date, time),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expect: &str) {
        let read = PartialDate::read(text).map(|date| date.to_string());
        assert_eq!(read.as_deref(), Some(expect), "{text:?}");
    }

    #[test]
    fn dates_are_read_as_documents_write_them() {
        check("July 3, 2011", "2011-07-03");
        check("3 July 2011", "2011-07-03");
        check("3rd of July, 2011", "2011-07-03");
        check("JULY 2011", "2011-07");
        check("Sept. 2011", "2011-09");
        check("Jul 3 2011", "2011-07-03");
        check("2011年7月3日", "2011-07-03");
        check("2011 年 7 月 3 号", "2011-07-03");
        check("2011年7月", "2011-07");
        check("2011年", "2011");
        check("二〇一一年十二月二十三日", "2011-12-23");
        check("二零一一年十月", "2011-10");
        check("公元前221年", "-0220");
        check("44 BC", "-0043");
        check("AD 79", "0079");
        check("15 March 44 BC", "-0043-03-15");
        check("1902/3/6", "1902-03-06");
        check("1902.3.6", "1902-03-06");
        check("２０１１年７月３日", "2011-07-03");
        check("２０１１-０７", "2011-07");
        check(" 2011 ", "2011");
        check("2011年7月3日 9:05", "2011-07-03T09:05:00");
        check("July 3, 2011 12:30", "2011-07-03T12:30:00");
        check("2011-07-03 12:30:00 ", "2011-07-03T12:30:00");
    }

    #[test]
    fn what_is_not_wholly_a_date_is_not_read() {
        for text in [
            "",
            "July",
            "July 3",
            "in 2011",
            "2011年7月3日上午",
            "3/7/2011",
            "2011年13月",
            "2011.07",
            "2010/11",
            "Mayor 2011",
            "the",
            "31 February 2011",
            "十年",
            "199年代",
            "2011 2012",
            "May 44",
            "12:30",
            "1990s",
            "七月",
            "July 3, 2011, 2012",
        ] {
            assert_eq!(PartialDate::read(text), None, "{text:?}");
        }
    }
}
