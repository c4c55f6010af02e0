//! Comparison and equality of values by meaning.

use std::{cmp::Ordering, error, fmt};

use super::{Dimension, Value, ValueKind};

/// Why two values do not compare.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum CompareError {
    /// They are of kinds that have no order or equality between them.
    Kinds {
        /// The kind of the left value.
        left: ValueKind,
        /// The kind of the right value.
        right: ValueKind,
    },
    /// They are quantities of different dimensions.
    Dimensions {
        /// What the left quantity measures.
        left: Dimension,
        /// What the right quantity measures.
        right: Dimension,
    },
}

impl Value {
    /// Which value is less, by meaning; `Ok(None)` where that is undecided.
    ///
    /// - Numbers of every kind compare by their exact values.
    /// - Quantities compare within a dimension, whatever their units.
    /// - Dates compare with three answers: `2011` against `2011-07` is undecided. So do
    ///   intervals, as wholes: one is less when it ends before the other starts, and a date
    ///   counts as the interval it covers.
    /// - Texts compare by their bytes; false is less than true.
    ///
    /// # Errors
    ///
    /// Any other pair, lists and nodes among them, names both kinds; quantities that
    /// measure different things name both dimensions.
    pub fn compare(&self, other: &Self) -> Result<Option<Ordering>, CompareError> {
        if let (Some(left), Some(right)) = (self.as_number(), other.as_number()) {
            return Ok(Some(left.compare(right)));
        }
        match (self, other) {
            (Self::Text(left), Self::Text(right)) => Ok(Some(left.cmp(right))),
            (Self::Boolean(left), Self::Boolean(right)) => Ok(Some(left.cmp(right))),
            (Self::Date(left), Self::Date(right)) => Ok(left.compare(*right)),
            (Self::Quantity(left), Self::Quantity(right)) => left
                .compare(right)
                .map(Some)
                .ok_or_else(|| CompareError::Dimensions { left: left.dimension(), right: right.dimension() }),
            _ => match (self.as_interval(), other.as_interval()) {
                (Some(left), Some(right)) => Ok(left.compare(right)),
                _ => Err(self.kinds(other)),
            },
        }
    }

    /// Whether two values are equal by meaning; `Ok(None)` where that is undecided.
    ///
    /// As [`compare`](Self::compare) decides it; moreover intervals are equal when their
    /// ends are, nodes when they are the same node, and lists when they are of one length
    /// and equal throughout.
    ///
    /// # Errors
    ///
    /// As [`compare`](Self::compare), for any pair of kinds not named.
    pub fn equals(&self, other: &Self) -> Result<Option<bool>, CompareError> {
        match (self, other) {
            (Self::Node(left), Self::Node(right)) => Ok(Some(left == right)),
            (Self::List(left), Self::List(right)) => list_equals(left, right),
            (Self::Date(_), Self::Date(_)) => Ok(self.compare(other)?.map(Ordering::is_eq)),
            _ => match (self.as_interval(), other.as_interval()) {
                (Some(left), Some(right)) => Ok(left.equals(right)),
                _ => Ok(self.compare(other)?.map(Ordering::is_eq)),
            },
        }
    }

    fn kinds(&self, other: &Self) -> CompareError {
        CompareError::Kinds { left: self.kind(), right: other.kind() }
    }
}

fn list_equals(left: &[Value], right: &[Value]) -> Result<Option<bool>, CompareError> {
    if left.len() != right.len() {
        return Ok(Some(false));
    }
    let mut equal = Some(true);
    for (left, right) in left.iter().zip(right) {
        match left.equals(right)? {
            Some(false) => return Ok(Some(false)),
            Some(true) => {}
            None => equal = None,
        }
    }
    Ok(equal)
}

impl fmt::Display for CompareError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Kinds { left, right } => write!(f, "{left} does not compare with {right}"),
            Self::Dimensions { left, right } => {
                write!(f, "{left} does not compare with {right}")
            }
        }
    }
}

impl error::Error for CompareError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_compare_within_their_class() {
        let check = |left: &str, right: &str, expect: Option<Ordering>| {
            let (left, right) = (Value::read(left), Value::read(right));
            assert_eq!(left.compare(&right), Ok(expect), "{left} against {right}");
        };
        check("5", "5.5", Some(Ordering::Less));
        check("1 km", "999 m", Some(Ordering::Greater));
        check("2011年", "2011-07", None);
        check("北京", "上海", Some(Ordering::Greater));
    }

    #[test]
    fn other_pairs_are_errors_that_name_both_kinds() {
        let error = Value::read("5").compare(&Value::read("five")).unwrap_err();
        assert_eq!(error.to_string(), "an integer does not compare with a text");
        let error = Value::read("1 km").equals(&Value::read("1 kg")).unwrap_err();
        assert_eq!(error.to_string(), "length does not compare with mass");
    }

    #[test]
    fn a_date_and_an_interval_compare_as_intervals() {
        let interval = Value::Interval("2009/2018".parse().unwrap());
        assert_eq!(Value::read("2008年").compare(&interval), Ok(Some(Ordering::Less)));
        assert_eq!(Value::read("2011年").compare(&interval), Ok(None));
        assert_eq!(Value::read("2011年").equals(&interval), Ok(Some(false)));
    }

    #[test]
    fn lists_are_equal_when_all_of_them_is() {
        let list = |texts: &[&str]| Value::from(texts.iter().map(|text| Value::read(text)).collect::<Vec<_>>());
        assert_eq!(list(&["1", "1 km"]).equals(&list(&["1.0", "1000 m"])), Ok(Some(true)));
        assert_eq!(list(&["2011年"]).equals(&list(&["2011-07"])), Ok(None));
        assert_eq!(list(&["1"]).equals(&list(&["1", "2"])), Ok(Some(false)));
    }
}
