//! Values: what the object of a fact, a qualifier or a computed result can be.
//!
//! A value has three relations to another, which are not the same:
//!
//! - [`Eq`]: they are the same value, and give facts the same id. 1 km is not 1000 m.
//! - [`Value::compare`] and [`Value::equals`]: what they mean, with undecided and typed
//!   errors as answers. 1 km equals 1000 m, and `2011` against `2011-07` is undecided.
//! - [`Value::total_cmp`]: a total order for output that is always the same.
//!
//! ```
//! use kag_core::{Interval, Value};
//!
//! let (road, way) = (Value::read("1 km"), Value::read("1000 米"));
//! assert_ne!(road, way);
//! assert_eq!(road.equals(&way), Ok(Some(true)));
//!
//! // "In 2011" against a contract from July 2011 on.
//! let contract: Interval = "2011-07/..".parse()?;
//! let year = Value::read("2011年").as_interval().unwrap_or(Interval::ALWAYS);
//! assert!(contract.meets(year));
//! assert_eq!(contract.covers(year), None);
//! # Ok::<(), kag_core::Error>(())
//! ```
//!
//! Values know no schema: which kind a property should have is not checked here.

mod canonical;
mod compare;
mod date;
mod interval;
mod kind;
mod literal;
mod number;
mod order;
mod quantity;
mod serde;
mod unit;

use std::{fmt, hash, sync::Arc};

use rust_decimal::Decimal;

pub use compare::CompareError;
pub use date::{PartialDate, Precision};
pub use interval::Interval;
pub use kind::ValueKind;
pub use number::{Float, Number};
pub use quantity::Quantity;
pub use unit::{Dimension, Unit};

use crate::NodeId;

/// A typed value.
///
/// An exact number is one value however it is held: the integer 2 and the decimal 2.00 are
/// equal, hash alike, print alike and are stored alike. A float is never the same value as
/// an exact number, though it may compare equal.
///
/// Printed as a person would write it; serialised by kind, in JSON `{"integer":5}`,
/// `{"decimal":"1.5"}`, `{"date":"2011-07"}`, floats as text so that they are read back
/// exactly.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Value {
    /// Text, kept byte for byte.
    Text(Arc<str>),
    /// A whole number.
    Integer(i64),
    /// An exact decimal of at most 28 digits; its trailing zeros mean nothing.
    Decimal(Decimal),
    /// A binary floating-point number that is never NaN.
    Float(Float),
    /// True or false.
    Boolean(bool),
    /// Several values, order kept.
    List(Arc<[Value]>),
    /// A node of the graph.
    Node(NodeId),
    /// A year, a month, a day or a time.
    Date(PartialDate),
    /// The time from one date until another.
    Interval(Interval),
    /// A number with a unit.
    Quantity(Quantity),
}

impl Value {
    /// The number, where this is one of any kind.
    #[must_use]
    pub fn as_number(&self) -> Option<Number> {
        match self {
            Self::Integer(number) => Some(Number::Integer(*number)),
            Self::Decimal(number) => Some(Number::Decimal(*number)),
            Self::Float(number) => Some(Number::Float(*number)),
            _ => None,
        }
    }

    /// The time that a date or an interval covers.
    #[must_use]
    pub fn as_interval(&self) -> Option<Interval> {
        match self {
            Self::Date(date) => Some((*date).into()),
            Self::Interval(interval) => Some(*interval),
            _ => None,
        }
    }
}

impl PartialEq for Value {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Text(left), Self::Text(right)) => left == right,
            (Self::Boolean(left), Self::Boolean(right)) => left == right,
            (Self::List(left), Self::List(right)) => left == right,
            (Self::Node(left), Self::Node(right)) => left == right,
            (Self::Date(left), Self::Date(right)) => left == right,
            (Self::Interval(left), Self::Interval(right)) => left == right,
            (Self::Quantity(left), Self::Quantity(right)) => left == right,
            _ => match (self.as_number(), other.as_number()) {
                (Some(left), Some(right)) => left == right,
                _ => false,
            },
        }
    }
}

impl Eq for Value {}

impl hash::Hash for Value {
    fn hash<H: hash::Hasher>(&self, state: &mut H) {
        match self {
            Self::Integer(_) | Self::Decimal(_) | Self::Float(_) => self.as_number().hash(state),
            Self::Text(text) => text.hash(state),
            Self::Boolean(truth) => truth.hash(state),
            Self::List(items) => items.hash(state),
            Self::Node(node) => node.hash(state),
            Self::Date(date) => date.hash(state),
            Self::Interval(interval) => interval.hash(state),
            Self::Quantity(quantity) => quantity.hash(state),
        }
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => f.write_str(text),
            Self::Integer(number) => number.fmt(f),
            Self::Decimal(number) => number.normalize().fmt(f),
            Self::Float(number) => number.fmt(f),
            Self::Boolean(truth) => truth.fmt(f),
            Self::Node(node) => node.fmt(f),
            Self::Date(date) => date.fmt(f),
            Self::Interval(interval) => interval.fmt(f),
            Self::Quantity(quantity) => quantity.fmt(f),
            Self::List(items) => {
                for (at, item) in items.iter().enumerate() {
                    if at > 0 {
                        f.write_str(", ")?;
                    }
                    item.fmt(f)?;
                }
                Ok(())
            }
        }
    }
}

macro_rules! from {
    ($($source:ty => |$name:ident| $value:expr;)*) => {$(
        impl From<$source> for Value {
            fn from($name: $source) -> Self {
                $value
            }
        }
    )*};
}

from! {
    &str => |text| Self::Text(text.into());
    String => |text| Self::Text(text.into());
    Arc<str> => |text| Self::Text(text);
    i64 => |number| Self::Integer(number);
    Decimal => |number| Number::from(number).into();
    Float => |number| Self::Float(number);
    bool => |truth| Self::Boolean(truth);
    NodeId => |node| Self::Node(node);
    PartialDate => |date| Self::Date(date);
    Interval => |interval| Self::Interval(interval);
    Quantity => |quantity| Self::Quantity(quantity);
    Vec<Value> => |items| Self::List(items.into());
}

/// In its one form: a whole decimal becomes an integer.
impl From<Number> for Value {
    fn from(number: Number) -> Self {
        match number.normalised() {
            Number::Integer(number) => Self::Integer(number),
            Number::Decimal(number) => Self::Decimal(number),
            Number::Float(number) => Self::Float(number),
        }
    }
}
