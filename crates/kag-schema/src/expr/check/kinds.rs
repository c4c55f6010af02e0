//! Which kinds operators join, and what comes of it.

use crate::expr::{BinaryOp, Dialect, ExprType};

/// The kind that covers all of `kinds`; anything where there are none.
pub(super) fn joined<'k>(kinds: impl Iterator<Item = &'k ExprType>) -> ExprType {
    kinds.cloned().reduce(|all, kind| all.joined(&kind)).unwrap_or(ExprType::Any)
}

/// Whether `op` can stand between values of these kinds. Lists that are not sought in are
/// compared by what they hold.
pub(super) fn compares(op: BinaryOp, a: &ExprType, b: &ExprType, dialect: Dialect) -> bool {
    match op {
        BinaryOp::In => within(a, b, dialect),
        BinaryOp::Contains => within(b, a, dialect),
        BinaryOp::Like | BinaryOp::RegexLike => is_text(a.item(), dialect) && b.fits(&ExprType::Text),
        BinaryOp::Equal | BinaryOp::NotEqual => equals(a.item(), b.item(), dialect),
        _ => a.item().comparable_with(b.item()) || read_as(a.item(), b.item(), dialect),
    }
}

fn equals(a: &ExprType, b: &ExprType, dialect: Dialect) -> bool {
    let named = dialect == Dialect::Rule
        && matches!((a, b), (ExprType::Node(_), ExprType::Text) | (ExprType::Text, ExprType::Node(_)));
    named || a.fits(b) || b.fits(a) || a.comparable_with(b) || read_as(a, b, dialect)
}

/// Whether one is a text that is read as the other's kind.
fn read_as(a: &ExprType, b: &ExprType, dialect: Dialect) -> bool {
    let other = match (a, b) {
        (ExprType::Text, other) | (other, ExprType::Text) => other,
        _ => return false,
    };
    dialect == Dialect::Rule && !matches!(other, ExprType::Node(_) | ExprType::List(_))
}

/// Whether it can stand for a text: in rules whatever is written or has a name.
pub(super) fn is_text(kind: &ExprType, dialect: Dialect) -> bool {
    kind.fits(&ExprType::Text) || (dialect == Dialect::Rule && !matches!(kind, ExprType::List(_)))
}

fn within(part: &ExprType, whole: &ExprType, dialect: Dialect) -> bool {
    match whole {
        ExprType::Any => true,
        ExprType::List(item) => equals(part.item(), item, dialect),
        ExprType::Text => {
            let part = if dialect == Dialect::Rule { part.item() } else { part };
            part.fits(&ExprType::Text)
        }
        ExprType::Node(_) if dialect == Dialect::Rule => part.item().fits(&ExprType::Text),
        ExprType::Interval | ExprType::Date => part.fits(&ExprType::Date) || part.fits(&ExprType::Interval),
        _ => false,
    }
}

/// The kind of `a op b`, or `None` where there is no such operation.
pub(super) fn arithmetic(op: BinaryOp, a: &ExprType, b: &ExprType) -> Option<ExprType> {
    use ExprType::{Any, Date, Integer, Number, Quantity};
    let number = |kind: &ExprType| matches!(kind, Integer | Number);
    let amount = |kind: &ExprType| number(kind) || *kind == Quantity;
    if *a == Any || *b == Any {
        let other = if *a == Any { b } else { a };
        let time = matches!(op, BinaryOp::Add | BinaryOp::Subtract) && *other == Date;
        return (amount(other) || *other == Any || time).then_some(Any);
    }
    if number(a) && number(b) {
        let whole = *a == Integer && *b == Integer && !matches!(op, BinaryOp::Divide | BinaryOp::Power);
        return Some(if whole { Integer } else { Number });
    }
    match (op, a, b) {
        (BinaryOp::Add | BinaryOp::Subtract | BinaryOp::Remainder, Quantity, Quantity) => Some(Quantity),
        (BinaryOp::Add | BinaryOp::Subtract, Date, Quantity) => Some(Date),
        (BinaryOp::Add, Quantity, Date) => Some(Date),
        (BinaryOp::Subtract, Date, Date) => Some(Quantity),
        (BinaryOp::Multiply | BinaryOp::Divide, Quantity, b) if number(b) => Some(Quantity),
        (BinaryOp::Multiply, a, Quantity) if number(a) => Some(Quantity),
        (BinaryOp::Divide, Quantity, Quantity) => Some(Number),
        _ => None,
    }
}
