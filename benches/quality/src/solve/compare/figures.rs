//! The figures of one way over all questions.

use std::{collections::BTreeMap, fmt};

use serde::{Deserialize, Serialize};

use super::asked::{Outcome, Side};

/// What one way came to; means are over all questions, and `em` and `f1` in percent.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Figures {
    pub(super) em: f64,
    pub(super) f1: f64,
    /// Questions by outcome.
    pub(super) outcomes: BTreeMap<Outcome, usize>,
    pub(super) calls: f64,
    pub(super) input_tokens: f64,
    pub(super) output_tokens: f64,
    /// Passages shown to the model, each counted once a question.
    pub(super) passages: f64,
    /// Gold passages among them, of all gold passages, in percent.
    pub(super) gold_shown: f64,
    pub(super) p50_seconds: f64,
}

impl Figures {
    /// Those of `sides`; all zero where there are none.
    pub(super) fn of(sides: &[&Side]) -> Self {
        let count = sides.len().max(1) as f64;
        let mean = |of: fn(&Side) -> f64| sides.iter().map(|side| of(side)).sum::<f64>() / count;
        let mut outcomes = BTreeMap::new();
        sides.iter().for_each(|side| *outcomes.entry(side.outcome).or_default() += 1);
        let mut seconds: Vec<f64> = sides.iter().map(|side| side.seconds).collect();
        seconds.sort_by(f64::total_cmp);
        let of_gold = sides.iter().map(|side| side.shown.of_gold).sum::<usize>().max(1) as f64;
        Self {
            em: 100.0 * mean(|side| side.exact),
            f1: 100.0 * mean(|side| side.f1),
            outcomes,
            calls: mean(|side| side.calls as f64),
            input_tokens: mean(|side| side.input_tokens as f64),
            output_tokens: mean(|side| side.output_tokens as f64),
            passages: mean(|side| side.shown.passages as f64),
            gold_shown: 100.0 * sides.iter().map(|side| side.shown.gold).sum::<usize>() as f64 / of_gold,
            p50_seconds: seconds.get(seconds.len() / 2).copied().unwrap_or_default(),
        }
    }

    fn count(&self, outcome: Outcome) -> usize {
        self.outcomes.get(&outcome).copied().unwrap_or_default()
    }
}

/// The heads of the columns that [`Figures`] prints.
pub(super) const HEADS: &str =
    "    EM     F1  answered  insufficient  no plan  failed  calls  tokens in  tokens out  passages  gold shown  p50 s";

impl fmt::Display for Figures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { em, f1, calls, input_tokens, output_tokens, passages, gold_shown, p50_seconds, .. } = self;
        let (answered, insufficient) = (self.count(Outcome::Answered), self.count(Outcome::Insufficient));
        let (unplanned, failed) = (self.count(Outcome::Unplanned), self.count(Outcome::Failed));
        write!(f, "{em:>6.1} {f1:>6.1} {answered:>9} {insufficient:>13} {unplanned:>8} {failed:>7} {calls:>6.1} ")?;
        write!(f, "{input_tokens:>10.0} {output_tokens:>11.0} {passages:>9.1} {gold_shown:>9.1} % {p50_seconds:>6.1}")
    }
}
