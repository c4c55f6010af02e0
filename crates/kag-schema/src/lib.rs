//! The LLMFriSPG schema: types, constraints, expressions and the checking of records.

mod diagnostic;
mod expr;

pub use diagnostic::{Diagnostic, LineColumn, Severity, nearest};
pub use expr::{BinaryOp, Expr, ExprKind, UnaryOp};
