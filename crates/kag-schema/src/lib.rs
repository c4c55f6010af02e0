//! The LLMFriSPG schema: types, constraints, expressions and the checking of records.

mod diagnostic;
mod expr;

pub use diagnostic::{Diagnostic, LineColumn, Severity, nearest};
pub use expr::{
    BinaryOp, Expr, ExprKind, ExprScope, ExprType, Functions, Parameter, Repeat, ResultType, Signature, UnaryOp,
    check_expr,
};
