//! Values: what the object of a fact, a qualifier or a computed result can be.

mod canonical;

use std::{cmp::Ordering, sync::Arc};

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::NodeId;

/// A typed value.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Value {
    /// Text, kept byte for byte.
    Text(Arc<str>),
    /// A whole number.
    Integer(i64),
    /// An exact decimal, normalised (1.50 is 1.5).
    Decimal(Decimal),
    /// A binary floating-point number that is never NaN.
    Float(Float),
    /// True or false.
    Boolean(bool),
    /// Several values, order kept.
    List(Arc<[Value]>),
    /// A node of the graph.
    Node(NodeId),
}

/// A binary floating-point number that is never NaN; 0 and -0 are one.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[serde(transparent)]
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

impl std::hash::Hash for Float {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.0.to_bits().hash(state);
    }
}

impl From<NodeId> for Value {
    fn from(node: NodeId) -> Self {
        Self::Node(node)
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.into())
    }
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Self::Integer(number)
    }
}
