//! What a solve did, as a record that a person can read.
//!
//! A [`Trace`] prints as text, serialises as JSON, is a graph in the DOT language
//! ([`Trace::to_dot`]), and with its answer one HTML page that needs nothing else
//! ([`Answer::to_html`](crate::Answer::to_html)).

mod analyze;
mod dot;
mod html;
mod layer;
mod model_use;
mod note;
mod text;

use std::{sync::Arc, time::Duration};

use kag_core::Layer;
use serde::Serialize;

pub use layer::{AnswerLayer, LayerAnswer, LayerSummary, Said, Why};
pub use model_use::ModelUse;
pub use note::{Expansion, Note};

use crate::{
    BindingTable, Verdict,
    logical::{Plan, Rewriting},
};

/// What a solve did, round by round.
#[derive(Clone, Debug, Default, Serialize)]
#[non_exhaustive]
pub struct Trace {
    /// The question.
    pub question: Arc<str>,
    /// The rounds, in order.
    pub rounds: Vec<Round>,
}

/// One round: a plan, its steps, and whether they answer.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct Round {
    /// The question of this round: the first is the question itself, later ones supplement it.
    pub question: Arc<str>,
    /// The plan as it ran.
    pub plan: Plan,
    /// How that differs from the plan that was made.
    pub rewritings: Vec<Rewriting>,
    /// One a step, in the plan's order; fewer where a budget was spent.
    pub steps: Vec<StepTrace>,
    /// Whether what is known then answers the question.
    pub verdict: Option<Verdict>,
    /// What else is worth knowing of its end: what was done without a model whose reply could
    /// not be used.
    pub notes: Vec<Note>,
}

/// What one step did.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct StepTrace {
    /// The step, from 1.
    pub step: usize,
    /// The step in canonical text.
    pub text: String,
    /// The question it answers, where the plan says so.
    pub subquestion: Option<Arc<str>>,
    /// Which layers answered, with how many facts or values.
    pub layers: LayerCounts,
    /// What each layer that can answer such a step said, or why it was not asked; the most
    /// trusted first. Empty for a step that only chooses, orders or computes.
    pub answers: Vec<LayerAnswer>,
    /// What the step's variables are bound to afterwards, with all that belongs to them.
    pub table: BindingTable,
    /// What is worth knowing besides.
    pub notes: Vec<Note>,
    /// What was asked of the solver's model for it.
    pub model: ModelUse,
    /// How long it took.
    #[serde(rename = "micros", serialize_with = "micros")]
    pub elapsed: Duration,
}

/// How many facts or values each layer gave.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct LayerCounts {
    /// Curated facts.
    pub knowledge: usize,
    /// Extracted facts.
    pub information: usize,
    /// Facts that rules of the host derive.
    pub rules: usize,
    /// Values read from passages for this question.
    pub text: usize,
}

impl Trace {
    /// How many steps were answered by what: `graph 3, text 1`.
    #[must_use]
    pub fn layers(&self) -> LayerSummary {
        LayerSummary::of(self.rounds.iter().flat_map(|round| &round.steps))
    }

    /// What was asked of the solver's model in all steps.
    #[must_use]
    pub fn model(&self) -> ModelUse {
        let mut total = ModelUse::default();
        self.rounds.iter().flat_map(|round| &round.steps).for_each(|step| total += step.model);
        total
    }
}

impl LayerCounts {
    pub(crate) fn count(&mut self, layer: Layer) {
        match layer {
            Layer::Knowledge => self.knowledge += 1,
            Layer::Information => self.information += 1,
            Layer::Chunk => self.text += 1,
        }
    }

    /// Each layer's name and count, the most trusted first.
    #[must_use]
    pub fn each(&self) -> [(&'static str, usize); 4] {
        let Self { knowledge, information, rules, text } = *self;
        [("knowledge", knowledge), ("rules", rules), ("information", information), ("text", text)]
    }

    /// Whether no layer gave anything.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.each().iter().all(|(_, count)| *count == 0)
    }
}

impl std::fmt::Display for LayerCounts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let given = self.each().into_iter().filter(|(_, count)| *count > 0);
        let given: Vec<_> = given.map(|(layer, count)| format!("{layer} {count}")).collect();
        f.write_str(if given.is_empty() { "none" } else { "" })?;
        f.write_str(&given.join(", "))
    }
}

fn micros<S: serde::Serializer>(elapsed: &Duration, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_u64(u64::try_from(elapsed.as_micros()).unwrap_or(u64::MAX))
}
