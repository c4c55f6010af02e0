//! Values.

use kag_core::{Error, ErrorKind, Float, NodeId, Number, Quantity, Result, Value};
use rust_decimal::Decimal;

use super::{Reader, Writer};

/// How deep lists may lie within lists.
const DEPTH: usize = 64;

const TEXT: u8 = 0;
const INTEGER: u8 = 1;
const DECIMAL: u8 = 2;
const FLOAT: u8 = 3;
const BOOLEAN: u8 = 4;
const LIST: u8 = 5;
const NODE: u8 = 6;
const DATE: u8 = 7;
const INTERVAL: u8 = 8;
const QUANTITY: u8 = 9;

/// # Errors
/// [`InvalidInput`](ErrorKind::InvalidInput) for lists too deep within each other;
/// [`Unsupported`](ErrorKind::Unsupported) for a kind of value that this version does not know.
pub(super) fn write_value(value: &Value, out: &mut Writer) -> Result<()> {
    write_within(value, DEPTH, out)
}

fn write_within(value: &Value, depth: usize, out: &mut Writer) -> Result<()> {
    match value {
        Value::Text(text) => {
            out.byte(TEXT);
            out.text(text);
        }
        Value::Integer(number) => write_number((*number).into(), out)?,
        Value::Decimal(number) => write_number((*number).into(), out)?,
        Value::Float(number) => write_number((*number).into(), out)?,
        Value::Boolean(truth) => {
            out.byte(BOOLEAN);
            out.byte(u8::from(*truth));
        }
        Value::List(items) => {
            let too_deep = || Error::invalid("commit", "lists lie too deep within lists").with("depth", DEPTH);
            let depth = depth.checked_sub(1).ok_or_else(too_deep)?;
            out.byte(LIST);
            out.length(items.len());
            items.iter().try_for_each(|item| write_within(item, depth, out))?;
        }
        Value::Node(node) => {
            out.byte(NODE);
            out.id(node.to_u128());
        }
        Value::Date(date) => {
            out.byte(DATE);
            out.text(&date.to_string());
        }
        Value::Interval(interval) => {
            out.byte(INTERVAL);
            out.text(&interval.to_string());
        }
        Value::Quantity(quantity) => {
            out.byte(QUANTITY);
            write_number(quantity.number, out)?;
            out.text(quantity.unit.symbol());
        }
        _ => return Err(unknown()),
    }
    Ok(())
}

/// In its one form, so that equal values are equal bytes.
fn write_number(number: Number, out: &mut Writer) -> Result<()> {
    match number.normalised() {
        Number::Integer(number) => {
            out.byte(INTEGER);
            out.number(((number << 1) ^ (number >> 63)) as u64);
        }
        Number::Decimal(number) => {
            out.byte(DECIMAL);
            out.raw(&number.mantissa().to_be_bytes());
            out.number(u64::from(number.scale()));
        }
        Number::Float(number) => {
            out.byte(FLOAT);
            out.raw(&number.get().to_bits().to_be_bytes());
        }
        _ => return Err(unknown()),
    }
    Ok(())
}

fn unknown() -> Error {
    Error::new(ErrorKind::Unsupported, "commit").reason("a value of an unknown kind")
}

pub(super) fn read_value(from: &mut Reader<'_>) -> Option<Value> {
    read_within(from, DEPTH)
}

fn read_within(from: &mut Reader<'_>, depth: usize) -> Option<Value> {
    Some(match from.byte()? {
        TEXT => Value::Text(from.text()?),
        BOOLEAN => Value::Boolean(from.byte()? == 1),
        LIST => {
            let depth = depth.checked_sub(1)?;
            from.list(|from| read_within(from, depth))?.into()
        }
        NODE => NodeId::from_u128(from.id()?).into(),
        DATE => Value::Date(from.str()?.parse().ok()?),
        INTERVAL => Value::Interval(from.str()?.parse().ok()?),
        QUANTITY => {
            let kind = from.byte()?;
            let number = read_number(kind, from)?;
            Value::Quantity(Quantity::of(number, from.str()?)?)
        }
        number => read_number(number, from)?.into(),
    })
}

fn read_number(kind: u8, from: &mut Reader<'_>) -> Option<Number> {
    Some(match kind {
        INTEGER => {
            let folded = from.number()?;
            (((folded >> 1) as i64) ^ -((folded & 1) as i64)).into()
        }
        DECIMAL => {
            let mantissa = i128::from_be_bytes(from.array()?);
            let scale = u32::try_from(from.number()?).ok()?;
            Number::from(Decimal::try_from_i128_with_scale(mantissa, scale).ok()?)
        }
        FLOAT => Number::from(Float::new(f64::from_bits(u64::from_be_bytes(from.array()?)))?),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use kag_core::{Interval, PartialDate};

    use super::*;

    fn round(value: &Value) -> Option<Value> {
        let mut out = Writer::default();
        write_value(value, &mut out).unwrap();
        let bytes = out.into_bytes();
        let mut reader = Reader::new(&bytes);
        let read = read_value(&mut reader);
        assert!(reader.is_at_end(), "{value:?}");
        read
    }

    #[test]
    fn every_kind_of_value_is_read_back_equal() {
        let values: Vec<Value> = vec![
            "皇家马德里".into(),
            0.into(),
            i64::MIN.into(),
            i64::MAX.into(),
            Value::read("1.50"),
            Value::Decimal(Decimal::new(-12_345, 3)),
            Value::Decimal(Decimal::MAX),
            Value::Decimal(Decimal::new(500, 2)),
            Value::Float(Float::new(f64::NEG_INFINITY).unwrap()),
            Value::Float(Float::new(-0.1).unwrap()),
            true.into(),
            vec!["a".into(), vec![1.into(), Value::read("2 km")].into()].into(),
            NodeId::from_u128(u128::MAX).into(),
            Value::Date("2011-07".parse::<PartialDate>().unwrap()),
            Value::Date("2011-07-03T04:05:06.789Z".parse::<PartialDate>().unwrap()),
            Value::Interval("2009/..".parse::<Interval>().unwrap()),
            Value::read("300000000 CNY"),
            Value::read("7.5 mmol/L"),
            Value::read("1,200 人"),
        ];
        for value in values {
            let read = round(&value).unwrap_or_else(|| panic!("{value:?}"));
            assert_eq!(read, value);
            assert_eq!(read.to_string(), value.to_string());
        }
    }

    #[test]
    fn lists_are_bounded_in_depth() {
        let nest = |depth| (0..depth).fold(Value::from(1), |inner, _| vec![inner].into());
        assert_eq!(round(&nest(DEPTH)), Some(nest(DEPTH)));
        let refused = write_value(&nest(DEPTH + 1), &mut Writer::default()).unwrap_err();
        assert_eq!(refused.kind(), ErrorKind::InvalidInput);
    }
}
