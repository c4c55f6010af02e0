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

use crate::{BindingTable, Memory, Result, logical::Plan};

/// Most rows of a table that a model is shown.
const ROWS: usize = 20;

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
    /// What earlier rounds found, as text with at most `rows` rows a table, each table once:
    /// the parts of the answer they named first.
    #[must_use]
    pub fn known(&self, rows: usize) -> Vec<String> {
        let found = self.memories.iter().flat_map(Memory::tables);
        rendered(self.answers.iter().chain(found), rows)
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

/// The tables as text, each once, without those that say nothing.
pub(crate) fn rendered<'t>(tables: impl Iterator<Item = &'t BindingTable>, rows: usize) -> Vec<String> {
    let mut texts = Vec::new();
    for table in tables.filter(|table| !table.columns().is_empty()) {
        let text = table.render(rows);
        if !texts.contains(&text) {
            texts.push(text);
        }
    }
    texts
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
}
