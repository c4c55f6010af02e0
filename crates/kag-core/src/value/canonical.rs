//! The bytes of a value that ids are made of.
//!
//! The layout is part of the data format: changing it changes the id of every fact. All
//! integers are little-endian; lengths and counts are 64 bits.
//!
//! | value | bytes |
//! |---|---|
//! | text | 1, length, UTF-8 |
//! | exact number | 2, decimal places (u8), mantissa (i128) without trailing zeros |
//! | float | 3, IEEE 754 bits (u64) |
//! | boolean | 4, 0 or 1 |
//! | list | 5, count, then each item |
//! | node | 6, id (u128) |
//! | date | 7, then as below |
//! | interval | 8, then each end: 0 for an open one, else as below |
//! | quantity | 9, its number as above, length, symbol of its unit in UTF-8 |
//!
//! A date is its precision (1 year, 2 month, 3 day, 4 time, 5 time in UTC), year (i16),
//! month (u8), day (u8) and, for times, nanoseconds of the day (u64); what is not known is
//! that of its first instant.

use super::{Number, PartialDate, Precision, Value};

impl Value {
    /// A byte string that is equal for equal values and different for different ones, the
    /// same on every machine and in every version.
    ///
    /// No byte string is the beginning of another, so several in a row are told apart.
    pub(crate) fn canonical_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        self.write_canonical(&mut bytes);
        bytes
    }

    fn write_canonical(&self, out: &mut Vec<u8>) {
        match self {
            Self::Text(text) => {
                out.push(1);
                write_text(text, out);
            }
            Self::Integer(number) => write_number((*number).into(), out),
            Self::Decimal(number) => write_number((*number).into(), out),
            Self::Float(number) => write_number((*number).into(), out),
            Self::Boolean(truth) => out.extend([4, u8::from(*truth)]),
            Self::List(items) => {
                out.push(5);
                out.extend((items.len() as u64).to_le_bytes());
                for item in items.iter() {
                    item.write_canonical(out);
                }
            }
            Self::Node(node) => {
                out.push(6);
                out.extend(node.to_u128().to_le_bytes());
            }
            Self::Date(date) => {
                out.push(7);
                write_date(*date, out);
            }
            Self::Interval(interval) => {
                out.push(8);
                for end in [interval.start(), interval.end()] {
                    match end {
                        Some(date) => write_date(date, out),
                        None => out.push(0),
                    }
                }
            }
            Self::Quantity(quantity) => {
                out.push(9);
                write_number(quantity.number, out);
                write_text(quantity.unit.symbol(), out);
            }
        }
    }
}

fn write_text(text: &str, out: &mut Vec<u8>) {
    out.extend((text.len() as u64).to_le_bytes());
    out.extend(text.as_bytes());
}

fn write_number(number: Number, out: &mut Vec<u8>) {
    match number {
        Number::Float(number) => {
            out.push(3);
            out.extend(number.get().to_bits().to_le_bytes());
        }
        Number::Integer(number) => write_exact(number.into(), out),
        Number::Decimal(number) => write_exact(number, out),
    }
}

fn write_exact(number: rust_decimal::Decimal, out: &mut Vec<u8>) {
    let number = number.normalize();
    out.push(2);
    out.push(u8::try_from(number.scale()).unwrap_or(u8::MAX));
    out.extend(number.mantissa().to_le_bytes());
}

fn write_date(date: PartialDate, out: &mut Vec<u8>) {
    let first = date.first();
    out.push(match date.precision() {
        Precision::Year => 1,
        Precision::Month => 2,
        Precision::Day => 3,
        Precision::Time if date.is_utc() => 5,
        Precision::Time => 4,
    });
    out.extend(first.year().to_le_bytes());
    out.extend(first.month().to_le_bytes());
    out.extend(first.day().to_le_bytes());
    if date.precision() == Precision::Time {
        let nanos = first.duration_since(first.start_of_day()).as_nanos();
        out.extend(u64::try_from(nanos).unwrap_or(u64::MAX).to_le_bytes());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(value: Value, expect: &str) {
        let bytes = value.canonical_bytes();
        let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(hex, expect, "{value}");
    }

    #[test]
    fn the_layout_never_changes() {
        check("é".into(), "010200000000000000c3a9");
        check(5.into(), "020005000000000000000000000000000000");
        check("1.50".parse::<rust_decimal::Decimal>().unwrap().into(), "02010f000000000000000000000000000000");
        check((-1).into(), "0200ffffffffffffffffffffffffffffffff");
        check(crate::Float::new(1.5).unwrap().into(), "03000000000000f83f");
        check(true.into(), "0401");
        check(Value::read("2011-07"), "0702db070701");
        check(Value::read("2011-07-03T00:00:01Z"), "0705db07070300ca9a3b00000000");
        check(Value::Interval("2009/..".parse().unwrap()), "0801d907010100");
        check(Value::read("45%"), "0902002d000000000000000000000000000000010000000000000025");
        check(vec![Value::from(true)].into(), "0501000000000000000401");
        check(crate::NodeId::from_u128(1).into(), "0601000000000000000000000000000000");
    }
}
