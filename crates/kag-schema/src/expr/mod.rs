//! Expressions: the one language of Math steps, constraints and rules.

mod ast;

pub use ast::{BinaryOp, Expr, ExprKind, UnaryOp};
