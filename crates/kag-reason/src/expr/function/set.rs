//! Lists as sets: each value once, by meaning, in the order of its first occurrence.

use std::collections::HashSet;

use kag_core::Value;

use super::{Arguments, EvalErrorKind, Family, Term, Why, distinct};

pub(super) const FAMILY: Family = &[
    ("union", |arguments| arguments.values().map(|values| distinct::distinct(values).into())),
    ("intersection", |arguments| sets(arguments).map(|sets| kept(&sets, |found, all| found == all))),
    ("difference", |arguments| pair(arguments).map(|sets| kept(&sets, |found, _| found == 1))),
    ("distinct", |arguments| one(arguments).map(|values| distinct::distinct(values).into())),
    ("first", |arguments| one(arguments).and_then(|values| end(values.into_iter().next(), "first"))),
    ("last", |arguments| one(arguments).and_then(|values| end(values.into_iter().next_back(), "last"))),
];

fn one(arguments: Arguments<'_>) -> Result<Vec<Value>, Why> {
    let [values] = arguments.exactly()?;
    values.into_values()
}

fn sets(arguments: Arguments<'_>) -> Result<Vec<Vec<Value>>, Why> {
    arguments.some()?.into_iter().map(Term::into_values).collect()
}

fn pair(arguments: Arguments<'_>) -> Result<Vec<Vec<Value>>, Why> {
    let [set, without] = arguments.exactly()?;
    Ok(vec![set.into_values()?, without.into_values()?])
}

/// The values of the first set that `keep` keeps, given in how many of how many sets they
/// are.
fn kept(sets: &[Vec<Value>], keep: impl Fn(usize, usize) -> bool) -> Term {
    let all: Vec<Value> = sets.iter().flatten().cloned().collect();
    let mut classes = distinct::classes(&all).into_iter();
    let by_set: Vec<Vec<usize>> = sets.iter().map(|set| classes.by_ref().take(set.len()).collect()).collect();
    let members: Vec<HashSet<usize>> = by_set.iter().map(|set| set.iter().copied().collect()).collect();
    let (Some(first), Some(first_classes)) = (sets.first(), by_set.first()) else {
        return Vec::<Value>::new().into();
    };
    let mut seen = HashSet::new();
    let found = |class: &usize| members.iter().filter(|set| set.contains(class)).count();
    first
        .iter()
        .zip(first_classes)
        .filter(|(_, class)| keep(found(class), members.len()) && seen.insert(**class))
        .map(|(value, _)| value.clone())
        .collect::<Vec<_>>()
        .into()
}

fn end(value: Option<Value>, function: &'static str) -> Result<Term, Why> {
    value.map(Term::from).ok_or_else(|| EvalErrorKind::Empty { function }.into())
}
