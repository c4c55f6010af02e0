//! Whether a fact meets the conditions of a retrieval.
//!
//! Conditions are three-valued: a date of 2011 is neither before nor after July 2011. What
//! is undecided does not match, and is counted.

use std::{cmp::Ordering, sync::Arc};

use kag_core::{Fact, Interval, NameKey, NodeId, PartialDate, Value};

use super::{Context, names};
use crate::{
    Memory, Result,
    logical::{Comparison, Constraint, Operand, Path, Role},
};

/// Whether a condition holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Holds {
    Yes,
    No,
    /// The values do not decide it.
    Undecided,
    /// It asks for a time, and the fact has none.
    Untimed,
}

/// Whether `fact` meets `constraint`.
///
/// A condition that refers to several values holds where it holds for one of them, and `!=`
/// where no value equals any. `in` a list or a variable asks for an equal; `in` one text
/// asks for a part of it.
pub(super) fn holds(context: &Context<'_>, memory: &Memory, fact: &Fact, constraint: &Constraint) -> Result<Holds> {
    let wanted = operand_values(context, memory, &constraint.value)?;
    if constraint.is_time() {
        let Some(time) = fact.time() else { return Ok(Holds::Untimed) };
        return Ok(any(&[()], &wanted, |(), value| time_holds(time, constraint.comparison, value)));
    }
    let found = match constraint.on {
        Role::Predicate => {
            let qualifiers = fact.qualifiers.iter();
            let named = qualifiers.filter(|(name, _)| names::same_name(name, &constraint.property));
            named.map(|(_, value)| value.clone()).collect()
        }
        Role::Subject => own_or_property(context, fact.subject, &constraint.property)?,
        Role::Object => match &fact.object {
            Value::Node(node) => own_or_property(context, *node, &constraint.property)?,
            literal => vec![literal.clone()],
        },
    };
    match constraint.comparison {
        Comparison::NotEqual if found.is_empty() => Ok(Holds::No),
        Comparison::NotEqual => Ok(match compare_any(context, &found, Comparison::Equal, &wanted)? {
            Holds::Yes => Holds::No,
            Holds::No => Holds::Yes,
            other => other,
        }),
        Comparison::In if !matches!(constraint.value, Operand::Value(_)) => {
            compare_any(context, &found, Comparison::Equal, &wanted)
        }
        comparison => compare_any(context, &found, comparison, &wanted),
    }
}

/// Whether some value on the left compares so with some one on the right.
fn compare_any(context: &Context<'_>, left: &[Value], comparison: Comparison, right: &[Value]) -> Result<Holds> {
    let mut failed = None;
    let holds = any(left, right, |left, right| {
        value_holds(context, left, comparison, right).unwrap_or_else(|error| {
            failed = Some(error);
            Holds::Undecided
        })
    });
    failed.map_or(Ok(holds), Err)
}

fn any<T>(found: &[T], wanted: &[Value], mut holds: impl FnMut(&T, &Value) -> Holds) -> Holds {
    let mut worst = Holds::No;
    for pair in found.iter().flat_map(|found| wanted.iter().map(move |wanted| (found, wanted))) {
        match holds(pair.0, pair.1) {
            Holds::Yes => return Holds::Yes,
            Holds::No => {}
            other => worst = other,
        }
    }
    worst
}

/// The values that `operand` stands for.
pub(super) fn operand_values(context: &Context<'_>, memory: &Memory, operand: &Operand) -> Result<Vec<Value>> {
    match operand {
        Operand::Value(Value::Text(text)) => Ok(vec![Value::read(text)]),
        Operand::Value(value) => Ok(vec![value.clone()]),
        Operand::Path(path) => path_values(context, memory, path),
        Operand::List(items) => {
            let mut values = Vec::new();
            for item in items {
                values.extend(operand_values(context, memory, item)?);
            }
            Ok(values)
        }
    }
}

/// The distinct values of a variable, or of a property of the nodes it is bound to.
pub(super) fn path_values(context: &Context<'_>, memory: &Memory, path: &Path) -> Result<Vec<Value>> {
    let values: Vec<Value> =
        memory.values(&path.var).unwrap_or_default().into_iter().map(|cell| cell.value.clone()).collect();
    let Some(property) = &path.property else { return Ok(values) };
    let mut found = Vec::new();
    for value in values {
        if let Value::Node(node) = value {
            found.extend(property_values(context, node, property)?);
        }
    }
    Ok(found)
}

/// The values of the property called `property` of `node`, by fact; then those that rules
/// derive. Where no fact says so, `name` is what the node is called, and `alias` how else.
pub(super) fn property_values(context: &Context<'_>, node: NodeId, property: &str) -> Result<Vec<Value>> {
    let stated = stated_values(context, node, property)?;
    if !stated.is_empty() {
        return Ok(stated);
    }
    let Some(node) = context.node(node)? else { return Ok(stated) };
    Ok(match property {
        "name" | "名称" => vec![Value::Text(Arc::clone(&node.name))],
        "alias" | "别名" => node.aliases.iter().cloned().map(Value::Text).collect(),
        _ => stated,
    })
}

/// Like [`property_values`]; the node itself where it has no property [`Constraint::VALUE`].
fn own_or_property(context: &Context<'_>, node: NodeId, property: &str) -> Result<Vec<Value>> {
    let values = property_values(context, node, property)?;
    let itself = values.is_empty() && property == Constraint::VALUE;
    Ok(if itself { vec![Value::Node(node)] } else { values })
}

