//! Splitting rows into groups.
//!
//! Groups are numbered in the order of their first rows, so that what comes of them does not
//! hang on how they were split.

use super::{
    table::{Table, Unit},
    world::{FastMap, NONE, span},
};

/// Splits groups by a further column; gives how many there are then. Groups are numbered in
/// the order of their first rows, before and after.
pub(super) fn refine(group_of: &mut [u32], column: &[u32]) -> usize {
    match span(column) {
        Some(span) => refine_in_order(group_of, column, span),
        None => refine_by_hash(group_of, column),
    }
}

fn refine_by_hash(group_of: &mut [u32], column: &[u32]) -> usize {
    let mut numbers: FastMap<u64, u32> = FastMap::default();
    for (group, number) in group_of.iter_mut().zip(column) {
        let next = u32::try_from(numbers.len()).unwrap_or(NONE);
        *group = *numbers.entry(u64::from(*group) << 32 | u64::from(*number)).or_insert(next);
    }
    numbers.len()
}

/// The same for numbers of which most below `span` are there: group after group, with one
/// array in which each number remembers the last group that had it. Time and the memory
/// passed through grow with the rows and `span`.
fn refine_in_order(group_of: &mut [u32], column: &[u32], span: usize) -> usize {
    let rows = Rows::by_group(group_of);
    // By number (the last place is for NONE): the row of the last group that first had it, and
    // that group, numbered from 1.
    let mut seen: Vec<(u32, u32)> = vec![(0, 0); span + 1];
    // By row, the first row of its new group.
    let mut first_of = vec![0_u32; group_of.len()];
    for (group, members) in rows.groups().zip(1_u32..).map(|(members, group)| (group, members)) {
        for row in members {
            let number = column.get(*row as usize).map_or(span, |number| (*number as usize).min(span));
            let Some(seen) = seen.get_mut(number) else { continue };
            if seen.1 != group {
                *seen = (*row, group);
            }
            first_of.iter_mut().skip(*row as usize).take(1).for_each(|first| *first = seen.0);
        }
    }
    let mut count = 0;
    for (row, (place, first)) in (0_u32..).zip(group_of.iter_mut().zip(&first_of)) {
        // The first row of a group comes before its others, and remembers its number.
        *place = if *first == row { count } else { NONE };
        count += u32::from(*first == row);
    }
    for (row, first) in first_of.iter().enumerate() {
        let number = group_of.get(*first as usize).copied().unwrap_or(NONE);
        group_of.iter_mut().skip(row).take(1).for_each(|place| *place = number);
    }
    count as usize
}

/// Rows, group after group.
pub(super) struct Rows {
    pub(super) order: Vec<u32>,
    /// Where each group begins; one more at the end.
    pub(super) begins: Vec<u32>,
}

impl Rows {
    /// All rows, those of a group in order.
    fn by_group(group_of: &[u32]) -> Self {
        let count = group_of.iter().max().map_or(0, |most| *most as usize + 1);
        Self::of(group_of, count, |_| true)
    }

    /// Those rows that count.
    pub(super) fn of(group_of: &[u32], count: usize, counts: impl Fn(usize) -> bool) -> Self {
        let mut begins = vec![0_u32; count + 1];
        let counted = || group_of.iter().enumerate().filter(|(row, _)| counts(*row));
        for (_, group) in counted() {
            begins.iter_mut().skip(*group as usize + 1).take(1).for_each(|begin| *begin += 1);
        }
        let mut sum = 0;
        for begin in &mut begins {
            sum += *begin;
            *begin = sum;
        }
        let mut next = begins.clone();
        let mut order = vec![0; sum as usize];
        for (row, group) in counted() {
            let Some(place) = next.get_mut(*group as usize) else { continue };
            if let Some(slot) = order.get_mut(*place as usize) {
                *slot = u32::try_from(row).unwrap_or(NONE);
            }
            *place += 1;
        }
        Self { order, begins }
    }

    fn groups(&self) -> impl Iterator<Item = &[u32]> {
        let ends = self.begins.iter().zip(self.begins.iter().skip(1));
        ends.map(|(begin, end)| self.order.get(*begin as usize..*end as usize).unwrap_or_default())
    }
}

/// Of `rows`, the first for each different thing of a group.
pub(super) fn first_of_each(table: &Table, group_of: &[u32], unit: &Unit, rows: Vec<usize>) -> Vec<usize> {
    let mut thing_of = group_of.to_vec();
    let mut count = thing_of.iter().max().map_or(0, |most| *most as usize + 1);
    for part in unit {
        if let Some(column) = table.part(part) {
            count = refine(&mut thing_of, column);
        }
    }
    let mut seen = vec![false; count];
    let mut is_first = |row: &usize| {
        let place = thing_of.get(*row).and_then(|thing| seen.get_mut(*thing as usize));
        place.is_some_and(|seen| !std::mem::replace(seen, true))
    };
    rows.into_iter().filter(|row| is_first(row)).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn groups_are_split_alike_in_order_and_by_hash(rows in prop::collection::vec((0..4_u32, 0..5_u32), 0..40)) {
            let mut groups = vec![0; rows.len()];
            refine_by_hash(&mut groups, &rows.iter().map(|(group, _)| *group).collect::<Vec<_>>());
            let column: Vec<u32> = rows.iter().map(|(_, number)| if *number == 4 { NONE } else { *number }).collect();
            let (mut in_order, mut by_hash) = (groups.clone(), groups);
            let span = span(&column).unwrap_or(4);
            let counts = (refine_in_order(&mut in_order, &column, span), refine_by_hash(&mut by_hash, &column));
            prop_assert_eq!(counts.0, counts.1);
            prop_assert_eq!(in_order, by_hash);
        }
    }
}
