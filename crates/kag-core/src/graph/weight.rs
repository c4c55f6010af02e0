//! Weights in fixed point.
//!
//! A weight is kept as a number of *units* of 2⁻¹⁶. Sums of such numbers are exact, and so the same
//! in whatever order they are added: of parallel edges, of what leaves a vertex, of what reaches it.

/// Units of a weight of 1.
const UNITS: f64 = 65_536.0;

/// The largest weight that an edge can be given.
pub const MAX_WEIGHT: f32 = 65_535.0;

/// The nearest number of units to `weight`, and no fewer than one for what is above 0; `None` for
/// what is no weight.
pub(super) fn units(weight: f32) -> Option<u32> {
    let is_weight = (0.0..=MAX_WEIGHT).contains(&weight);
    let units = (f64::from(weight) * UNITS).round() as u32;
    is_weight.then_some(if weight > 0.0 { units.max(1) } else { 0 })
}

/// The weight of so many units.
#[inline]
pub(super) fn weight(units: u32) -> f64 {
    f64::from(units) / UNITS
}

/// The sum of weights, in units.
#[inline]
pub(super) fn total(units: &[u32]) -> u64 {
    units.iter().map(|units| u64::from(*units)).sum()
}

/// A sum of weights that is so many units.
#[inline]
pub(super) fn strength(units: u64) -> f64 {
    units as f64 / UNITS
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weights_are_kept_to_a_unit() {
        for kept in [0.0, 0.25, 1.0, 3.0, 65_535.0] {
            assert_eq!(units(kept).map(weight), Some(f64::from(kept)));
        }
        assert!((weight(units(0.837_412).unwrap()) - 0.837_412).abs() < 1e-5);
    }

    #[test]
    fn what_is_above_nothing_is_not_nothing() {
        assert_eq!(units(1e-30), Some(1));
    }

    #[test]
    fn other_numbers_are_no_weights() {
        assert_eq!([-1.0, 65_536.0, f32::INFINITY, f32::NAN].map(units), [None; 4]);
    }
}
