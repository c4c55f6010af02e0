//! Logical forms: the plan of an answer, as data (KAG §2.3).
//!
//! A [`Plan`] is a list of [`Step`]s over named variables: [`Retrieval`] binds variables
//! to what the graph and the text say, [`Filter`], [`Sort`], [`Math`] and [`Deduce`] compute
//! with them, [`Output`] names the answer. This module is data only: it knows no store and no
//! model, and what runs a plan depends on it, never the reverse.

mod check;
mod dag;
mod explain;
mod json;
mod op;
mod operand;
mod optimise;
mod parse;
mod place;
mod plan;
mod print;
mod schedule;
pub(crate) mod subquestion;
mod term;
mod var;

pub use check::check;
pub use dag::{Cycle, Dependencies};
pub use explain::Explanation;
pub(crate) use op::counts_rows;
pub use op::{
    Argument, Comparison, Constraint, CustomOp, Deduce, Deduction, Filter, LogicalOp, Math, NamedOp, Output,
    PredicateTerm, Retrieval, Role, Sort, SortDirection,
};
pub use operand::{Operand, Path};
pub use optimise::{Optimised, Optimiser, Pushed, Rewriting};
pub(crate) use parse::read_formula;
pub use parse::{CustomReader, Limits, Parser, Reading, parse};
pub use place::Place;
pub use plan::{Plan, Step};
pub use term::{Constant, Term};
pub use var::Var;
