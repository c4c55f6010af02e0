//! Quantities: numbers with units.

use std::{cmp::Ordering, fmt};

use serde::{Deserialize, Serialize};

use super::{Dimension, Number, Unit, literal};

/// A number of units.
///
/// Two quantities are equal ([`Eq`]) when they have the same number of the same unit.
/// 1 km and 1000 m *compare* equal: see [`compare`](Self::compare).
///
/// ```
/// use kag_core::Quantity;
///
/// let area = Quantity::read("12.5 平方公里");
/// assert_eq!(area, Quantity::read("12.5 km²"));
/// assert_eq!(Quantity::read("3亿元").map(|q| q.to_string()), Some("300000000 CNY".into()));
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Quantity {
    /// How many.
    pub number: Number,
    /// Of what.
    pub unit: Unit,
}

impl Quantity {
    /// `number` of `unit`.
    #[must_use]
    pub fn new(number: impl Into<Number>, unit: Unit) -> Self {
        Self { number: number.into(), unit }
    }

    /// `number` of the unit called `unit` ([`Unit::of`]); `None` where that is blank.
    #[must_use]
    pub fn of(number: impl Into<Number>, unit: &str) -> Option<Self> {
        Some(Self::new(number, Unit::of(unit)?))
    }

    /// Reads a number with its unit, when `text` is that and nothing else: `12.5 km²`,
    /// `3亿元`, `$1.2 million`, `45%`, `1,200 人`, `7.5 mmol/L`.
    ///
    /// Words for powers of ten (万, 亿, `million`) go into the number. A unit we do not know
    /// begins with a letter and is kept as its text.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        literal::quantity(text)
    }

    /// What it measures.
    #[must_use]
    pub fn dimension(&self) -> Dimension {
        self.unit.dimension()
    }

    /// The quantity of `base` base units ([`base`](Self::base)) in `unit`, to 28 digits.
    #[must_use]
    pub fn of_base(base: Number, unit: Unit) -> Self {
        let number = base.unscaled(unit.factor(), unit.offset());
        Self { number, unit }
    }

    /// The same quantity in `unit`, to 28 digits; `None` where that measures something
    /// else.
    #[must_use]
    pub fn in_unit(&self, unit: &Unit) -> Option<Self> {
        if self.unit == *unit {
            return Some(self.clone());
        }
        (self.dimension() == unit.dimension()).then(|| Self::of_base(self.base(), unit.clone()))
    }

    /// The number of base units of its dimension, to 28 digits. Which unit that is, is
    /// not promised: it is for comparing with, and dividing by, that of another quantity.
    #[must_use]
    pub fn base(&self) -> Number {
        self.number.scaled(self.unit.factor(), self.unit.offset())
    }

    /// Compares two quantities of one dimension by what they amount to, to 28 digits;
    /// `None` where the dimensions differ.
    #[must_use]
    pub fn compare(&self, other: &Self) -> Option<Ordering> {
        if self.unit == other.unit {
            Some(self.number.compare(other.number))
        } else {
            (self.dimension() == other.dimension()).then(|| self.base().compare(other.base()))
        }
    }

    /// The order of sorted output: by dimension, then by what they amount to, then by
    /// unit.
    #[must_use]
    pub fn total_cmp(&self, other: &Self) -> Ordering {
        self.dimension()
            .cmp(&other.dimension())
            .then_with(|| self.base().compare(other.base()))
            .then_with(|| self.unit.symbol().cmp(other.unit.symbol()))
            .then_with(|| self.number.total_cmp(other.number))
    }
}

impl fmt::Display for Quantity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let one = Number::Integer(1);
        let unit = if self.number == one { self.unit.symbol() } else { self.unit.plural() };
        let space = if self.unit.is_attached() { "" } else { " " };
        write!(f, "{}{space}{unit}", self.number)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Quantity {
        Quantity::read(text).unwrap_or_else(|| panic!("{text:?} is a quantity"))
    }

    #[test]
    fn quantities_are_read_in_english_and_chinese() {
        for (text, expect) in [
            ("12.5 km²", "12.5 km²"),
            ("12.5平方公里", "12.5 km²"),
            ("3亿元", "300000000 CNY"),
            ("人民币3.5万元", "35000 CNY"),
            ("5千米", "5 km"),
            ("1.2万公里", "12000 km"),
            ("$1.2 million", "1200000 USD"),
            ("US$ 3bn", "3000000000 USD"),
            ("1.5 billion yen", "1500000000 JPY"),
            ("45%", "45%"),
            ("４５％", "45%"),
            ("-3.5 °C", "-3.5 °C"),
            ("1,200 人", "1200 people"),
            ("1 year", "1 year"),
            ("2 years", "2 years"),
            ("7.5 mmol/L", "7.5 mmol/L"),
            ("100 USD", "100 USD"),
        ] {
            assert_eq!(read(text).to_string(), expect, "{text}");
        }
        for text in ["", "km", "5", "5 ", "2011-07-03", "1,2 km", "12.5.3 km", "约5公里", "5 万"] {
            assert_eq!(Quantity::read(text), None, "{text:?}");
        }
    }

    #[test]
    fn quantities_compare_within_a_dimension() {
        let check = |left: &str, right: &str, expect: Option<Ordering>| {
            assert_eq!(read(left).compare(&read(right)), expect, "{left} against {right}");
        };
        check("1 km", "1000 m", Some(Ordering::Equal));
        check("1 mile", "1.609344 km", Some(Ordering::Equal));
        check("3 斤", "2 kg", Some(Ordering::Less));
        check("1 亩", "666.666 m²", Some(Ordering::Greater));
        check("100 °C", "212 °F", Some(Ordering::Equal));
        check("0 °C", "273.15 K", Some(Ordering::Equal));
        check("36 km/h", "10 m/s", Some(Ordering::Equal));
        check("1 year", "12 months", Some(Ordering::Equal));
        check("1亿元", "100 million yuan", Some(Ordering::Equal));
        check("1 km", "1 kg", None);
        check("1 USD", "7 CNY", None);
        check("5 mmol/L", "6 mmol/L", Some(Ordering::Less));
        check("5 mmol/L", "6 mg/dL", None);
    }

    #[test]
    fn a_quantity_is_converted_exactly_where_digits_allow() {
        let check = |text: &str, unit: &str, expect: &str| {
            let converted = read(text).in_unit(&Unit::of(unit).unwrap());
            assert_eq!(converted.map(|q| q.to_string()).as_deref(), Some(expect));
        };
        check("5 miles", "km", "8.04672 km");
        check("37.5 °C", "°F", "99.5 °F");
        check("-40 °F", "°C", "-40 °C");
        check("90 km/h", "m/s", "25 m/s");
        check("15 亩", "ha", "1 ha");
    }
}
