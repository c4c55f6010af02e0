//! Where a random walk starts and restarts.

use super::{Grain, Graph};
use crate::{Error, Result};

/// Start probabilities by vertex: sorted, each vertex once, all above 0, summing to 1.
///
/// Without any seed every vertex is one.
///
/// # Errors
/// [`InvalidInput`](crate::ErrorKind::InvalidInput) if a seed does not exist, a weight is
/// below 0 or not finite, or all are 0.
pub(super) fn distribution<G: Graph + ?Sized>(
    operation: &'static str,
    graph: &G,
    seeds: &[(u32, f32)],
) -> Result<Vec<(u32, f64)>> {
    let vertices = graph.vertices();
    if seeds.is_empty() {
        let every: Vec<u32> = (0u32..).take(vertices).filter(|vertex| graph.contains(*vertex)).collect();
        let share = 1.0 / every.len().max(1) as f64;
        return Ok(every.into_iter().map(|vertex| (vertex, share)).collect());
    }
    let mut sorted = Vec::with_capacity(seeds.len());
    for (vertex, weight) in seeds {
        let wrong = if !graph.contains(*vertex) {
            "a seed that is no vertex"
        } else if !weight.is_finite() || *weight < 0.0 {
            "a seed's weight is a finite number, 0 or above"
        } else {
            sorted.push((*vertex, f64::from(*weight)));
            continue;
        };
        return Err(Error::invalid(operation, wrong)
            .with("vertex", vertex)
            .with("weight", weight)
            .with("vertices", vertices));
    }
    sorted.sort_unstable_by(|(left, a), (right, b)| left.cmp(right).then(a.total_cmp(b)));
    let mut merged: Vec<(u32, f64)> = Vec::with_capacity(sorted.len());
    for (vertex, weight) in sorted {
        match merged.last_mut() {
            Some((last, sum)) if *last == vertex => *sum += weight,
            _ => merged.push((vertex, weight)),
        }
    }
    merged.retain(|(_, weight)| *weight > 0.0);
    let largest = merged.iter().map(|(_, weight)| *weight).fold(0.0, f64::max);
    let grain = Grain::for_sums_within(largest * merged.len() as f64);
    let total: f64 = merged.iter().map(|(_, weight)| grain.round(*weight)).sum();
    if merged.is_empty() {
        return Err(Error::invalid(operation, "all seeds have weight 0"));
    }
    merged.iter_mut().for_each(|(_, weight)| *weight /= total);
    Ok(merged)
}

/// Checks that `damping` is a probability below 1.
pub(super) fn check_damping(operation: &'static str, damping: f64) -> Result<()> {
    if (0.0..1.0).contains(&damping) {
        Ok(())
    } else {
        Err(Error::invalid(operation, "damping is a probability, at least 0 and below 1").with("damping", damping))
    }
}
