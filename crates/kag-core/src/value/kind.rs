//! Kinds of values.

use std::fmt;

use super::{Number, Value};

/// What sort of value a value is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum ValueKind {
    /// Text.
    Text,
    /// A whole number of at most 64 bits.
    Integer,
    /// Another exact number.
    Decimal,
    /// A floating-point number.
    Float,
    /// True or false.
    Boolean,
    /// Several values.
    List,
    /// A node.
    Node,
    /// A date or time.
    Date,
    /// A stretch of time.
    Interval,
    /// A number with a unit.
    Quantity,
}

impl Value {
    /// What sort of value this is.
    #[must_use]
    pub fn kind(&self) -> ValueKind {
        match self {
            Self::Text(_) => ValueKind::Text,
            Self::Integer(_) => ValueKind::Integer,
            Self::Decimal(number) => match Number::from(*number) {
                Number::Integer(_) => ValueKind::Integer,
                _ => ValueKind::Decimal,
            },
            Self::Float(_) => ValueKind::Float,
            Self::Boolean(_) => ValueKind::Boolean,
            Self::List(_) => ValueKind::List,
            Self::Node(_) => ValueKind::Node,
            Self::Date(_) => ValueKind::Date,
            Self::Interval(_) => ValueKind::Interval,
            Self::Quantity(_) => ValueKind::Quantity,
        }
    }
}

/// With its article, as error messages say it: `an integer`.
impl fmt::Display for ValueKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Text => "a text",
            Self::Integer => "an integer",
            Self::Decimal => "a decimal",
            Self::Float => "a float",
            Self::Boolean => "a boolean",
            Self::List => "a list",
            Self::Node => "a node",
            Self::Date => "a date",
            Self::Interval => "an interval",
            Self::Quantity => "a quantity",
        })
    }
}
