//! Which questions passages were asked, and in which rounds.

use std::{
    collections::{BTreeSet, HashMap},
    sync::{Mutex, PoisonError},
};

/// The rounds in which each question was asked.
#[derive(Debug, Default)]
pub(crate) struct AskedBefore(Mutex<HashMap<String, BTreeSet<usize>>>);

impl AskedBefore {
    /// In how many rounds before `round` the question was asked; notes that it is asked now.
    /// How often it is asked in one round does not count, so neither does the order.
    pub(super) fn ask(&self, question: &str, round: usize) -> usize {
        let mut asked = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let rounds = asked.entry(question.to_owned()).or_default();
        rounds.insert(round);
        rounds.range(..round).count()
    }

    /// Whether passages were asked anything in `round`.
    pub(crate) fn any_in(&self, round: usize) -> bool {
        let asked = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        asked.values().any(|rounds| rounds.contains(&round))
    }
}
