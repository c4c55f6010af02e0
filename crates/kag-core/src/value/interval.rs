//! Intervals of time.

use std::{cmp::Ordering, fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use super::PartialDate;
use crate::Error;

/// The time from one date until another, both inside; a missing end is open.
///
/// Written as in ISO 8601: `2009/2018`, `2009-07/..`, `../2018`. A date is the interval
/// that it covers.
///
/// Invariant: the end is not before the start. Ends that one cannot order (`2011-07/2011`)
/// are taken.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Interval {
    from: Option<PartialDate>,
    until: Option<PartialDate>,
}

impl Interval {
    /// The interval of all time.
    pub const ALWAYS: Self = Self { from: None, until: None };

    /// The interval from `from` until `until`, `None` being open.
    ///
    /// # Errors
    ///
    /// Invalid input when `until` is before `from`.
    pub fn new(from: Option<PartialDate>, until: Option<PartialDate>) -> Result<Self, Error> {
        match (from, until) {
            (Some(from), Some(until)) if until.is_before(from) => {
                Err(Error::invalid("interval.new", "ends before it starts").with("from", from).with("until", until))
            }
            _ => Ok(Self { from, until }),
        }
    }

    /// Its first date; `None` when it has no start.
    #[must_use]
    pub fn start(self) -> Option<PartialDate> {
        self.from
    }

    /// Its last date, inside; `None` when it has no end.
    #[must_use]
    pub fn end(self) -> Option<PartialDate> {
        self.until
    }

    /// Whether some instant may lie in both: "in 2011" meets `2009/2018` and `2011-07/..`.
    ///
    /// They meet unless one is known to end before the other starts.
    #[must_use]
    pub fn meets(self, other: impl Into<Self>) -> bool {
        let other = other.into();
        !self.is_before(other) && !other.is_before(self)
    }

    /// Whether all of `other` lies in this; `None` where that is undecided, as of 2011 in
    /// `2011-07/..`.
    #[must_use]
    pub fn covers(self, other: impl Into<Self>) -> Option<bool> {
        let other = other.into();
        if !self.meets(other) {
            return Some(false);
        }
        // Dates to one clock are decided by their instants.
        let one_clock = |a: PartialDate, b: PartialDate| a.is_utc() == b.is_utc();
        let starts = match (self.from, other.from) {
            (None, _) => Some(true),
            (Some(_), None) => Some(false),
            (Some(outer), Some(inner)) if inner.last() < outer.first() && one_clock(outer, inner) => Some(false),
            (Some(outer), Some(inner)) => (inner.first() >= outer.first() && one_clock(outer, inner)).then_some(true),
        };
        let ends = match (self.until, other.until) {
            (None, _) => Some(true),
            (Some(_), None) => Some(false),
            (Some(outer), Some(inner)) if inner.first() > outer.last() && one_clock(outer, inner) => Some(false),
            (Some(outer), Some(inner)) => (inner.last() <= outer.last() && one_clock(outer, inner)).then_some(true),
        };
        match (starts, ends) {
            (Some(false), _) | (_, Some(false)) => Some(false),
            (Some(true), Some(true)) => Some(true),
            _ => None,
        }
    }

    /// Which is earlier as a whole, or `None` where they overlap or one cannot know.
    ///
    /// An interval equals one with equal ends.
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

    /// Whether the two have the same ends; `None` where the ends are known to different
    /// precisions and may be.
    #[must_use]
    pub fn equals(self, other: Self) -> Option<bool> {
        let ends = [(self.from, other.from), (self.until, other.until)].map(|ends| match ends {
            (None, None) => Some(true),
            (Some(left), Some(right)) => left.compare(right).map(Ordering::is_eq),
            _ => Some(false),
        });
        if ends.contains(&Some(false)) {
            Some(false)
        } else {
            ends.into_iter().collect::<Option<Vec<_>>>().map(|_| true)
        }
    }

    fn is_before(self, other: Self) -> bool {
        matches!((self.until, other.from), (Some(end), Some(start)) if end.is_before(start))
    }

    /// The order of sorted output: by start, an open one first, then by end, an open one
    /// last.
    #[must_use]
    pub fn total_cmp(self, other: Self) -> Ordering {
        let start = |interval: Self| interval.from.map(PartialDate::first);
        let by_date = |left: Option<PartialDate>, right: Option<PartialDate>| match (left, right) {
            (Some(left), Some(right)) => left.total_cmp(right),
            (left, right) => left.is_some().cmp(&right.is_some()),
        };
        start(self)
            .cmp(&start(other))
            .then_with(|| self.until.is_none().cmp(&other.until.is_none()))
            .then_with(|| by_date(self.until, other.until))
            .then_with(|| by_date(self.from, other.from))
    }
}

/// The interval that a date covers.
impl From<PartialDate> for Interval {
    fn from(date: PartialDate) -> Self {
        Self { from: Some(date), until: Some(date) }
    }
}

impl FromStr for Interval {
    type Err = Error;

    /// Reads two dates of ISO 8601 with a slash between; `..` is an open end.
    fn from_str(text: &str) -> Result<Self, Error> {
        let (from, until) = text
            .split_once('/')
            .ok_or_else(|| Error::invalid("interval.parse", "not two dates with a slash between").with("text", text))?;
        let end = |text: &str| match text {
            ".." => Ok(None),
            date => date.parse().map(Some),
        };
        Self::new(end(from)?, end(until)?)
    }
}

impl fmt::Display for Interval {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let end = |f: &mut fmt::Formatter<'_>, date: Option<PartialDate>| match date {
            Some(date) => date.fmt(f),
            None => f.write_str(".."),
        };
        end(f, self.from)?;
        f.write_str("/")?;
        end(f, self.until)
    }
}

impl fmt::Debug for Interval {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Serialize for Interval {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Interval {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn interval(text: &str) -> Interval {
        text.parse().unwrap()
    }

    #[test]
    fn a_year_meets_what_touches_it() {
        let year: PartialDate = "2011".parse().unwrap();
        for text in ["2009/2018", "2011-07/..", "../2011-01-01", "2011-12-31/2012", "../.."] {
            assert!(interval(text).meets(year), "{text}");
        }
        for text in ["2009/2010", "2012-01/..", "../2010-12-31"] {
            assert!(!interval(text).meets(year), "{text}");
        }
    }

    #[test]
    fn intervals_print_as_they_are_read_and_never_end_before_they_start() {
        for text in ["2009/2018", "2009/..", "../2018-03-01", "../..", "2011-07/2011"] {
            assert_eq!(interval(text).to_string(), text);
        }
        for text in ["2018/2009", "2009", "2009/", "2009/2010/2011", ""] {
            assert!(text.parse::<Interval>().is_err(), "{text:?}");
        }
    }

    #[test]
    fn an_interval_is_earlier_as_a_whole_or_not_at_all() {
        let check = |left: &str, right: &str, expect: Option<Ordering>| {
            assert_eq!(interval(left).compare(interval(right)), expect, "{left} {right}");
        };
        check("2009/2010", "2011/..", Some(Ordering::Less));
        check("2009/2011", "2011/..", None);
        check("2009/2011", "2009/2011", Some(Ordering::Equal));
        assert_eq!(interval("2009/2011").equals(interval("2009-01/2011")), None);
        assert_eq!(interval("2009/2011").equals(interval("2009-01/2012")), Some(false));
    }
}
