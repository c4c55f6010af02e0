//! The kinds of literal.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::ExprType;

/// A kind of literal that a property can hold.
///
/// `Text`, `Integer` and `Float` are those of OpenSPG; the others are our extensions, so
/// that amounts stay exact and times and units keep their meaning.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub enum Basic {
    /// Text.
    Text,
    /// A whole number.
    Integer,
    /// A number; exact ones are kept exact, a measured one is a binary float.
    Float,
    /// An exact number (extension).
    Decimal,
    /// True or false (extension).
    Boolean,
    /// A date of any precision (extension).
    Date,
    /// A stretch of time (extension).
    Interval,
    /// A number with a unit (extension).
    Quantity,
}

impl Basic {
    /// All of them, in order.
    pub const ALL: [Self; 8] = [
        Self::Text,
        Self::Integer,
        Self::Float,
        Self::Decimal,
        Self::Boolean,
        Self::Date,
        Self::Interval,
        Self::Quantity,
    ];

    /// The name of its type.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Text => "Text",
            Self::Integer => "Integer",
            Self::Float => "Float",
            Self::Decimal => "Decimal",
            Self::Boolean => "Boolean",
            Self::Date => "Date",
            Self::Interval => "Interval",
            Self::Quantity => "Quantity",
        }
    }

    /// The one whose type is called exactly `name`.
    #[must_use]
    pub fn of(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|basic| basic.name() == name)
    }

    /// Whether it is ours and not one of OpenSPG's. A schema can declare a type of its own
    /// under the name of an extension, which then takes its place.
    #[must_use]
    pub const fn is_extension(self) -> bool {
        !matches!(self, Self::Text | Self::Integer | Self::Float)
    }

    /// The kind that expressions give its values.
    #[must_use]
    pub const fn expr_type(self) -> ExprType {
        match self {
            Self::Text => ExprType::Text,
            Self::Integer => ExprType::Integer,
            Self::Float | Self::Decimal => ExprType::Number,
            Self::Boolean => ExprType::Boolean,
            Self::Date => ExprType::Date,
            Self::Interval => ExprType::Interval,
            Self::Quantity => ExprType::Quantity,
        }
    }

    pub(crate) const fn zh(self) -> &'static str {
        match self {
            Self::Text => "文本",
            Self::Integer => "整数",
            Self::Float => "浮点数",
            Self::Decimal => "小数",
            Self::Boolean => "布尔值",
            Self::Date => "日期类型",
            Self::Interval => "时间段",
            Self::Quantity => "数量",
        }
    }
}

impl fmt::Display for Basic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
