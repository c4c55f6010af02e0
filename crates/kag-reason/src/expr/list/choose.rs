//! Taking items of a list by place and order.

use std::cmp::Ordering;

use kag_core::Value;

use super::{Term, Why};

/// The item at `place` from 0, the first where none is said; missing beyond the end.
pub(super) fn get(items: Vec<Option<Value>>, place: Option<i64>) -> Result<Term, Why> {
    let place = usize::try_from(place.unwrap_or(0)).ok();
    Ok(place.and_then(|place| items.into_iter().nth(place).flatten()).into())
}

/// The items from place `from` up to but without place `to`, counted from 0.
pub(super) fn slice(items: Vec<Option<Value>>, from: Option<i64>, to: Option<i64>) -> Term {
    let from = clamped(from.unwrap_or(0), items.len());
    let to = to.map_or(items.len(), |to| clamped(to, items.len()));
    Term::Column(items.into_iter().take(to).skip(from).collect())
}

/// The first `count` items.
pub(super) fn limit(items: Vec<Option<Value>>, count: Option<i64>) -> Term {
    slice(items, None, count.map(|count| count.max(0)))
}

/// The first item; the first `count`; all but the last ones where that is negative.
pub(super) fn head(items: Vec<Option<Value>>, count: Option<i64>) -> Result<Term, Why> {
    let Some(count) = count else {
        return get(items, None);
    };
    let kept = if count < 0 { i64::try_from(items.len()).unwrap_or(i64::MAX).saturating_add(count) } else { count };
    Ok(limit(items, Some(kept)))
}

/// The last item; the last `count`; all but the first ones where that is negative.
pub(super) fn tail(mut items: Vec<Option<Value>>, count: Option<i64>) -> Result<Term, Why> {
    let Some(count) = count else {
        return Ok(items.pop().flatten().into());
    };
    let length = i64::try_from(items.len()).unwrap_or(i64::MAX);
    let from = if count < 0 { count.saturating_neg() } else { length.saturating_sub(count) };
    Ok(slice(items, Some(from), None))
}

#[derive(Clone, Copy)]
pub(super) enum Order {
    Ascending,
    Descending,
}

/// `items` in the order of their keys, equal ones as they were, those without a key last.
pub(super) fn sorted(items: Vec<Option<Value>>, keys: Vec<Option<Value>>, order: Order) -> Term {
    let mut keyed: Vec<(Option<Value>, Option<Value>)> = keys.into_iter().zip(items).collect();
    keyed.sort_by(|(left, _), (right, _)| match (left, right) {
        (Some(left), Some(right)) => match order {
            Order::Ascending => left.total_cmp(right),
            Order::Descending => right.total_cmp(left),
        },
        (left, right) => left.is_none().cmp(&right.is_none()).then(Ordering::Equal),
    });
    Term::Column(keyed.into_iter().map(|(_, item)| item).collect())
}

fn clamped(place: i64, length: usize) -> usize {
    usize::try_from(place.max(0)).map_or(length, |place| place.min(length))
}
