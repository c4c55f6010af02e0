//! Numbers: one comparable class of integers, exact decimals and floats.

use std::{cmp::Ordering, fmt, hash};

use rust_decimal::{Decimal, prelude::ToPrimitive};
use serde::{Deserialize, Serialize, Serializer};

/// A binary floating-point number that is never NaN; 0 and -0 are one.
#[derive(Clone, Copy, Debug)]
pub struct Float(f64);

impl Float {
    /// The number, or `None` for NaN.
    #[must_use]
    pub fn new(value: f64) -> Option<Self> {
        (!value.is_nan()).then_some(Self(value + 0.0))
    }

    /// The number.
    #[must_use]
    pub fn get(self) -> f64 {
        self.0
    }
}

impl PartialEq for Float {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Float {}

impl PartialOrd for Float {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Float {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.total_cmp(&other.0)
    }
}

impl hash::Hash for Float {
    fn hash<H: hash::Hasher>(&self, state: &mut H) {
        self.0.to_bits().hash(state);
    }
}

/// Prints the shortest digits that read back as the same number; very large and very
/// small ones with an exponent.
impl fmt::Display for Float {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let size = self.0.abs();
        if size == 0.0 || size.is_infinite() || (1e-7..1e17).contains(&size) {
            write!(f, "{}", self.0)
        } else {
            write!(f, "{:e}", self.0)
        }
    }
}

/// A number: whole, exact decimal or floating.
///
/// An exact number is one value however it is held: the integer 2 and the decimal 2.00
/// are equal, hash alike and print alike. A float is a measurement of its own kind: the
/// float 2 *compares* equal to both ([`compare`](Self::compare)) but is not the same value.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "snake_case", from = "Wire")]
#[non_exhaustive]
pub enum Number {
    /// A whole number.
    Integer(i64),
    /// An exact decimal of at most 28 digits after the point.
    Decimal(Decimal),
    /// A binary floating-point number that is never NaN.
    Float(Float),
}

/// A number as serialised; [`Number`] is made from it in its one form.
#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Wire {
    Integer(i64),
    Decimal(Decimal),
    Float(Float),
}

impl From<Wire> for Number {
    fn from(wire: Wire) -> Self {
        match wire {
            Wire::Integer(number) => Self::Integer(number),
            Wire::Decimal(number) => number.into(),
            Wire::Float(number) => Self::Float(number),
        }
    }
}

impl Serialize for Number {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.normalised() {
            Self::Integer(number) => serializer.serialize_newtype_variant("Number", 0, "integer", &number),
            Self::Decimal(number) => serializer.serialize_newtype_variant("Number", 1, "decimal", &number),
            Self::Float(number) => serializer.serialize_newtype_variant("Number", 2, "float", &number),
        }
    }
}

/// Serialised as text, so that every float, infinities included, is read back exactly.
impl Serialize for Float {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Float {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().ok().and_then(Self::new).ok_or_else(|| serde::de::Error::custom("not a floating-point number"))
    }
}

impl Number {
    /// The one form of this number: an exact number that is whole and fits in 64 bits is
    /// an [`Integer`](Self::Integer), another is a [`Decimal`](Self::Decimal) without
    /// trailing zeros.
    #[must_use]
    pub fn normalised(self) -> Self {
        match self {
            Self::Decimal(number) => {
                let number = number.normalize();
                match number.to_i64() {
                    Some(whole) if number.scale() == 0 => Self::Integer(whole),
                    _ => Self::Decimal(number),
                }
            }
            other => other,
        }
    }

    /// The exact decimal, or `None` for a float.
    #[must_use]
    pub fn exact(self) -> Option<Decimal> {
        match self {
            Self::Integer(number) => Some(number.into()),
            Self::Decimal(number) => Some(number),
            Self::Float(_) => None,
        }
    }

    /// The nearest floating-point number.
    #[must_use]
    pub fn to_f64(self) -> f64 {
        match self {
            Self::Integer(number) => number as f64,
            Self::Decimal(number) => nearest(number),
            Self::Float(number) => number.get(),
        }
    }

