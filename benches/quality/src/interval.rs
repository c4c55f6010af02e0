//! Bootstrap intervals.

/// How often the questions are drawn anew.
const DRAWS: usize = 2000;

/// The mean of `values` with the interval that holds 95 % of the means of as many values
/// drawn from them with replacement. The draws are fixed by a seed.
pub(crate) fn bootstrap(values: &[f64]) -> (f64, [f64; 2]) {
    if values.is_empty() {
        return (0.0, [0.0; 2]);
    }
    let mean = |sum: f64| sum / values.len() as f64;
    let mut random = SplitMix(0x5eed);
    let mut means: Vec<f64> = (0..DRAWS)
        .map(|_| mean((0..values.len()).filter_map(|_| values.get(random.below(values.len()))).sum()))
        .collect();
    means.sort_by(f64::total_cmp);
    let at = |share: f64| means.get((share * DRAWS as f64) as usize).copied().unwrap_or_default();
    (mean(values.iter().sum()), [at(0.025), at(0.975)])
}

struct SplitMix(u64);

impl SplitMix {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ (mixed >> 31)) % bound as u64) as usize
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_interval_holds_the_mean_and_shrinks_with_more_values() {
        let few: Vec<f64> = (0..20).map(|at| f64::from(at % 2)).collect();
        let many: Vec<f64> = few.iter().cycle().take(2000).copied().collect();
        let ((mean, [low, high]), (_, [lower, upper])) = (bootstrap(&few), bootstrap(&many));
        assert!(low < mean && mean < high && mean == 0.5);
        assert!(upper - lower < (high - low) / 4.0);
        assert_eq!(bootstrap(&[]), (0.0, [0.0; 2]));
    }
}
