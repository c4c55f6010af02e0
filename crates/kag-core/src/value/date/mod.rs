//! Dates as documents give them: a year, a month, a day or a time.

mod iso;
mod prose;
mod span;

use std::{cmp::Ordering, fmt};

use jiff::{
    SignedDuration, ToSpan,
    civil::{Date, DateTime},
};

/// How finely a date is known; the coarsest is the least.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Precision {
    /// The year.
    Year,
    /// The month of a year.
    Month,
    /// The day.
    Day,
    /// The time of a day.
    Time,
}

/// A date of the proleptic Gregorian calendar, known to the year, the month, the day or
/// the time: `2011`, `2011-07`, `2011-07-03`, `2011-07-03T12:30:00`.
///
/// Years count astronomically as in ISO 8601: year 0 is 1 BC, and `-0044` is 45 BC. Dates
/// and times are civil, in the zone of whoever wrote them. A time given with a UTC offset
/// is kept in UTC and printed with `Z`.
///
/// Two dates are equal ([`Eq`]) when they say the same to the same precision. What comes
/// first is a different question, with three answers: see [`compare`](Self::compare).
///
/// ```
/// use kag_core::PartialDate;
///
/// let written = PartialDate::read("July 3, 2011");
/// assert_eq!(written, PartialDate::read("2011年7月3日"));
/// assert_eq!(written.map(|date| date.to_string()), Some("2011-07-03".into()));
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct PartialDate {
    /// The first instant covered; of what is finer than `precision`, the least.
    first: DateTime,
    precision: Precision,
    /// Whether `first` is in UTC; only ever true of times.
    utc: bool,
}

impl PartialDate {
    /// The year `year`, or `None` outside -9999 to 9999.
    #[must_use]
    pub fn of_year(year: i16) -> Option<Self> {
        Self::of(Date::new(year, 1, 1).ok()?, Precision::Year)
    }

    /// The month `month` (from 1) of `year`, or `None` where there is no such month.
    #[must_use]
    pub fn of_month(year: i16, month: i8) -> Option<Self> {
        Self::of(Date::new(year, month, 1).ok()?, Precision::Month)
    }

    /// The day `day` (from 1) of a month, or `None` where there is no such day.
    #[must_use]
    pub fn of_day(year: i16, month: i8, day: i8) -> Option<Self> {
        Date::new(year, month, day).ok().map(Self::from)
    }

    fn of(first: Date, precision: Precision) -> Option<Self> {
        Some(Self { first: first.at(0, 0, 0, 0), precision, utc: false })
    }

    /// The time `at` in UTC.
    #[must_use]
    pub fn utc(at: DateTime) -> Self {
        Self { first: at, precision: Precision::Time, utc: true }
    }

    /// Whether this is a time in UTC.
    #[must_use]
    pub fn is_utc(self) -> bool {
        self.utc
    }

    /// How finely this date is known.
    #[must_use]
    pub fn precision(self) -> Precision {
        self.precision
    }

    /// The year, astronomically.
    #[must_use]
    pub fn year(self) -> i16 {
        self.first.year()
    }

    /// The month from 1, where it is known.
    #[must_use]
    pub fn month(self) -> Option<i8> {
        (self.precision >= Precision::Month).then(|| self.first.month())
    }

    /// The day of the month from 1, where it is known.
    #[must_use]
    pub fn day(self) -> Option<i8> {
        (self.precision >= Precision::Day).then(|| self.first.day())
    }

    /// The first instant that this date covers.
    #[must_use]
    pub fn first(self) -> DateTime {
        self.first
    }

    /// The last instant that this date covers, to the nanosecond.
    #[must_use]
    pub fn last(self) -> DateTime {
        match self.precision {
            Precision::Year => self.first.date().last_of_year().to_datetime(END_OF_DAY),
            Precision::Month => self.first.date().last_of_month().to_datetime(END_OF_DAY),
            Precision::Day => self.first.date().to_datetime(END_OF_DAY),
            Precision::Time => self.first,
        }
    }

    /// Which date is earlier, or `None` where that is undecided.
    ///
    /// `2011` is before `2012-01` and equal to `2011`; against `2011-07` it is undecided,
    /// as one covers the other. A time in UTC and a date without a zone are decided where
    /// they are more than fourteen hours apart, as no civil clock is further from UTC.
    #[must_use]
    pub fn compare(self, other: Self) -> Option<Ordering> {
        if self == other {
            Some(Ordering::Equal)
        } else if self.is_before(other) {
            Some(Ordering::Less)
        } else if other.is_before(self) {
            Some(Ordering::Greater)
        } else {
            None
        }
    }

    /// Whether every instant of this date is before every instant of `other`.
    pub(super) fn is_before(self, other: Self) -> bool {
        if self.utc == other.utc {
            self.last() < other.first
        } else {
            other.first.duration_since(self.last()) > FURTHEST_ZONE
        }
    }

