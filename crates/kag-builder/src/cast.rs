//! Text to values, as the host declares.

use std::{fmt, str::FromStr, sync::Arc};

use kag_core::{PartialDate, Quantity, Value};
use serde::{Deserialize, Serialize};

/// What a cell or a matched group is read as.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Cast {
    /// As the schema declares, where there is one that does; otherwise as [`Read`](Self::Read).
    #[default]
    Declared,
    /// The most specific value that the whole text is ([`Value::read`]).
    Read,
    /// The text, trimmed.
    Text,
    /// A whole number, with or without thousands separators.
    Integer,
    /// A number of any kind.
    Number,
    /// `true`, `yes`, `1`, `是`, `有` and their opposites.
    Boolean,
    /// A date, which may be partial, in any form that [`PartialDate::read`] knows.
    Date,
    /// A number with a unit; a bare number is of `unit`.
    Quantity {
        /// The unit of bare numbers; `None`: a bare number is refused.
        unit: Option<Arc<str>>,
    },
}

/// A text that is not what it was declared to be.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{text:?} is no {expected}")]
pub struct CastError {
    /// The text.
    pub text: String,
    /// What it was declared to be.
    pub expected: Cast,
}

impl Cast {
    /// `text`, trimmed, as the value this declares.
    ///
    /// # Errors
    /// [`CastError`] where it is none.
    pub fn read(&self, text: &str) -> Result<Value, CastError> {
        let text = text.trim();
        let read = match self {
            Self::Text => Some(Value::from(text)),
            Self::Declared | Self::Read => Some(Value::read(text)),
            Self::Integer => number(text).filter(|value| matches!(value, Value::Integer(_))),
            Self::Number => number(text),
            Self::Boolean => boolean(text).map(Value::Boolean),
            Self::Date => PartialDate::from_str(text).ok().or_else(|| PartialDate::read(text)).map(Value::Date),
            Self::Quantity { unit } => Quantity::read(text)
                .or_else(|| Quantity::read(&format!("{text} {}", unit.as_deref()?)))
                .map(Value::Quantity),
        };
        read.ok_or_else(|| CastError { text: text.to_owned(), expected: self.clone() })
    }
}

impl fmt::Display for Cast {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Declared | Self::Read => "value",
            Self::Text => "text",
            Self::Integer => "whole number",
            Self::Number => "number",
            Self::Boolean => "truth value",
            Self::Date => "date",
            Self::Quantity { .. } => "quantity",
        })
    }
}

/// A number as documents write it, or with leading zeros or a plus as tables do.
fn number(text: &str) -> Option<Value> {
    let plain = || text.parse().ok().map(Value::Integer).or_else(|| Some(Value::Decimal(text.parse().ok()?)));
    let read = Some(Value::read(text)).filter(|value| value.as_number().is_some());
    read.or_else(plain)
}

fn boolean(text: &str) -> Option<bool> {
    match text.to_lowercase().as_str() {
        "true" | "yes" | "y" | "1" | "是" | "有" | "真" => Some(true),
        "false" | "no" | "n" | "0" | "否" | "无" | "假" => Some(false),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_cast_reads_its_kind_and_refuses_others() {
        let quantity = Cast::Quantity { unit: Some("人".into()) };
        for (cast, good, bad) in [
            (Cast::Integer, "1,234", "12.5"),
            (Cast::Integer, "007", "七"),
            (Cast::Number, "12.5", "a dozen"),
            (Cast::Boolean, "是", "maybe"),
            (Cast::Date, "1902年3月6日", "long ago"),
            (quantity, "81044", "many"),
            (Cast::Quantity { unit: None }, "3亿元", "3"),
        ] {
            assert!(cast.read(good).is_ok(), "{cast:?} {good}");
            let error = cast.read(bad).unwrap_err();
            assert!(error.to_string().contains(bad), "{error}");
        }
        assert_eq!(Cast::Text.read(" 007 "), Ok(Value::from("007")));
        assert_eq!(Cast::Read.read("007"), Ok(Value::from("007")));
    }
}
