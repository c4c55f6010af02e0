//! What became of one question.

use std::{error::Error, fmt};

use kag::{ChunkId, llm::Tally};
use serde::{Deserialize, Serialize};

use super::super::score;

/// One question, answered both ways.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Asked {
    pub(super) question: String,
    /// The kind of question, where the set says so.
    pub(super) kind: String,
    /// The answer, then what else it may be called.
    pub(super) gold: Vec<String>,
    pub(super) plain: Side,
    pub(super) solver: Side,
}

/// What one way said, and what that took.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Side {
    pub(super) said: String,
    pub(super) outcome: Outcome,
    pub(super) exact: f64,
    pub(super) f1: f64,
    /// The values that the answer is written from; empty for plain retrieval.
    pub(super) values: Vec<String>,
    /// The match of these values, one after the other.
    pub(super) values_exact: f64,
    pub(super) values_f1: f64,
    /// What was missing in the end, or what is wrong with the plan.
    pub(super) missing: Vec<String>,
    /// Why it failed.
    pub(super) error: Option<String>,
    /// Calls of the model, those that failed included.
    pub(super) calls: u64,
    pub(super) input_tokens: u64,
    pub(super) output_tokens: u64,
    /// From the question to the answer, everything included.
    pub(super) seconds: f64,
    pub(super) shown: Shown,
    pub(super) rounds: usize,
    /// How the solver went about it.
    pub(super) trace: String,
}

/// How an answer came out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Outcome {
    Answered,
    /// What is known does not answer it.
    Insufficient,
    /// The model wrote no plan.
    Unplanned,
    BudgetSpent,
    /// The model could not be asked, or its reply not be used.
    Failed,
}

/// Which passages the model was shown, each counted once.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Shown {
    pub(super) passages: usize,
    /// Gold passages of the question among them.
    pub(super) gold: usize,
    /// Gold passages that the question has.
    pub(super) of_gold: usize,
}

/// What one way said, before it is counted.
#[derive(Debug)]
pub(super) struct Said {
    pub(super) outcome: Outcome,
    pub(super) text: String,
    pub(super) values: Vec<String>,
    pub(super) missing: Vec<String>,
    pub(super) error: Option<String>,
    /// The passages that the model was shown, each once.
    pub(super) chunks: Vec<ChunkId>,
    pub(super) rounds: usize,
    pub(super) trace: String,
}

impl Said {
    /// Nothing said, with `outcome`.
    pub(super) fn of(outcome: Outcome) -> Self {
        let (text, trace) = (String::new(), String::new());
        let (values, missing, chunks) = (Vec::new(), Vec::new(), Vec::new());
        Self { outcome, text, values, missing, error: None, chunks, rounds: 0, trace }
    }

    /// Nothing said, for this reason.
    pub(super) fn failed(error: &(dyn Error + 'static)) -> Self {
        let mut why = error.to_string();
        let mut source = error.source();
        while let Some(cause) = source {
            why.push_str(": ");
            why.push_str(&cause.to_string());
            source = cause.source();
        }
        Self { error: Some(why), ..Self::of(Outcome::Failed) }
    }
}

impl Side {
    /// What was `said`, compared with the answers in `gold`.
    pub(super) fn of(said: Said, gold: &[String], shown: Shown, seconds: f64) -> Self {
        let best = |text: &str| score::best(text, gold.iter().map(String::as_str));
        let (matched, answered) = (best(&said.text), said.outcome == Outcome::Answered);
        // What is known where no answer was given is not an answer.
        let of_values = if answered { best(&said.values.join(", ")) } else { score::Match::default() };
        let Said { outcome, text, values, missing, error, rounds, trace, .. } = said;
        Self {
            said: text,
            outcome,
            exact: matched.exact,
            f1: matched.f1,
            values,
            values_exact: of_values.exact,
            values_f1: of_values.f1,
            missing,
            error,
            calls: 0,
            input_tokens: 0,
            output_tokens: 0,
            seconds,
            shown,
            rounds,
            trace,
        }
    }

    /// The same with the calls made between the two counts.
    pub(super) fn with_calls(mut self, before: Tally, after: Tally) -> Self {
        self.calls = after.calls - before.calls;
        self.input_tokens = after.usage.input_tokens - before.usage.input_tokens;
        self.output_tokens = after.usage.output_tokens - before.usage.output_tokens;
        self
    }
}

impl fmt::Display for Asked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { question, gold, plain, solver, .. } = self;
        write!(f, "{question} | gold {gold:?} | plain {plain} | solver {solver}")
    }
}

impl fmt::Display for Side {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { said, outcome, f1, calls, seconds, .. } = self;
        write!(f, "{outcome:?} {said:?} F1 {f1:.2}, {calls} calls, {seconds:.0} s")
    }
}
