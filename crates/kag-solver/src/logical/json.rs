//! Plans as JSON, so that traces can hold them.

use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{Deduce, Filter, LogicalOp, Math, NamedOp, Output, Retrieval, Sort};

/// An operation as JSON has it: a custom one by its name and arguments.
#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Read {
    Retrieval(Retrieval),
    Filter(Filter),
    Sort(Sort),
    Math(Math),
    Deduce(Deduce),
    Output(Output),
    Custom(NamedOp),
}

/// The same, borrowed.
#[derive(Serialize)]
#[serde(rename_all = "snake_case")]
enum Written<'op> {
    Retrieval(&'op Retrieval),
    Filter(&'op Filter),
    Sort(&'op Sort),
    Math(&'op Math),
    Deduce(&'op Deduce),
    Output(&'op Output),
    Custom(NamedOp),
}

/// A custom operation is written by name and arguments.
impl Serialize for LogicalOp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Retrieval(op) => Written::Retrieval(op),
            Self::Filter(op) => Written::Filter(op),
            Self::Sort(op) => Written::Sort(op),
            Self::Math(op) => Written::Math(op),
            Self::Deduce(op) => Written::Deduce(op),
            Self::Output(op) => Written::Output(op),
            Self::Custom(op) => Written::Custom(NamedOp { name: op.name().into(), arguments: op.arguments() }),
        }
        .serialize(serializer)
    }
}

/// A custom operation is read as a [`NamedOp`], which is equal to the one written.
impl<'de> Deserialize<'de> for LogicalOp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(match Read::deserialize(deserializer)? {
            Read::Retrieval(op) => Self::Retrieval(op),
            Read::Filter(op) => Self::Filter(op),
            Read::Sort(op) => Self::Sort(op),
            Read::Math(op) => Self::Math(op),
            Read::Deduce(op) => Self::Deduce(op),
            Read::Output(op) => Self::Output(op),
            Read::Custom(op) => Self::Custom(Arc::new(op)),
        })
    }
}
