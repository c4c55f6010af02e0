//! Functions of many values. Missing values are left out.

use std::cmp::Ordering;

use kag_core::{Number, Value};
use kag_schema::BinaryOp;

use super::{Arguments, EvalErrorKind, Family, Term, Why, arithmetic, compare, count, distinct, logic, reading};

pub(super) const FAMILY: Family = &[
    ("count", |arguments| column(arguments).map(|values| count(distinct::distinct(values).len()))),
    ("count_distinct", |arguments| column(arguments).map(|values| count(distinct::distinct(values).len()))),
    ("count_all", |arguments| column(arguments).map(|values| count(values.len()))),
    ("sum", |arguments| sum(&arguments.values()?).map(Term::Value)),
    ("mean", |arguments| of_some(arguments, "mean", |values| mean(values).map(Some))),
    ("min", |arguments| of_some(arguments, "min", least)),
    ("max", |arguments| of_some(arguments, "max", greatest)),
    ("concat_agg", concatenated),
    ("argmin", |arguments| at_extreme(arguments, Extreme::Least, "argmin")),
    ("argmax", |arguments| at_extreme(arguments, Extreme::Greatest, "argmax")),
    ("all", |arguments| decide(arguments, BinaryOp::And)),
    ("any", |arguments| decide(arguments, BinaryOp::Or)),
];

fn column(arguments: Arguments<'_>) -> Result<Vec<Value>, Why> {
    let [term] = arguments.exactly()?;
    term.into_values()
}

/// The aggregate of at least one value; of none an error, in rules missing.
fn of_some(
    arguments: Arguments<'_>,
    function: &'static str,
    of: impl Fn(&[Value]) -> Result<Option<Value>, Why>,
) -> Result<Term, Why> {
    let context = arguments.context;
    let values = arguments.values()?;
    if values.is_empty() {
        return if context.is_rule() { Ok(Term::Missing) } else { Err(EvalErrorKind::Empty { function }.into()) };
    }
    Ok(of(&values)?.into())
}

/// The values as text with commas between them.
fn concatenated(arguments: Arguments<'_>) -> Result<Term, Why> {
    let context = arguments.context;
    let texts: Vec<String> =
        column(arguments)?.iter().map(|value| reading::shown(value, context.environment)).collect();
    Ok(Term::Value(texts.join(",").into()))
}

/// The sum; 0 of nothing.
pub(in super::super) fn sum(values: &[Value]) -> Result<Value, Why> {
    total(values).map(|total| total.unwrap_or(Value::Integer(0)))
}

/// The sum divided by how many there are.
pub(in super::super) fn mean(values: &[Value]) -> Result<Value, Why> {
    let Some(total) = total(values)? else {
        return Err(EvalErrorKind::Empty { function: "mean" }.into());
    };
    let count = Number::Integer(i64::try_from(values.len()).unwrap_or(i64::MAX));
    let divided = |number| arithmetic::number::combine(BinaryOp::Divide, number, count);
    arithmetic::amount(&total, 1, divided)
}

/// The least value; `None` of nothing.
pub(in super::super) fn least(values: &[Value]) -> Result<Option<Value>, Why> {
    Ok(place_of(values, Extreme::Least)?.and_then(|place| values.get(place).cloned()))
}

/// The greatest value; `None` of nothing.
pub(in super::super) fn greatest(values: &[Value]) -> Result<Option<Value>, Why> {
    Ok(place_of(values, Extreme::Greatest)?.and_then(|place| values.get(place).cloned()))
}

/// The sum of numbers, or of quantities of one dimension in the unit of the first; `None`
/// of nothing.
fn total(values: &[Value]) -> Result<Option<Value>, Why> {
    let (mut numbers, mut quantities) = (Vec::new(), Vec::new());
    for value in values {
        match (value.as_number(), value) {
            (Some(number), _) => numbers.push(number),
            (None, Value::Quantity(quantity)) => quantities.push(quantity.clone()),
            _ => return Err(Why::operand(1, value, "numbers or quantities")),
        }
    }
    match (numbers.is_empty(), arithmetic::quantity::sum(&quantities)?) {
        (true, None) => Ok(None),
        (true, Some(quantity)) => Ok(Some(quantity.into())),
        (false, None) => Ok(Some(arithmetic::number::sum(numbers)?.into())),
        (false, Some(quantity)) => Err(Why::operand(1, &quantity.into(), "a number, as the others are")),
    }
}

/// Which end of an order.
#[derive(Clone, Copy)]
enum Extreme {
    Least,
    Greatest,
}

/// The value at the place of the least or greatest key; places without a key are left out.
fn at_extreme(arguments: Arguments<'_>, which: Extreme, function: &'static str) -> Result<Term, Why> {
    let [values, keys] = arguments.exactly()?;
    let (values, keys) = (values.into_column()?, keys.into_column()?);
    if values.len() != keys.len() {
        return Err(EvalErrorKind::Lengths { left: values.len(), right: keys.len() }.into());
    }
    let (values, keys): (Vec<Option<Value>>, Vec<Value>) =
        values.into_iter().zip(keys).filter_map(|(value, key)| Some((value, key?))).unzip();
    let place = place_of(&keys, which)?.ok_or(EvalErrorKind::Empty { function })?;
    Ok(values.into_iter().nth(place).flatten().into())
}

/// The place of the least or greatest value, the first of equal ones; `None` of nothing.
///
/// # Errors
///
/// Where it is undecided against another value, or does not compare with it.
fn place_of(values: &[Value], which: Extreme) -> Result<Option<usize>, Why> {
    // What is decidedly the least comes first in sorted output too, or equals what does:
    // so there is one candidate, which then has to hold against all.
    let sorted = |left: &Value, right: &Value| match which {
        Extreme::Least => left.total_cmp(right),
        Extreme::Greatest => right.total_cmp(left),
    };
    let Some(candidate) = values.iter().min_by(|left, right| sorted(left, right)) else {
        return Ok(None);
    };
    let mut first = None;
    for (place, value) in values.iter().enumerate() {
        if compare::order(candidate, value)? == Ordering::Equal && first.is_none() {
            first = Some(place);
        }
    }
    Ok(first)
}

/// Whether all (`and`) or any (`or`) of the conditions hold.
fn decide(arguments: Arguments<'_>, op: BinaryOp) -> Result<Term, Why> {
    let mut result = Term::from(op == BinaryOp::And);
    for term in arguments.some()? {
        for value in column_of_conditions(term)? {
            result = match logic::combine(op, result, || Ok(value)) {
                Ok(term) => term,
                Err(why) => Term::open(why)?,
            };
        }
    }
    Ok(result)
}

fn column_of_conditions(term: Term) -> Result<Vec<Term>, Why> {
    match term {
        undecided @ Term::Undecided(_) => Ok(vec![undecided]),
        term => Ok(term.into_values()?.into_iter().map(Term::from).collect()),
    }
}
