//! Telling different values apart by meaning.

use std::collections::HashSet;

use kag_core::Value;

/// The different values, each once, in the order of their first occurrence.
///
/// Values that are equal by meaning ([`Value::equals`]) are one: 5 and the float 5, 1 km and
/// 1000 m. What is undecided is different.
pub(super) fn distinct(values: Vec<Value>) -> Vec<Value> {
    let mut seen = HashSet::new();
    let classes = classes(&values);
    let kept = classes.into_iter().zip(values);
    kept.filter(|(class, _)| seen.insert(*class)).map(|(_, value)| value).collect()
}

/// For each value, the place of the first one that equals it by meaning.
pub(super) fn classes(values: &[Value]) -> Vec<usize> {
    // In sorted output, numbers, quantities and dates that are equal by meaning stand next
    // to each other, and so does everything that is the same value.
    let mut order: Vec<(usize, &Value)> = values.iter().enumerate().collect();
    order.sort_by(|(_, left), (_, right)| left.total_cmp(right));
    let mut firsts: Vec<(usize, usize)> = Vec::with_capacity(order.len());
    for run in order.chunk_by(|(_, left), (_, right)| same(left, right)) {
        let first = run.iter().map(|(place, _)| *place).min().unwrap_or_default();
        firsts.extend(run.iter().map(|(place, _)| (*place, first)));
    }
    firsts.sort_unstable();
    firsts.into_iter().map(|(_, first)| first).collect()
}

/// Whether two values are known to be equal by meaning.
pub(super) fn same(left: &Value, right: &Value) -> bool {
    left == right || matches!(left.equals(right), Ok(Some(true)))
}
