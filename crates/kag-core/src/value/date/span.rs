//! The time from one date to another.

use jiff::civil::DateTime;

use super::{PartialDate, Precision};
use crate::Quantity;

impl PartialDate {
    /// The time from `earlier` to this date: in years between years, in months between
    /// months, in days between days, in seconds between times.
    ///
    /// Negative where `earlier` is later. `None`, undecided, where the two are known to
    /// different precisions or one of two times has no zone: from `2011` to `2015-07` may
    /// be three years or four.
    #[must_use]
    pub fn since(self, earlier: Self) -> Option<Quantity> {
        if self.precision != earlier.precision || self.utc != earlier.utc {
            return None;
        }
        let years = i64::from(self.year()) - i64::from(earlier.year());
        let elapsed = self.first.duration_since(earlier.first);
        match self.precision {
            Precision::Year => Quantity::of(years, "year"),
            Precision::Month => {
                let months = i64::from(self.first.month()) - i64::from(earlier.first.month());
                Quantity::of(years * 12 + months, "month")
            }
            Precision::Day => Quantity::of(elapsed.as_hours() / 24, "day"),
            Precision::Time => {
                Quantity::of(rust_decimal::Decimal::try_from_i128_with_scale(elapsed.as_nanos(), 9).ok()?, "s")
            }
        }
    }

    /// How many whole years have passed from `earlier` to this date, as one counts an age;
    /// negative, and towards zero, where `earlier` is later.
    ///
    /// Between dates of one precision by what they state: four years from `2011` to `2015`.
    /// Otherwise `None`, undecided, where it depends on what is not known.
    #[must_use]
    pub fn whole_years_since(self, earlier: Self) -> Option<i64> {
        self.whole_months(earlier).decided(|months| months / 12)
    }

    /// How many whole days have passed from `earlier` to this date, towards zero; `None`,
    /// undecided, where a day is not known.
    #[must_use]
    pub fn whole_days_since(self, earlier: Self) -> Option<i64> {
        if self.precision.min(earlier.precision) < Precision::Day || self.utc != earlier.utc {
            return None;
        }
        let (later, earlier) = if self.precision == earlier.precision {
            (self.first, earlier.first)
        } else {
            (self.first.start_of_day(), earlier.first.start_of_day())
        };
        Some(later.duration_since(earlier).as_hours() / 24)
    }

    /// How many whole months have passed from `earlier` to this date; as
    /// [`whole_years_since`](Self::whole_years_since), and undecided between years.
    #[must_use]
    pub fn whole_months_since(self, earlier: Self) -> Option<i64> {
        if self.precision.min(earlier.precision) == Precision::Year {
            return None;
        }
        self.whole_months(earlier).decided(|months| months)
    }

    /// The fewest and the most whole months that may have passed since `earlier`.
    fn whole_months(self, earlier: Self) -> Bounds {
        if self.utc != earlier.utc {
            return Bounds(i64::MIN, i64::MAX);
        }
        if self.precision == earlier.precision {
            let months = whole_months(self.first, earlier.first);
            return Bounds(months, months);
        }
        Bounds(whole_months(self.first, earlier.last()), whole_months(self.last(), earlier.first))
    }
}

/// The least and the most that a number may be.
struct Bounds(i64, i64);

impl Bounds {
    /// `of` the number, where the bounds do not differ in that.
    fn decided(&self, of: impl Fn(i64) -> i64) -> Option<i64> {
        let (least, most) = (of(self.0), of(self.1));
        (least == most).then_some(least)
    }
}

/// The whole months between two instants, a month being full on the same day of the
/// month; towards zero.
fn whole_months(later: DateTime, earlier: DateTime) -> i64 {
    if later < earlier {
        return -whole_months(earlier, later);
    }
    let years = i64::from(later.year()) - i64::from(earlier.year());
    let months = i64::from(later.month()) - i64::from(earlier.month());
    years * 12 + months - i64::from(later.day() < earlier.day())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_difference_is_in_the_unit_of_the_precision() {
        let since = |later: &str, earlier: &str| {
            let read = |text: &str| text.parse::<PartialDate>().unwrap();
            read(later).since(read(earlier)).map(|time| time.to_string())
        };
        assert_eq!(since("2015", "2011").as_deref(), Some("4 years"));
        assert_eq!(since("2011-03", "2010-11").as_deref(), Some("4 months"));
        assert_eq!(since("2012-03-01", "2012-02-28").as_deref(), Some("2 days"));
        assert_eq!(since("2012-02-28", "2012-03-01").as_deref(), Some("-2 days"));
        assert_eq!(since("2012-03-01T00:00:01", "2012-03-01T00:00:00").as_deref(), Some("1 s"));
        assert_eq!(since("2015-07", "2011"), None);
        assert_eq!(since("9999-12-31", "-9999-01-01").as_deref(), Some("7304483 days"));
    }

    #[test]
    fn an_age_is_counted_where_it_is_decided() {
        let age = |later: &str, earlier: &str| {
            let read = |text: &str| text.parse::<PartialDate>().unwrap();
            read(later).whole_years_since(read(earlier))
        };
        assert_eq!(age("2011-07-03", "1980-07-04"), Some(30));
        assert_eq!(age("2011-07-04", "1980-07-04"), Some(31));
        assert_eq!(age("2011", "1980-07-04"), None);
        assert_eq!(age("2011-12", "1980-07"), Some(31));
        assert_eq!(age("2011-12", "1980-07-15"), Some(31));
        assert_eq!(age("2015", "2011"), Some(4));
        assert_eq!(age("1980-07-04", "2011-07-03"), Some(-30));
    }
}
