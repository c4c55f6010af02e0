//! Sums of many rows at once.

/// Arcs whose totals are kept at once: a small part of the nearest cache, and cleared in no time.
const RUN: usize = 1 << 9;

/// Sets each of `sums` to that of its row: the weights, in units, times the values of the targets.
/// Rows lie between one of `offsets` and the next.
///
/// Rows are short, and where one ends cannot be foreseen. So all arcs are added up in one go, and
/// the sum of a row is the difference between the totals at its end and at its start. Whole numbers
/// lose nothing by that, nor by going round: a row would have to weigh 2³² for its own sum to.
#[expect(clippy::indexing_slicing, reason = "offsets ascend and end with the arcs; no run is longer than its totals")]
pub(super) fn weigh((offsets, targets, weights): (&[usize], &[u32], &[u32]), values: &[i16], sums: &mut [i64]) {
    sums.fill(0);
    let Some((start, ends)) = offsets.split_first() else { return };
    let mut ends = &ends[..ends.len().min(sums.len())];
    let end = ends.last().unwrap_or(start);
    let (targets, weights) = (&targets[*start..*end], &weights[*start..*end]);
    let mut rows = sums.iter_mut();
    let mut totals = [0; 1 + RUN];
    let (mut read, mut total, mut before) = (*start, 0i64, 0i64);
    for (targets, weights) in targets.chunks(RUN).zip(weights.chunks(RUN)) {
        let from = read;
        read += targets.len();
        totals[0] = total;
        for ((target, weight), slot) in targets.iter().zip(weights).zip(&mut totals[1..]) {
            total = total.wrapping_add(term(*weight, values, *target));
            *slot = total;
        }
        let (here, later) = ends.split_at(ends.partition_point(|end| *end <= read));
        for (end, sum) in here.iter().zip(&mut rows) {
            let total = totals[end - from];
            *sum = total.wrapping_sub(before);
            before = total;
        }
        ends = later;
    }
}

/// What one arc adds to the sum of its row.
#[expect(clippy::indexing_slicing, reason = "there is one value a number, and targets are numbers")]
#[inline]
pub(super) fn term(weight: u32, values: &[i16], target: u32) -> i64 {
    i64::from(weight) * i64::from(values[target as usize])
}