    /// Compares two numbers of any kind by their exact values.
    ///
    /// No operand is rounded: 9007199254740993 is greater than the float 9007199254740992.
    #[must_use]
    pub fn compare(self, other: Self) -> Ordering {
        match (self, other) {
            (Self::Integer(left), Self::Integer(right)) => left.cmp(&right),
            (Self::Float(left), Self::Float(right)) => left.cmp(&right),
            (Self::Float(left), right) => {
                right.exact().map_or(Ordering::Equal, |right| compare_float(left.get(), right))
            }
            (left, Self::Float(right)) => {
                left.exact().map_or(Ordering::Equal, |left| compare_float(right.get(), left).reverse())
            }
            (left, right) => left.exact().cmp(&right.exact()),
        }
    }

    /// The order of sorted output: by value, an exact number before an equal float.
    #[must_use]
    pub fn total_cmp(self, other: Self) -> Ordering {
        let inexact = |number| matches!(number, Self::Float(_));
        self.compare(other).then_with(|| inexact(self).cmp(&inexact(other)))
    }

    /// `self * factor + offset`, exact where 28 digits hold it, else in floating point.
    pub(super) fn scaled(self, factor: Decimal, offset: Decimal) -> Self {
        let exact = self.exact().and_then(|number| number.checked_mul(factor)?.checked_add(offset));
        match exact {
            Some(number) => number.into(),
            None => floating(self.to_f64() * nearest(factor) + nearest(offset)),
        }
    }

    /// `(self - offset) / factor`, to 28 digits where they hold it, else in floating point.
    pub(super) fn unscaled(self, factor: Decimal, offset: Decimal) -> Self {
        let exact = self.exact().and_then(|number| number.checked_sub(offset)?.checked_div(factor));
        match exact {
            Some(number) => number.into(),
            None => floating((self.to_f64() - nearest(offset)) / nearest(factor)),
        }
    }
}

/// A float that finite operands can give: an overflow is infinite, never NaN.
fn floating(number: f64) -> Number {
    Number::Float(Float::new(number).unwrap_or(Float(0.0)))
}

/// The floating-point number nearest to `number`.
fn nearest(number: Decimal) -> f64 {
    // Both operands of the division are exact up to here, so it rounds once; beyond, the
    // reader of the standard library does.
    const EXACT: i128 = 1 << 53;
    if number.mantissa().abs() <= EXACT && number.scale() <= 22 {
        number.mantissa() as f64 / 10f64.powi(number.scale() as i32)
    } else {
        number.to_string().parse().unwrap_or(0.0)
    }
}

/// Compares a float that is not NaN with a decimal, exactly.
fn compare_float(left: f64, right: Decimal) -> Ordering {
    // Every decimal is below 2^96.
    const BOUND: f64 = 79_228_162_514_264_337_593_543_950_336.0;
    if left >= BOUND {
        return Ordering::Greater;
    }
    if left <= -BOUND {
        return Ordering::Less;
    }
    if (left < 0.0) != (right.is_sign_negative() && !right.is_zero()) {
        return if left < 0.0 { Ordering::Less } else { Ordering::Greater };
    }
    let magnitudes = compare_magnitudes(left.abs(), right.abs());
    if left < 0.0 { magnitudes.reverse() } else { magnitudes }
}

/// Compares two numbers that are not negative, the float below 2^96.
fn compare_magnitudes(left: f64, right: Decimal) -> Ordering {
    let whole = left.trunc();
    // Exact: a whole float below 2^96 fits, and so does the whole part of a decimal.
    let by_whole = (whole as u128).cmp(&right.trunc().mantissa().unsigned_abs());
    by_whole.then_with(|| compare_fractions(left - whole, right.fract()))
}

/// Compares two fractions in 0 to below 1.
fn compare_fractions(left: f64, right: Decimal) -> Ordering {
    // left = mantissa / 2^bits with a mantissa below 2^53 and at least 53 bits; multiplying
    // both sides by 10^scale = 5^scale * 2^scale keeps everything within 128 bits, as the
    // scale is at most 28 and 5^28 < 2^66.
    let (mantissa, bits) = dissect(left);
    let scale = right.scale();
    let right = right.mantissa().unsigned_abs();
    let fives = u128::from(mantissa) * 5u128.pow(scale);
    let shift = bits.saturating_sub(scale);
    let quotient = fives.checked_shr(shift).unwrap_or(0);
    let rest = fives != quotient.checked_shl(shift).unwrap_or(0);
    quotient.cmp(&right).then(if rest { Ordering::Greater } else { Ordering::Equal })
}

