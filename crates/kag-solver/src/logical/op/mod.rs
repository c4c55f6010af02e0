//! The operations of a plan, one file each.

mod custom;
mod deduce;
mod filter;
mod math;
mod output;
mod retrieval;
mod sort;

use std::sync::Arc;

use super::Var;

pub use custom::{Argument, CustomOp, NamedOp};
pub use deduce::{Deduce, Deduction};
pub use filter::Filter;
pub use math::Math;
pub(crate) use math::counts_rows;
pub use output::Output;
pub use retrieval::{Comparison, Constraint, PredicateTerm, Retrieval, Role};
pub use sort::{Sort, SortDirection};

/// What a step does (KAG table 2).
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum LogicalOp {
    /// Looks for facts that match a pattern.
    Retrieval(Retrieval),
    /// Keeps the rows for which a condition holds.
    Filter(Filter),
    /// Orders what a variable is bound to, and keeps the first.
    Sort(Sort),
    /// Computes.
    Math(Math),
    /// Compares, judges, extracts or chooses.
    Deduce(Deduce),
    /// Names what the answer is made of.
    Output(Output),
    /// An operation that the host application brings.
    Custom(Arc<dyn CustomOp>),
}

impl LogicalOp {
    /// The name the operation is printed with.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::Retrieval(_) => "Retrieval",
            Self::Filter(_) => "Filter",
            Self::Sort(_) => "Sort",
            Self::Math(_) => "Math",
            Self::Deduce(_) => "Deduce",
            Self::Output(_) => "Output",
            Self::Custom(op) => op.name(),
        }
    }

    /// The retrieval, where it is one.
    #[must_use]
    pub fn as_retrieval(&self) -> Option<&Retrieval> {
        match self {
            Self::Retrieval(op) => Some(op),
            _ => None,
        }
    }

    /// The variables it gives a meaning to by itself, in reading order.
    pub(super) fn bound(&self) -> Vec<Var> {
        match self {
            Self::Retrieval(op) => op.vars().cloned().collect(),
            Self::Custom(op) => op.outputs(),
            Self::Filter(_) | Self::Sort(_) | Self::Math(_) | Self::Deduce(_) | Self::Output(_) => Vec::new(),
        }
    }

    /// The variables that must have a meaning before, in reading order.
    pub(super) fn needed(&self) -> Vec<Var> {
        match self {
            Self::Retrieval(op) => op.needed(),
            Self::Filter(op) => op.needed(),
            Self::Sort(op) => op.needed(),
            Self::Math(op) => op.needed(),
            Self::Deduce(op) => op.needed(),
            Self::Output(op) => op.paths.iter().map(|path| path.var.clone()).collect(),
            Self::Custom(op) => op.inputs(),
        }
    }
}

impl PartialEq for LogicalOp {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Retrieval(left), Self::Retrieval(right)) => left == right,
            (Self::Filter(left), Self::Filter(right)) => left == right,
            (Self::Sort(left), Self::Sort(right)) => left == right,
            (Self::Math(left), Self::Math(right)) => left == right,
            (Self::Deduce(left), Self::Deduce(right)) => left == right,
            (Self::Output(left), Self::Output(right)) => left == right,
            (Self::Custom(left), Self::Custom(right)) => {
                left.name() == right.name() && left.arguments() == right.arguments()
            }
            _ => false,
        }
    }
}

impl Eq for LogicalOp {}

macro_rules! from_op {
    ($($op:ident),*) => {
        $(impl From<$op> for LogicalOp {
            fn from(op: $op) -> Self {
                Self::$op(op)
            }
        })*
    };
}
from_op!(Retrieval, Filter, Sort, Math, Deduce, Output);
