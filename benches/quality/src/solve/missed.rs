//! Why a question has no right answer, told by the first step of its gold plan that has none.

use std::{
    fmt,
    sync::{Mutex, PoisonError},
};

use kag::{Answer, trace::StepTrace};
use serde::Serialize;

use super::{
    gold::Gold,
    oracle::{is_asked, said},
};

/// What came of asking the oracle to read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Heard {
    /// The question is no step of any plan in gold.
    NotInGold,
    /// No passage that says it was shown.
    NotShown,
    /// A passage that says it was shown, in other words than gold's.
    NotInWords,
    /// It was read.
    Read,
}

/// One time that the oracle was asked to read.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Reading {
    pub(crate) question: String,
    pub(crate) heard: Heard,
}

/// What the oracle was asked to read, in order.
#[derive(Debug, Default)]
pub(crate) struct Readings(Mutex<Vec<Reading>>);

impl Readings {
    pub(crate) fn add(&self, question: &str, heard: Heard) {
        let mut readings = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        readings.push(Reading { question: question.to_owned(), heard });
    }

    /// What was asked since the last time.
    pub(crate) fn take(&self) -> Vec<Reading> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// What kept a question from its right answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Missed {
    /// No passages were asked the question of a step as gold has it.
    NotAsked,
    /// They were asked, and those that say it were not among them.
    NotShown,
    /// A passage says it in other words than gold's.
    NotInWords,
    /// It was read, and the solver did not believe it.
    Refused,
    /// Each step was answered; what was made of it is wrong or nothing.
    Concluded,
}

impl Missed {
    /// Why `answer` is not right: by the first step of `gold` of whose answers none is in a
    /// table of the trace, and by what was read for it.
    pub(crate) fn of(gold: &Gold, answer: &Answer, readings: &[Reading]) -> Self {
        let steps = answer.trace.rounds.iter().flat_map(|round| &round.steps);
        let found: Vec<String> = steps.flat_map(cells).collect();
        let missing = gold.steps.iter().find(|step| {
            let is_said = |answer: &String| found.iter().any(|cell| said(cell, answer));
            !step.answers.iter().any(is_said)
        });
        let Some(step) = missing else { return Self::Concluded };
        let asked = readings.iter().filter(|reading| is_asked(&reading.question, step, gold));
        Self::by(&asked.map(|reading| reading.heard).collect::<Vec<_>>())
    }

    /// Why a step has no answer, by what came of asking it.
    fn by(heard: &[Heard]) -> Self {
        match (heard.contains(&Heard::Read), heard.contains(&Heard::NotInWords), heard.is_empty()) {
            (true, ..) => Self::Refused,
            (_, true, _) => Self::NotInWords,
            (.., true) => Self::NotAsked,
            _ => Self::NotShown,
        }
    }
}

/// The cells of a step's table as text.
fn cells(step: &StepTrace) -> Vec<String> {
    step.table.rows().iter().flat_map(|row| row.cells()).flatten().map(ToString::to_string).collect()
}

impl fmt::Display for Missed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotAsked => "a step not asked as in gold",
            Self::NotShown => "no passage shown that says it",
            Self::NotInWords => "said in other words",
            Self::Refused => "read and refused",
            Self::Concluded => "found, and concluded otherwise",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_is_missed_for_the_best_that_was_heard() {
        for (heard, missed) in [
            (&[][..], Missed::NotAsked),
            (&[Heard::NotShown], Missed::NotShown),
            (&[Heard::NotShown, Heard::NotInWords], Missed::NotInWords),
            (&[Heard::NotShown, Heard::Read], Missed::Refused),
        ] {
            assert_eq!(Missed::by(heard), missed, "{heard:?}");
        }
    }

    #[test]
    fn readings_are_taken_once() {
        let readings = Readings::default();
        readings.add("Who?", Heard::Read);
        assert_eq!(readings.take().len(), 1);
        assert!(readings.take().is_empty());
    }
}