    /// The order of sorted output: by first instant, then the coarser first.
    #[must_use]
    pub fn total_cmp(self, other: Self) -> Ordering {
        (self.first, self.precision, self.utc).cmp(&(other.first, other.precision, other.utc))
    }

    /// This date `years` later, the last of February standing in for a missing 29th; or
    /// `None` beyond the calendar.
    #[must_use]
    pub fn plus_years(self, years: i64) -> Option<Self> {
        self.plus(0.seconds().try_years(years).ok()?)
    }

    /// This date `months` later, the last day of the month standing in for a missing one.
    ///
    /// `None` beyond the calendar, and for a year unless `months` are whole years.
    #[must_use]
    pub fn plus_months(self, months: i64) -> Option<Self> {
        if self.precision == Precision::Year && months % 12 != 0 {
            return None;
        }
        self.plus(0.seconds().try_months(months).ok()?)
    }

    /// This date `days` later; `None` beyond the calendar and where the day is not known.
    #[must_use]
    pub fn plus_days(self, days: i64) -> Option<Self> {
        if self.precision < Precision::Day {
            return None;
        }
        self.plus(0.seconds().try_days(days).ok()?)
    }

    /// This time `seconds` later; `None` beyond the calendar and where no time is known.
    #[must_use]
    pub fn plus_seconds(self, seconds: i64) -> Option<Self> {
        if self.precision < Precision::Time {
            return None;
        }
        self.plus(0.seconds().try_seconds(seconds).ok()?)
    }

    fn plus(self, span: jiff::Span) -> Option<Self> {
        let first = self.first.checked_add(span).ok()?;
        Some(Self { first, ..self })
    }
}

/// The last instant of a day.
const END_OF_DAY: jiff::civil::Time = jiff::civil::Time::constant(23, 59, 59, 999_999_999);

/// The furthest that a civil clock is from UTC (Kiribati).
const FURTHEST_ZONE: SignedDuration = SignedDuration::from_hours(14);

/// The day `date`.
impl From<Date> for PartialDate {
    fn from(date: Date) -> Self {
        Self { first: date.at(0, 0, 0, 0), precision: Precision::Day, utc: false }
    }
}

/// The time `at`, in nobody knows which zone.
impl From<DateTime> for PartialDate {
    fn from(at: DateTime) -> Self {
        Self { first: at, precision: Precision::Time, utc: false }
    }
}

impl fmt::Display for Precision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Year => "year",
            Self::Month => "month",
            Self::Day => "day",
            Self::Time => "time",
        })
    }
}

impl fmt::Debug for PartialDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(text: &str) -> PartialDate {
        text.parse().unwrap()
    }

    #[test]
    fn comparison_has_three_answers() {
        let check = |left: &str, right: &str, expect: Option<Ordering>| {
            let (left, right) = (date(left), date(right));
            assert_eq!(left.compare(right), expect, "{left} against {right}");
            assert_eq!(right.compare(left), expect.map(Ordering::reverse));
        };
        check("2011", "2012-01", Some(Ordering::Less));
        check("2011", "2011-07", None);
        check("2011", "2011", Some(Ordering::Equal));
        check("2011-07", "2011-07-31T23:59:59", None);
        check("2011-07-03", "2011-07-04T00:00:00", Some(Ordering::Less));
        check("-0044", "0001-01-01", Some(Ordering::Less));
        check("2011-07-03T12:00:00+08:00", "2011-07-03T04:00:00Z", Some(Ordering::Equal));
        check("2011-07-03T12:00:00Z", "2011-07-04", None);
        check("2011-07-03T09:00:00Z", "2011-07-04", Some(Ordering::Less));
    }

    #[test]
    fn a_date_covers_its_first_to_its_last_day() {
        let covers = |text: &str| {
            let date = date(text);
            format!("{} {}", date.first().date(), date.last().date())
        };
        assert_eq!(covers("2012"), "2012-01-01 2012-12-31");
        assert_eq!(covers("2012-02"), "2012-02-01 2012-02-29");
        assert_eq!(covers("2012-02-03"), "2012-02-03 2012-02-03");
    }

    #[test]
    fn adding_keeps_the_precision_or_refuses() {
        assert_eq!(date("2012").plus_years(-3), Some(date("2009")));
        assert_eq!(date("2012").plus_months(24), Some(date("2014")));
        assert_eq!(date("2012").plus_months(5), None);
        assert_eq!(date("2012-01-31").plus_months(1), Some(date("2012-02-29")));
        assert_eq!(date("2012-02").plus_days(1), None);
        assert_eq!(date("2012-02-28").plus_days(2), Some(date("2012-03-01")));
        assert_eq!(date("9999").plus_years(1), None);
        assert_eq!(date("2012").plus_years(i64::MIN), None);
    }
}
