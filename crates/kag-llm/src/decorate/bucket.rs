//! A rate per minute as a bucket that fills.

use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};

/// Share of a minute's allowance that may be used at once after a pause.
const BURST: f64 = 0.1;

/// An allowance per minute. Whoever takes more than there is goes into debt and is told how
/// long to wait for it, so that callers are served in the order in which they took.
#[derive(Debug)]
pub(crate) struct Bucket {
    per_second: f64,
    most: f64,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    level: f64,
    at: Duration,
}

impl Bucket {
    /// An allowance of `per_minute`, of which a tenth (at least 1) is there at once.
    pub(crate) fn new(per_minute: f64, now: Duration) -> Self {
        let most = (per_minute * BURST).max(1.0);
        Self { per_second: per_minute / 60.0, most, state: Mutex::new(State { level: most, at: now }) }
    }

    /// Takes `amount` and says how long to wait before using it.
    pub(crate) fn take(&self, amount: f64, now: Duration) -> Duration {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let passed = now.saturating_sub(state.at).as_secs_f64();
        state.level = (state.level + passed * self.per_second).min(self.most) - amount;
        state.at = state.at.max(now);
        let debt = (-state.level).max(0.0);
        Duration::try_from_secs_f64(debt / self.per_second).unwrap_or(Duration::MAX)
    }

    /// Gives back `amount` that was not used; a negative one is taken in addition.
    pub(crate) fn give_back(&self, amount: f64) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.level = (state.level + amount).min(self.most);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_burst_passes_and_the_rest_waits_in_order() {
        let bucket = Bucket::new(60.0, Duration::ZERO);
        let waits: Vec<_> = (0..8).map(|_| bucket.take(1.0, Duration::ZERO)).collect();
        let expected = [0, 0, 0, 0, 0, 0, 1, 2].map(Duration::from_secs);
        assert_eq!(waits, expected);
        bucket.give_back(2.0);
        assert_eq!(bucket.take(1.0, Duration::from_secs(1)), Duration::ZERO);
    }

    proptest! {
        #[test]
        fn no_minute_has_more_than_the_rate_and_a_burst(
            calls in prop::collection::vec((0_u64..20_000, 1_u32..40), 1..60),
        ) {
            let bucket = Bucket::new(100.0, Duration::ZERO);
            let mut now = Duration::ZERO;
            let mut starts: Vec<(Duration, f64)> = Vec::new();
            for (pause, amount) in calls {
                now += Duration::from_millis(pause);
                let amount = f64::from(amount);
                starts.push((now + bucket.take(amount, now), amount));
            }
            for (from, _) in &starts {
                let within = |at: Duration| at >= *from && at < *from + Duration::from_secs(60);
                let used: Vec<f64> = starts.iter().filter(|s| within(s.0)).map(|s| s.1).collect();
                // The first call of the window was saved up for before it.
                let sum: f64 = used.iter().sum::<f64>() - used.first().copied().unwrap_or(0.0);
                prop_assert!(sum <= 100.0 + 10.0 + 1e-6, "{sum}");
            }
        }
    }
}
