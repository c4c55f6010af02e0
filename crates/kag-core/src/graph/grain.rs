//! Sums whose order does not matter.

/// Rounds numbers to multiples of one power of two, coarse enough for their sum to be exact
/// and so the same in whatever order, and by however many threads, they are added.
///
/// ```
/// use kag_core::graph::Grain;
///
/// let numbers = [0.1, 0.7, 0.2, -0.3];
/// let grain = Grain::for_sums_within(2.0);
/// let forwards: f64 = numbers.iter().map(|number| grain.round(*number)).sum();
/// let backwards: f64 = numbers.iter().rev().map(|number| grain.round(*number)).sum();
/// assert_eq!(forwards, backwards);
/// assert!((forwards - 0.7).abs() < 1e-14);
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Grain(f64);

impl Grain {
    /// The finest grain for numbers whose magnitudes add up to no more than `bound`, which is
    /// finite and not below 0. A number is moved by at most `bound` times 2⁻⁵¹; where they add
    /// up to more, sums are as near as they would be otherwise, but may depend on the order.
    #[must_use]
    pub fn for_sums_within(bound: f64) -> Self {
        // Between one and two times a power of two, neighbouring numbers lie 2⁻⁵² of it apart.
        // Half as much again as that power is the middle, from which terms of up to half of it
        // do not leave; so the power is at least twice the bound.
        Self(1.5 * (4.0 * power_below(bound)))
    }

    /// The multiple that is nearest to `number`.
    #[inline]
    #[must_use]
    pub fn round(self, number: f64) -> f64 {
        (number + self.0) - self.0
    }
}

/// The largest power of two that is not larger than `number`, which is not below 0; the
/// smallest that is normal for less.
pub(super) fn power_below(number: f64) -> f64 {
    const EXPONENT: u64 = 0x7ff0_0000_0000_0000;
    f64::from_bits(number.max(f64::MIN_POSITIVE).to_bits() & EXPONENT)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn sums_do_not_depend_on_the_order(
            (numbers, shuffled) in prop::collection::vec(-1.0f64..1.0, 0..200).prop_flat_map(|numbers| {
                (Just(numbers.clone()), Just(numbers).prop_shuffle())
            }),
            scale in -200i32..200,
        ) {
            let scale = 2f64.powi(scale);
            let bound: f64 = numbers.iter().map(|number| (number * scale).abs()).sum();
            let grain = Grain::for_sums_within(bound);
            let sum = |numbers: &[f64]| numbers.iter().map(|number| grain.round(number * scale)).sum::<f64>();
            prop_assert_eq!(sum(&numbers), sum(&shuffled));
            for number in numbers.iter().map(|number| number * scale) {
                prop_assert!((grain.round(number) - number).abs() <= bound * 2f64.powi(-51));
            }
        }
    }

    #[test]
    fn nothing_adds_up_to_nothing() {
        assert_eq!(Grain::for_sums_within(0.0).round(0.0), 0.0);
    }
}
