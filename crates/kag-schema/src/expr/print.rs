//! From tree to text, with as few parentheses as the reader needs.

use std::{borrow::Cow, fmt};

use super::{
    Expr, ExprKind, UnaryOp,
    lex::is_plain,
    literal::{self, Constructor},
    precedence::Precedence,
};

impl fmt::Display for Expr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write(f, self, Precedence::Or)
    }
}

/// Writes `expr` where only what binds at least as tightly as `least` may stand bare.
fn write(f: &mut fmt::Formatter<'_>, expr: &Expr, least: Precedence) -> fmt::Result {
    match &expr.kind {
        ExprKind::Literal(value) => {
            let text = literal::print(value);
            let binds = if literal::is_negative(&text) { Precedence::Negation } else { Precedence::Primary };
            enclosed(f, binds < least, |f| f.write_str(&text))
        }
        ExprKind::Variable(name) => f.write_str(&name_text(name)),
        ExprKind::Unary { op, operand } => enclosed(f, op.precedence() < least, |f| match op {
            UnaryOp::Not => {
                f.write_str("not ")?;
                write(f, operand, Precedence::Not)
            }
            UnaryOp::Negate => {
                f.write_str("-")?;
                // A bare number would be read together with the sign.
                let least = match operand.kind {
                    ExprKind::Literal(_) if !bare_after_sign(operand) => {
                        return enclosed(f, true, |f| write(f, operand, Precedence::Or));
                    }
                    _ => Precedence::Negation,
                };
                write(f, operand, least)
            }
            UnaryOp::IsNull => {
                write(f, operand, Precedence::Sum)?;
                f.write_str(" is null")
            }
        }),
        ExprKind::Binary { op, left, right } => {
            let binding = op.binding();
            enclosed(f, binding.this < least, |f| {
                write(f, left, binding.left)?;
                write!(f, " {op} ")?;
                write(f, right, binding.right)
            })
        }
        ExprKind::Property { of, name } => {
            before_point(f, of)?;
            write!(f, ".{}", name_text(name))
        }
        ExprKind::Method { of, name, arguments } => {
            before_point(f, of)?;
            write!(f, ".{}(", name_text(name))?;
            list(f, arguments.iter())?;
            f.write_str(")")
        }
        ExprKind::Lambda { parameters, body } => {
            let names: Vec<_> = parameters.iter().map(|name| name_text(name)).collect();
            enclosed(f, least > Precedence::Or, |f| {
                write!(f, "({}) => ", names.join(", "))?;
                write(f, body, Precedence::Or)
            })
        }
        ExprKind::Null => f.write_str("null"),
        ExprKind::Parameter(name) => write!(f, "${}", name_text(name)),
        ExprKind::Concept(concept) => write!(f, "{concept}"),
        ExprKind::Path(path) => write!(f, "{path}"),
        ExprKind::Call { function, arguments } => {
            let reserved = Constructor::of(function).is_some() || function.starts_with('#');
            if reserved {
                f.write_str(&literal::back_quote(function))?;
            } else {
                f.write_str(&name_text(function))?;
            }
            f.write_str("(")?;
            list(f, arguments.iter())?;
            f.write_str(")")
        }
        ExprKind::List(items) => {
            f.write_str("[")?;
            list(f, items.iter())?;
            f.write_str("]")
        }
        ExprKind::If { condition, then, otherwise } => {
            f.write_str("if(")?;
            list(f, [&**condition, then, otherwise].into_iter())?;
            f.write_str(")")
        }
    }
}

/// Writes what stands before a point; a number there goes in parentheses.
fn before_point(f: &mut fmt::Formatter<'_>, of: &Expr) -> fmt::Result {
    let bare = !matches!(of.kind, ExprKind::Literal(_));
    enclosed(f, !bare, |f| write(f, of, if bare { Precedence::Primary } else { Precedence::Or }))
}

/// Whether a sign directly before this literal is not read as part of it.
fn bare_after_sign(literal: &Expr) -> bool {
    match &literal.kind {
        ExprKind::Literal(value) => {
            let text = literal::print(value);
            !text.starts_with(|c: char| c.is_ascii_digit())
        }
        _ => true,
    }
}

fn list<'e>(f: &mut fmt::Formatter<'_>, items: impl Iterator<Item = &'e Expr>) -> fmt::Result {
    for (at, item) in items.enumerate() {
        if at > 0 {
            f.write_str(", ")?;
        }
        write(f, item, Precedence::Or)?;
    }
    Ok(())
}

fn enclosed(
    f: &mut fmt::Formatter<'_>,
    needed: bool,
    inside: impl FnOnce(&mut fmt::Formatter<'_>) -> fmt::Result,
) -> fmt::Result {
    if needed {
        f.write_str("(")?;
    }
    inside(f)?;
    if needed { f.write_str(")") } else { Ok(()) }
}

/// `name` as it is written: in back-quotes unless it is plain.
pub(crate) fn name_text(name: &str) -> Cow<'_, str> {
    if is_plain(name) { Cow::Borrowed(name) } else { Cow::Owned(literal::back_quote(name)) }
}
