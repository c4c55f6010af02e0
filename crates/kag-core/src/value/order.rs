//! The total order of values, for output that is always the same.

use std::cmp::Ordering;

use super::{Interval, Value};

impl Value {
    /// The order of sorted output: total, and equal only for equal values.
    ///
    /// By class: booleans, numbers, quantities, dates and intervals, texts, nodes, lists.
    /// Then numbers by value, an exact one before an equal float; quantities by dimension,
    /// amount, unit; dates and intervals by first instant, dates first and the coarser
    /// before the finer, intervals by their ends; texts by bytes; nodes by id; lists item
    /// by item. Where [`compare`](Self::compare) finds less or greater, so does this.
    #[must_use]
    pub fn total_cmp(&self, other: &Self) -> Ordering {
        if let (Some(left), Some(right)) = (self.as_number(), other.as_number()) {
            return left.total_cmp(right);
        }
        match (self, other) {
            (Self::Boolean(left), Self::Boolean(right)) => left.cmp(right),
            (Self::Quantity(left), Self::Quantity(right)) => left.total_cmp(right),
            (Self::Date(left), Self::Date(right)) => left.total_cmp(*right),
            (Self::Interval(left), Self::Interval(right)) => left.total_cmp(*right),
            (Self::Date(date), Self::Interval(interval)) => date_first(*interval, *date).reverse(),
            (Self::Interval(interval), Self::Date(date)) => date_first(*interval, *date),
            (Self::Text(left), Self::Text(right)) => left.cmp(right),
            (Self::Node(left), Self::Node(right)) => left.cmp(right),
            (Self::List(left), Self::List(right)) => left
                .iter()
                .zip(right.iter())
                .map(|(left, right)| left.total_cmp(right))
                .find(|order| order.is_ne())
                .unwrap_or_else(|| left.len().cmp(&right.len())),
            _ => self.class().cmp(&other.class()),
        }
    }

    /// Where the class of this value comes among the classes.
    fn class(&self) -> u8 {
        match self {
            Self::Boolean(_) => 0,
            Self::Integer(_) | Self::Decimal(_) | Self::Float(_) => 1,
            Self::Quantity(_) => 2,
            Self::Date(_) | Self::Interval(_) => 3,
            Self::Text(_) => 4,
            Self::Node(_) => 5,
            Self::List(_) => 6,
        }
    }
}

/// An interval against a date: by first instant, then the date first.
fn date_first(interval: Interval, date: super::PartialDate) -> Ordering {
    interval.start().map(super::PartialDate::first).cmp(&Some(date.first())).then(Ordering::Greater)
}
