//! From a question to a plan.

mod given;
mod mistakes;
mod model;
mod model_steps;
mod plain;
mod stepwise;

use std::fmt;

use async_trait::async_trait;
use kag_llm::Language;
use kag_schema::{LabelLanguage, Schema, TextOptions};

pub use given::GivenPlan;
use mistakes::Mistakes;
pub use model::ModelPlanner;
pub use model_steps::ModelStepPlanner;
pub(crate) use model_steps::names_answer;
pub use plain::PlainRetrieval;
pub use stepwise::{Next, StepInput, StepPlanner};

use crate::{
    BindingTable, Memory, Result,
    known::{Found, ROWS, known},
    logical::Plan,
};

/// What a planner plans from.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct PlanInput<'p> {
    /// The question of this round.
    pub question: &'p str,
    /// The schema that the plan is checked against.
    pub schema: Option<&'p Schema>,
    /// The parts of the answer that earlier rounds named, in order; empty in the first.
    pub answers: &'p [BindingTable],
    /// All that earlier rounds found, in order; empty in the first.
    pub memories: &'p [Memory],
}

impl PlanInput<'_> {
    /// What earlier rounds found, as text with at most `rows` rows a table, each table once: of each
    /// round the parts of the answer that it named first. Above a table stands what its columns were to be,
    /// `o1: Who directed Silent Harbour?`.
    #[must_use]
    pub fn known(&self, rows: usize) -> Vec<String> {
        known(Found::of_each(self.answers, self.memories), rows)
    }
}

/// A schema as a model reads it, in at most so many characters.
fn described(schema: &Schema, language: Language, characters: usize) -> String {
    let labels = match language {
        Language::Zh => LabelLanguage::Zh,
        Language::En => LabelLanguage::En,
    };
    schema.to_text(&TextOptions::default().with_language(labels).with_budget(characters)).text
}

/// Plans how a question is answered.
///
/// ```
/// use kag_solver::{PlanInput, Planner, Result, async_trait, logical::Plan};
///
/// /// Looks up one property of whatever is asked about.
/// #[derive(Debug)]
/// struct Founded;
///
/// #[async_trait]
/// impl Planner for Founded {
///     async fn plan(&self, input: PlanInput<'_>) -> Result<Plan> {
///         let text = format!("Retrieval(s=s1[`{}`], p=p1:founded, o=o1)\nOutput(o1)", input.question);
///         Ok(kag_solver::logical::parse(&text).0)
///     }
/// }
/// ```
#[async_trait]
pub trait Planner: fmt::Debug + Send + Sync + 'static {
    /// The plan. The solver checks it and puts its steps in order.
    ///
    /// # Errors
    /// Those of a model that is asked; a plan that nobody could mend.
    async fn plan(&self, input: PlanInput<'_>) -> Result<Plan>;

    /// Whether a question that its plans left unanswered, with nothing further to ask, is looked for
    /// as it is in a round that is left, as [`PlainRetrieval`](crate::PlainRetrieval) does. Not unless it says so.
    fn then_plain(&self) -> bool {
        false
    }
}
