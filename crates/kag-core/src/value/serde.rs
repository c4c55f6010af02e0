//! Values in the logical dump and in every other serialised form.

use std::sync::Arc;

use rust_decimal::Decimal;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{Float, Interval, Number, PartialDate, Quantity, Value};
use crate::NodeId;

/// A value as serialised, by kind.
#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Wire {
    Text(Arc<str>),
    Integer(i64),
    Decimal(Decimal),
    Float(Float),
    Boolean(bool),
    List(Vec<Value>),
    Node(NodeId),
    Date(PartialDate),
    Interval(Interval),
    Quantity(Quantity),
}

impl Serialize for Value {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        // The indexes are those of `Wire`, for formats that write them in place of names.
        let name = "Value";
        match self {
            Self::Text(text) => serializer.serialize_newtype_variant(name, 0, "text", text),
            Self::Boolean(truth) => serializer.serialize_newtype_variant(name, 4, "boolean", truth),
            Self::List(items) => serializer.serialize_newtype_variant(name, 5, "list", items),
            Self::Node(node) => serializer.serialize_newtype_variant(name, 6, "node", node),
            Self::Date(date) => serializer.serialize_newtype_variant(name, 7, "date", date),
            Self::Interval(interval) => serializer.serialize_newtype_variant(name, 8, "interval", interval),
            Self::Quantity(quantity) => serializer.serialize_newtype_variant(name, 9, "quantity", quantity),
            Self::Integer(number) => Number::Integer(*number).serialize(serializer),
            Self::Decimal(number) => Number::Decimal(*number).serialize(serializer),
            Self::Float(number) => Number::Float(*number).serialize(serializer),
        }
    }
}

impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(match Wire::deserialize(deserializer)? {
            Wire::Text(text) => Self::Text(text),
            Wire::Integer(number) => Self::Integer(number),
            Wire::Decimal(number) => number.into(),
            Wire::Float(number) => Self::Float(number),
            Wire::Boolean(truth) => Self::Boolean(truth),
            Wire::List(items) => items.into(),
            Wire::Node(node) => Self::Node(node),
            Wire::Date(date) => Self::Date(date),
            Wire::Interval(interval) => Self::Interval(interval),
            Wire::Quantity(quantity) => Self::Quantity(quantity),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_readable_in_json() {
        let check = |value: Value, expect: &str| {
            assert_eq!(serde_json::to_string(&value).unwrap(), expect);
            assert_eq!(serde_json::from_str::<Value>(expect).unwrap(), value);
        };
        check("北京".into(), r#"{"text":"北京"}"#);
        check(5.into(), r#"{"integer":5}"#);
        check(Value::Decimal(Decimal::new(500, 2)), r#"{"integer":5}"#);
        check(Value::read("1.50"), r#"{"decimal":"1.5"}"#);
        check(Value::Float(Float::new(0.1).unwrap()), r#"{"float":"0.1"}"#);
        check(Value::Float(Float::new(f64::NEG_INFINITY).unwrap()), r#"{"float":"-inf"}"#);
        check(Value::read("2011-07"), r#"{"date":"2011-07"}"#);
        check(Value::Interval("2009/2018".parse().unwrap()), r#"{"interval":"2009/2018"}"#);
        check(Value::read("12.5 km"), r#"{"quantity":{"number":{"decimal":"12.5"},"unit":"km"}}"#);
        check(vec![true.into()].into(), r#"{"list":[{"boolean":true}]}"#);
    }

    #[test]
    fn what_is_no_value_is_refused() {
        for json in [r#"{"float":"NaN"}"#, r#"{"date":"July"}"#, r#"{"unknown":1}"#, "5", r#"{"interval":"2/1"}"#] {
            assert!(serde_json::from_str::<Value>(json).is_err(), "{json}");
        }
    }
}
