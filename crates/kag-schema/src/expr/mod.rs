//! Expressions: the one language of Math steps, constraints and rules.
//!
//! [`Expr::parse`] reads text into a tree, [`Display`](std::fmt::Display) prints the tree in one canonical
//! form, and [`check_expr`] says what is wrong with it, given what its variables are. How a
//! tree is computed is no matter of this crate.
//!
//! | written | meaning |
//! |---|---|
//! | `12`, `1.5`, `1.5e3` | whole number, exact decimal, floating-point number |
//! | `"text"`, `'text'`, `“文本”`, `「文本」` | text; escapes `\"`, `\\`, `\n`, `\u{4e2d}` |
//! | `2011-07-03`, `2011年7月`, `date("2011-07")` | date; `2011-07` alone is a subtraction |
//! | `interval("2009/2018")` | stretch of time |
//! | `5 km`, `45%`, `3亿元`, `quantity("5 goals")` | number with a unit |
//! | `true`, `false` | truth |
//! | `球队`, `` `a name` ``, `#1` | variable; back-quotes for any other characters; a step |
//! | `s.age` | property |
//! | `count(x)`, `max(a, b)` | function |
//! | `[1, 2]` | list |
//! | `if(c, a, b)`, `if c then a else b` | one of two values |
//! | `a.b`; `^`; `-a`; `* / mod`; `+ -`; `= != < <= > >= in contains`; `not`; `and`; `xor`; `or` | operators, tightest first; comparisons do not chain |
//!
//! Punctuation may be wide: `（１＋２）×３≤９`.

mod ast;
mod check;
mod function;
mod kind;
mod lex;
mod literal;
mod method;
mod parse;
mod precedence;
mod print;
mod scope;
mod standard;
mod token;

pub use ast::{BinaryOp, Expr, ExprKind, UnaryOp};
pub use check::check_expr;
pub use function::{Form, Functions, Parameter, Repeat, ResultType, Signature};
pub use kind::ExprType;
pub(crate) use lex::{continues_name, is_blank};
pub use method::{Aggregate, ListMethod};
pub(crate) use parse::Parser;
pub(crate) use print::{InRule, back_quoted, quoted, rule_name_text, rule_value_text};
pub use scope::{Dialect, ExprScope};
pub(crate) use token::{Keyword, Symbol, TokenKind};
