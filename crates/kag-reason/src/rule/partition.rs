//! Splitting rows into groups.
//!
//! Groups are numbered in the order of their first rows, so that what comes of them does not
//! hang on how they were split.

use super::{
    table::{Table, Unit},
    world::{FastMap, NONE, Span},
};

/// Splits groups by a further column; gives how many there are then. Groups are numbered in
/// the order of their first rows, before and after.
pub(super) fn refine(group_of: &mut [u32], column: &[u32]) -> usize {
    let groups = Span::whole(group_of);
    let Some(span) = Span::of(column) else { return refine_by_hash(group_of, column) };
    if lie_together(group_of, groups) {
        refine_runs(group_of, column, span.len + 1, |group, number| (group, span.place(number).unwrap_or(span.len)))
    } else if lie_together(column, span) {
        let place = |group: u32| groups.place(group).unwrap_or_default();
        refine_runs(group_of, column, groups.len, |group, number| (number, place(group)))
    } else {
        refine_in_order(group_of, column, span)
    }
}

/// Whether the rows with one number follow each other, whichever it is. Where they do not, that
/// mostly shows soon.
fn lie_together(column: &[u32], span: Span) -> bool {
    let mut begun = vec![false; span.len + 1];
    let mut last = None;
    column.iter().all(|number| {
        let same = last == Some(*number);
        last = Some(*number);
        let place = begun.get_mut(span.place(*number).unwrap_or(span.len));
        same || place.is_some_and(|begun| !std::mem::replace(begun, true))
    })
}

/// Splits groups in one pass: `ways` gives of a group and a number what the rows of lie together,
/// and the place, below `places`, of the other.
fn refine_runs(group_of: &mut [u32], column: &[u32], places: usize, ways: impl Fn(u32, u32) -> (u32, usize)) -> usize {
    // By place, the last run that had it, and the group of both.
    let mut seen: Vec<(u32, u32)> = vec![(0, 0); places];
    let (mut run, mut last, mut count) = (0, None, 0);
    for (group, number) in group_of.iter_mut().zip(column) {
        let (outer, place) = ways(*group, *number);
        if last != Some(outer) {
            (run, last) = (run + 1, Some(outer));
        }
        let Some(seen) = seen.get_mut(place) else { continue };
        if seen.0 != run {
            *seen = (run, count);
            count += 1;
        }
        *group = seen.1;
    }
    count as usize
}

fn refine_by_hash(group_of: &mut [u32], column: &[u32]) -> usize {
    let mut numbers: FastMap<u64, u32> = FastMap::default();
    for (group, number) in group_of.iter_mut().zip(column) {
        let next = u32::try_from(numbers.len()).unwrap_or(NONE);
        *group = *numbers.entry(u64::from(*group) << 32 | u64::from(*number)).or_insert(next);
    }
    numbers.len()
}

