//! What kind of value an expression gives.

use std::fmt;

use kag_core::{Dimension, TypeName, Value};
use serde::{Deserialize, Serialize};

/// The kind of an expression's value.
///
/// A variable that stands for a column of a binding table is a
/// [`List`](Self::List) of what its rows hold.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ExprType {
    /// Not known before it is computed; fits everywhere.
    Any,
    /// Text.
    Text,
    /// A whole number; fits where a [`Number`](Self::Number) does.
    Integer,
    /// Any number.
    Number,
    /// True or false.
    Boolean,
    /// A point in time of any precision.
    Date,
    /// A stretch of time.
    Interval,
    /// A number with a unit.
    Quantity,
    /// A node, and its type where that is known.
    Node(Option<TypeName>),
    /// Several values of one kind.
    List(Box<ExprType>),
}

impl ExprType {
    /// A list of `item`s.
    #[must_use]
    pub fn list(item: Self) -> Self {
        Self::List(Box::new(item))
    }

    /// The kind of `value`.
    #[must_use]
    pub fn of(value: &Value) -> Self {
        match value {
            Value::Text(_) => Self::Text,
            Value::Integer(_) => Self::Integer,
            Value::Decimal(_) | Value::Float(_) => Self::Number,
            Value::Boolean(_) => Self::Boolean,
            Value::Node(_) => Self::Node(None),
            Value::List(items) => {
                Self::list(items.iter().map(Self::of).reduce(|all, item| all.joined(&item)).unwrap_or(Self::Any))
            }
            Value::Date(_) => Self::Date,
            Value::Interval(_) => Self::Interval,
            // A percentage is a number wherever numbers stand: 1 + 5%.
            Value::Quantity(quantity) if quantity.dimension() == Dimension::Proportion => Self::Number,
            Value::Quantity(_) => Self::Quantity,
            _ => Self::Any,
        }
    }

    /// Whether a value of this kind can stand where `wanted` is asked for.
    ///
    /// Unknown fits both ways; an integer is a number; a node of any type is a node.
    #[must_use]
    pub fn fits(&self, wanted: &Self) -> bool {
        match (self, wanted) {
            (Self::Any, _) | (_, Self::Any) | (Self::Integer, Self::Number) => true,
            // A number may turn out to be whole.
            (Self::Number, Self::Integer) => true,
            (Self::Node(_), Self::Node(None)) | (Self::Node(None), Self::Node(_)) => true,
            (Self::List(item), Self::List(wanted)) => item.fits(wanted),
            (this, wanted) => this == wanted,
        }
    }

    /// Whether the two have an order between them: numbers, quantities of one dimension,
    /// dates, text.
    #[must_use]
    pub fn comparable_with(&self, other: &Self) -> bool {
        let time = |kind: &Self| matches!(kind, Self::Date | Self::Interval);
        match (self, other) {
            (Self::Any, other) | (other, Self::Any) => other.has_order(),
            (a, b) if time(a) && time(b) => true,
            (a, b) => a.has_order() && a.fits(b),
        }
    }

    /// The kind that covers both.
    #[must_use]
    pub fn joined(&self, other: &Self) -> Self {
        match (self, other) {
            (a, b) if a == b => a.clone(),
            (Self::Integer | Self::Number, Self::Integer | Self::Number) => Self::Number,
            (Self::Node(_), Self::Node(_)) => Self::Node(None),
            (Self::List(a), Self::List(b)) => Self::list(a.joined(b)),
            _ => Self::Any,
        }
    }

    /// What the list holds, or the value itself where it is no list.
    #[must_use]
    pub fn item(&self) -> &Self {
        match self {
            Self::List(item) => item,
            other => other,
        }
    }

    fn has_order(&self) -> bool {
        !matches!(self, Self::Node(_) | Self::List(_))
    }
}

impl fmt::Display for ExprType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Any => "anything",
            Self::Text => "text",
            Self::Integer => "whole number",
            Self::Number => "number",
            Self::Boolean => "truth value",
            Self::Date => "date",
            Self::Interval => "interval",
            Self::Quantity => "quantity",
            Self::Node(Some(name)) => return write!(f, "node of type {name}"),
            Self::Node(None) => "node",
            Self::List(item) if **item == Self::Any => "list",
            Self::List(item) => return write!(f, "list of {item}"),
        })
    }
}
