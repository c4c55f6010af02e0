//! What stands where a value is wanted: a value, a variable, or several of them.

use std::sync::Arc;

use kag_core::Value;
use serde::{Deserialize, Serialize};

use super::Var;

/// A variable, or a property of what it is bound to: `o1`, `o1.founded`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Path {
    /// The variable.
    pub var: Var,
    /// The property's name or alias; `None` means what the variable is bound to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub property: Option<Arc<str>>,
}

impl From<Var> for Path {
    fn from(var: Var) -> Self {
        Self { var, property: None }
    }
}

/// A constant, a reference to what an earlier step bound, or a list of these.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Operand {
    /// A constant. A text is a [`Value::Text`].
    Value(Value),
    /// What a variable is bound to: one value or a column of many.
    Path(Path),
    /// Several, order kept.
    List(Vec<Operand>),
}

impl Operand {
    /// The text constant `text`.
    #[must_use]
    pub fn text(text: impl Into<Arc<str>>) -> Self {
        Self::Value(Value::Text(text.into()))
    }

    /// Every path in it, in reading order.
    #[must_use]
    pub fn paths(&self) -> Vec<&Path> {
        match self {
            Self::Value(_) => Vec::new(),
            Self::Path(path) => vec![path],
            Self::List(items) => items.iter().flat_map(Self::paths).collect(),
        }
    }
}

impl From<Var> for Operand {
    fn from(var: Var) -> Self {
        Self::Path(var.into())
    }
}

impl From<Value> for Operand {
    fn from(value: Value) -> Self {
        Self::Value(value)
    }
}
