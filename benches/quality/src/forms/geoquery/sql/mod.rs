//! The part of SQL in which the questions are asked.

mod ast;
mod lex;
mod parse;

pub(super) use ast::{Aggregate, Column, Compare, Condition, Expr, From, Item, Query};
pub(super) use parse::parse;
