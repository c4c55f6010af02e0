//! Arithmetic of quantities.

use kag_core::{Dimension, Number, Quantity, Value};
use kag_schema::BinaryOp;

use super::{EvalErrorKind, Why, number};

/// `left op right`; `None` where the operator has no meaning between quantities.
pub(super) fn combine(op: BinaryOp, left: &Quantity, right: &Quantity) -> Option<Result<Value, Why>> {
    Some(match op {
        BinaryOp::Add | BinaryOp::Subtract | BinaryOp::Remainder => within(op, left, right),
        BinaryOp::Divide if left.dimension() == right.dimension() => ratio(left, right),
        BinaryOp::Multiply | BinaryOp::Divide if right.dimension() == Dimension::Proportion => scaled(op, left, right),
        BinaryOp::Multiply if left.dimension() == Dimension::Proportion => scaled(op, right, left),
        _ => return None,
    })
}

/// Within a dimension, in the unit of the left one.
fn within(op: BinaryOp, left: &Quantity, right: &Quantity) -> Result<Value, Why> {
    // Degrees of two scales differ by more than a factor: only their difference has a
    // meaning, in degrees of the left one.
    let scales = left.unit != right.unit && left.dimension() == Dimension::Temperature;
    if scales && op != BinaryOp::Subtract {
        return Err(dimensions(left, right));
    }
    let right = right.in_unit(&left.unit).ok_or_else(|| dimensions(left, right))?;
    let number = number::combine(op, left.number, right.number)?;
    Ok(Quantity::new(number, left.unit.clone()).into())
}

fn ratio(left: &Quantity, right: &Quantity) -> Result<Value, Why> {
    let (numerator, denominator) =
        if left.unit == right.unit { (left.number, right.number) } else { (left.base(), right.base()) };
    Ok(number::combine(BinaryOp::Divide, numerator, denominator)?.into())
}

/// `quantity` times or divided by a proportion, in its own unit.
fn scaled(op: BinaryOp, quantity: &Quantity, proportion: &Quantity) -> Result<Value, Why> {
    let number = number::combine(op, quantity.number, proportion.base())?;
    Ok(Quantity::new(number, quantity.unit.clone()).into())
}

/// The sum of quantities of one dimension, in the unit of the first; `None` of none.
pub(in super::super) fn sum(quantities: &[Quantity]) -> Result<Option<Quantity>, Why> {
    let Some(first) = quantities.first() else {
        return Ok(None);
    };
    if let Some(other) = quantities.iter().find(|other| !adds_to(first, other)) {
        return Err(dimensions(first, other));
    }
    // Converted once, after adding, so that rounding does not add up.
    let one_unit = quantities.iter().all(|quantity| quantity.unit == first.unit);
    let of = |quantity: &Quantity| if one_unit { quantity.number } else { quantity.base() };
    let sum: Number = number::sum(quantities.iter().map(of).collect())?;
    Ok(Some(if one_unit { Quantity::new(sum, first.unit.clone()) } else { Quantity::of_base(sum, first.unit.clone()) }))
}

fn adds_to(left: &Quantity, right: &Quantity) -> bool {
    let dimension = left.dimension();
    dimension == right.dimension() && (left.unit == right.unit || dimension != Dimension::Temperature)
}

fn dimensions(left: &Quantity, right: &Quantity) -> Why {
    EvalErrorKind::Dimensions { left: left.dimension(), right: right.dimension() }.into()
}