fn stated_values(context: &Context<'_>, node: NodeId, property: &str) -> Result<Vec<Value>> {
    let meant = names::predicates(context, &[property.into()]).unwrap_or_default();
    let facts = context.view.outgoing(node)?.into_iter();
    let stored = facts.filter(|record| meant.contains(&record.fact.predicate));
    let mut values: Vec<Value> = stored.map(|record| record.fact.object.clone()).collect();
    if let Some(rules) = &context.rules {
        for predicate in meant.iter().filter(|predicate| rules.define(predicate)) {
            let derived = rules.facts_of(node, predicate)?.into_iter().filter(|inferred| inferred.rule.is_some());
            values.extend(derived.map(|inferred| inferred.fact.object));
        }
    }
    Ok(values)
}

fn time_holds(time: Interval, comparison: Comparison, value: &Value) -> Holds {
    let Some(wanted) = time_of(value) else { return Holds::Undecided };
    match comparison {
        Comparison::Equal | Comparison::In | Comparison::Contains => yes_no(time.meets(wanted)),
        Comparison::NotEqual => yes_no(!time.meets(wanted)),
        _ => time.compare(wanted).map_or(Holds::Undecided, |order| yes_no(satisfies(order, comparison))),
    }
}

/// The time that `value` means as a condition: a whole number is a year, a text is read.
fn time_of(value: &Value) -> Option<Interval> {
    match value {
        Value::Integer(year) => i16::try_from(*year).ok().and_then(PartialDate::of_year).map(Interval::from),
        Value::Text(text) => PartialDate::read(text).map(Interval::from),
        other => other.as_interval(),
    }
}

fn value_holds(context: &Context<'_>, found: &Value, comparison: Comparison, wanted: &Value) -> Result<Holds> {
    let found_is_time = found.as_interval().is_some();
    Ok(match comparison {
        Comparison::In => contains(context, wanted, found)?,
        Comparison::Contains => contains(context, found, wanted)?,
        Comparison::Equal | Comparison::NotEqual => match equal(context, found, wanted)? {
            Some(same) => yes_no(same == (comparison == Comparison::Equal)),
            None => Holds::Undecided,
        },
        _ => {
            // A whole number against a date is a year.
            let order = match (time_of(found), time_of(wanted)) {
                (Some(found), Some(wanted)) if found_is_time => found.compare(wanted),
                _ => found.compare(wanted).unwrap_or(None),
            };
            order.map_or(Holds::Undecided, |order| yes_no(satisfies(order, comparison)))
        }
    })
}

/// Equality for conditions: a date equals the year that it lies in, text equals its other
/// widths and cases and the nodes that are called so, and values of kinds that cannot be
/// compared differ.
fn equal(context: &Context<'_>, found: &Value, wanted: &Value) -> Result<Option<bool>> {
    match (found, wanted) {
        (Value::Text(found), Value::Text(wanted)) => return Ok(Some(names::same_name(found, wanted))),
        (Value::Node(node), Value::Text(name)) | (Value::Text(name), Value::Node(node)) => {
            return Ok(Some(context.view.named(&NameKey::of(name))?.contains(node)));
        }
        _ => {}
    }
    if let (Value::Date(_) | Value::Interval(_), Some(wanted)) = (found, time_of(wanted)) {
        return Ok(time_of(found).map(|found| found.meets(wanted)));
    }
    Ok(found.equals(wanted).unwrap_or(Some(false)))
}

fn contains(context: &Context<'_>, whole: &Value, part: &Value) -> Result<Holds> {
    Ok(match (whole, part) {
        (Value::List(items), part) => compare_any(context, items, Comparison::Equal, std::slice::from_ref(part))?,
        (Value::Text(whole), Value::Text(part)) => {
            yes_no(NameKey::of(whole).as_str().contains(NameKey::of(part).as_str()))
        }
        (Value::Interval(whole), part) => time_of(part).map_or(Holds::Undecided, |part| yes_no(whole.meets(part))),
        (whole, part) => equal(context, whole, part)?.map_or(Holds::Undecided, yes_no),
    })
}

fn satisfies(order: Ordering, comparison: Comparison) -> bool {
    match comparison {
        Comparison::Less => order.is_lt(),
        Comparison::LessOrEqual => order.is_le(),
        Comparison::Greater => order.is_gt(),
        Comparison::GreaterOrEqual => order.is_ge(),
        Comparison::Equal | Comparison::In | Comparison::Contains => order.is_eq(),
        Comparison::NotEqual => order.is_ne(),
    }
}

/// Whether every value on the left compares so with every one on the right; `None` where a
/// side is empty or a pair is undecided.
pub(super) fn compare_all(
    context: &Context<'_>,
    left: &[Value],
    comparison: Comparison,
    right: &[Value],
) -> Result<Option<bool>> {
    let pairs = left.iter().flat_map(|left| right.iter().map(move |right| (left, right)));
    let mut decided = None;
    for (left, right) in pairs {
        match value_holds(context, left, comparison, right)? {
            Holds::Yes => decided = Some(true),
            Holds::No => return Ok(Some(false)),
            Holds::Undecided | Holds::Untimed => return Ok(None),
        }
    }
    Ok(decided)
}

fn yes_no(holds: bool) -> Holds {
    if holds { Holds::Yes } else { Holds::No }
}