/// The same for numbers of which most in `span` are there: group after group, with one array in
/// which each number remembers the last group that had it. Time and the memory
/// passed through grow with the rows and `span`.
fn refine_in_order(group_of: &mut [u32], column: &[u32], span: Span) -> usize {
    let rows = Rows::by_group(group_of);
    // By number (the last place is for NONE): the row of the last group that first had it, and
    // that group, numbered from 1.
    let mut seen: Vec<(u32, u32)> = vec![(0, 0); span.len + 1];
    // By row, the first row of its new group.
    let mut first_of = vec![0_u32; group_of.len()];
    for (group, members) in rows.groups().zip(1_u32..).map(|(members, group)| (group, members)) {
        for row in members {
            let number = column.get(*row as usize).and_then(|number| span.place(*number)).unwrap_or(span.len);
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
#[derive(Debug)]
pub(super) struct Rows {
    order: Vec<u32>,
    /// Where each group begins; one more at the end.
    begins: Vec<u32>,
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

    /// The rows of a group.
    pub(super) fn of_group(&self, group: u32) -> &[u32] {
        let begin = self.begins.get(group as usize).copied().unwrap_or_default();
        let end = self.begins.get(group as usize + 1).copied().unwrap_or(begin);
        self.order.get(begin as usize..end as usize).unwrap_or_default()
    }

    fn groups(&self) -> impl Iterator<Item = &[u32]> {
        let ends = self.begins.iter().zip(self.begins.iter().skip(1));
        ends.map(|(begin, end)| self.order.get(*begin as usize..*end as usize).unwrap_or_default())
    }
}

/// Of `rows`, the first for each different thing of a group.
pub(super) fn first_of_each(table: &Table, group_of: &[u32], unit: &Unit, rows: Vec<u32>) -> Vec<u32> {
    let span = Span::whole(group_of);
    let place = |row: u32| group_of.get(row as usize).and_then(|group| span.place(*group));
    let mut sizes = vec![0_u32; span.len];
    for row in &rows {
        place(*row).and_then(|place| sizes.get_mut(place)).into_iter().for_each(|size| *size += 1);
    }
    // A row that is alone in its group is the first. Only others need telling apart.
    let is_alone = |row: u32| place(row).and_then(|place| sizes.get(place)) == Some(&1);
    let others: Vec<u32> = rows.iter().copied().filter(|row| !is_alone(*row)).collect();
    let of_others = |column: &[u32]| -> Vec<u32> {
        others.iter().map(|row| column.get(*row as usize).copied().unwrap_or(NONE)).collect()
    };
    let mut thing_of = vec![0; others.len()];
    refine(&mut thing_of, &of_others(group_of));
    for part in unit {
        if let Some(column) = table.part(part) {
            refine(&mut thing_of, &of_others(column));
        }
    }
    let mut first = First::default();
    let mut things = thing_of.into_iter();
    rows.into_iter().filter(|row| is_alone(*row) || things.next().is_some_and(|thing| first.is_new(thing))).collect()
}

/// Tells which rows are the first of their groups, asked of one after the other.
#[derive(Default)]
pub(super) struct First(u32);

impl First {
    /// Whether the next row, which is of `group`, is its first.
    pub(super) fn is_new(&mut self, group: u32) -> bool {
        let new = group == self.0;
        self.0 += u32::from(new);
        new
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::rule::table::Part;

    proptest! {
        #[test]
        fn groups_are_split_alike_however(
            rows in prop::collection::vec((0..4_u32, 0..5_u32), 0..40),
            sorted in 0..3,
        ) {
            let mut rows = rows;
            match sorted {
                0 => rows.sort_unstable(),
                1 => rows.sort_by_key(|(_, number)| *number),
                _ => {}
            }
            let mut groups = vec![0; rows.len()];
            refine_by_hash(&mut groups, &rows.iter().map(|(group, _)| *group).collect::<Vec<_>>());
            let column: Vec<u32> = rows.iter().map(|(_, number)| if *number == 4 { NONE } else { *number + 3 }).collect();
            let (mut chosen, mut in_order, mut by_hash) = (groups.clone(), groups.clone(), groups.clone());
            let expect = refine_by_hash(&mut by_hash, &column);
            prop_assert_eq!(refine(&mut chosen, &column), expect);
            prop_assert_eq!(refine_in_order(&mut in_order, &column, Span::whole(&column)), expect);
            prop_assert_eq!(&chosen, &by_hash);
            prop_assert_eq!(&in_order, &by_hash);

            let mut table = Table::unit(0, 1);
            table.rows = rows.len();
            table.set_edge(0, column);
            let counted: Vec<u32> = (0..rows.len() as u32).filter(|row| row % 3 > 0).collect();
            let mut seen = std::collections::HashSet::new();
            let expect: Vec<u32> = counted.iter().copied().filter(|row| seen.insert(by_hash[*row as usize])).collect();
            prop_assert_eq!(first_of_each(&table, &groups, &vec![Part::Edge(0)], counted), expect);
        }
    }
}