/// `mantissa` and `bits` so that the fraction is `mantissa / 2^bits`, exactly.
fn dissect(fraction: f64) -> (u64, u32) {
    let raw = fraction.to_bits();
    let exponent = (raw >> 52) as u32 & 0x7ff;
    let stored = raw & ((1 << 52) - 1);
    // A fraction is below 1, so its exponent is at most 1022.
    if exponent == 0 { (stored, 1074) } else { (stored | 1 << 52, 1075u32.saturating_sub(exponent)) }
}

impl PartialEq for Number {
    fn eq(&self, other: &Self) -> bool {
        self.total_cmp(*other) == Ordering::Equal
    }
}

impl Eq for Number {}

impl hash::Hash for Number {
    fn hash<H: hash::Hasher>(&self, state: &mut H) {
        match self {
            Self::Float(number) => (true, number).hash(state),
            exact => (false, exact.exact()).hash(state),
        }
    }
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Integer(number) => number.fmt(f),
            Self::Decimal(number) => number.normalize().fmt(f),
            Self::Float(number) => number.fmt(f),
        }
    }
}

impl From<i64> for Number {
    fn from(number: i64) -> Self {
        Self::Integer(number)
    }
}

/// In its one form: a whole decimal becomes an integer.
impl From<Decimal> for Number {
    fn from(number: Decimal) -> Self {
        Self::Decimal(number).normalised()
    }
}

impl From<Float> for Number {
    fn from(number: Float) -> Self {
        Self::Float(number)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn float(number: f64) -> Number {
        Number::Float(Float::new(number).unwrap())
    }

    fn decimal(text: &str) -> Number {
        Number::Decimal(text.parse().unwrap())
    }

    #[test]
    fn numbers_of_all_kinds_compare_without_rounding() {
        let check = |left: Number, right: Number, expect: Ordering| {
            assert_eq!(left.compare(right), expect, "{left} against {right}");
            assert_eq!(right.compare(left), expect.reverse(), "{right} against {left}");
        };
        check(9_007_199_254_740_993.into(), float(9_007_199_254_740_992.0), Ordering::Greater);
        check(decimal("0.1"), float(0.1), Ordering::Less);
        check(decimal("0.5"), float(0.5), Ordering::Equal);
        check(decimal("-0.1"), float(-0.1), Ordering::Greater);
        check(decimal("-2.5"), float(2.5), Ordering::Less);
        check(i64::MAX.into(), float(9.3e18), Ordering::Less);
        check(i64::MIN.into(), float(f64::NEG_INFINITY), Ordering::Greater);
        check(Decimal::MAX.into(), float(f64::INFINITY), Ordering::Less);
        check(Decimal::MAX.into(), float(79_228_162_514_264_337_593_543_950_335.0), Ordering::Less);
        check(0.into(), float(f64::MIN_POSITIVE / 8.0), Ordering::Less);
        check(decimal("0.0000000000000000000000000001"), float(1e-28), Ordering::Greater);
        check(decimal("0.0000000000000000000000000001"), float(1.1e-28), Ordering::Less);
        check(0.into(), float(-0.0), Ordering::Equal);
        check(decimal("-0.0"), float(0.0), Ordering::Equal);
        check(decimal("2.00"), 2.into(), Ordering::Equal);
    }

    #[test]
    fn an_exact_number_is_one_value_however_it_is_held() {
        assert_eq!(decimal("2.00"), Number::Integer(2));
        assert_ne!(float(2.0), Number::Integer(2));
        assert_eq!(decimal("1.50").to_string(), "1.5");
        assert_eq!(serde_json::to_string(&decimal("2.00")).unwrap(), r#"{"integer":2}"#);
    }
}
