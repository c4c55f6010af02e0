//! A planner that asks a model for one step after the other.

use std::sync::Arc;

use async_trait::async_trait;
use kag_llm::{Fence, Language, LanguageModel, LanguageModelExt, Prompt, Reply, Request, Wording, without_thoughts};
use kag_schema::Diagnostic;
use serde::Serialize;

use super::{Found, Mistakes, Next, ROWS, StepInput, StepPlanner, described, known};
use crate::{
    Error, Result,
    logical::{LogicalOp, Parser, Plan, check},
};

const WORDING: Wording =
    Wording::from_static(include_str!("../../prompts/next_step.en.md"), include_str!("../../prompts/next_step.zh.md"));

/// The iterative planner: a model writes the next step, sees what it found, and writes on until
/// it names the answer. A step is answered from the graph if it can be, and from passages if not.
///
/// A step that does not parse or check goes back with its diagnostics, at most
/// `attempts - 1` times.
#[derive(Clone, Debug)]
pub struct ModelStepPlanner {
    model: Arc<dyn LanguageModel>,
    /// How often the model may write one step: 3.
    pub attempts: usize,
    /// Most characters of schema in the prompt: 4,000.
    pub schema_characters: usize,
    /// Whether a question that its plans left unanswered is then looked for as it is: yes.
    pub then_plain: bool,
}

impl ModelStepPlanner {
    /// The planner that asks `model`.
    #[must_use]
    pub fn new(model: Arc<dyn LanguageModel>) -> Self {
        Self { model, attempts: 3, schema_characters: 4000, then_plain: true }
    }
}

#[async_trait]
impl StepPlanner for ModelStepPlanner {
    async fn next(&self, input: StepInput<'_>) -> Result<Next> {
        let language = Language::of(input.question);
        let schema = input.schema.map(|schema| described(schema, language, self.schema_characters)).unwrap_or_default();
        let known = known(Found::of_each(input.answers, input.memories), ROWS);
        let done: Vec<String> = input.steps.iter().map(ran).collect();
        let mut mistakes = Mistakes::default();
        for _ in 0..self.attempts.max(1) {
            let prompt = WriteStep {
                question: input.question,
                schema: &schema,
                known: &known,
                done: &done,
                mistakes: &mistakes,
            };
            let text = self.model.ask(&prompt).await?;
            let bound = input.plan.steps.iter().flat_map(|step| step.bound());
            let reading = Parser::default().with_bound(bound).parse(&text);
            let (steps, mut diagnostics) = (reading.plan, reading.diagnostics);
            let whole = Plan::new(input.plan.steps.iter().chain(&steps.steps).cloned());
            diagnostics.extend(check(&whole, input.schema));
            diagnostics.retain(Diagnostic::is_error);
            if diagnostics.is_empty() && !steps.steps.is_empty() {
                return Ok(Next::Steps(steps));
            }
            mistakes = Mistakes { text, diagnostics };
        }
        Err(Error::Plan { text: mistakes.text.into(), diagnostics: mistakes.diagnostics })
    }

    fn then_plain(&self) -> bool {
        self.then_plain
    }
}

/// A step that ran, and what it found.
fn ran(step: &crate::trace::StepTrace) -> String {
    let asked = step.subquestion.iter().map(|question| format!("Step{}: {question}\n", step.step));
    let asked: String = asked.collect();
    format!("{asked}Action{}: {}\n{}", step.step, step.text, step.table.render_values(ROWS))
}

/// Whether these steps name the answer.
pub(crate) fn names_answer(steps: &Plan) -> bool {
    steps.steps.iter().any(|step| matches!(step.op, LogicalOp::Output(_)))
}

struct WriteStep<'p> {
    question: &'p str,
    schema: &'p str,
    known: &'p [String],
    done: &'p [String],
    mistakes: &'p Mistakes,
}

impl Prompt for WriteStep<'_> {
    type Output = String;
    const NAME: &'static str = "next_step";
    const VERSION: &'static str = "1";

    fn render(&self) -> kag_llm::Result<Request> {
        #[derive(Serialize)]
        struct Holes<'h> {
            question: Fence<'h>,
            schema: &'h str,
            known: Vec<Fence<'h>>,
            done: Vec<Fence<'h>>,
            next: usize,
            before: Option<Fence<'h>>,
            mistakes: Vec<Fence<'h>>,
        }
        let before = Some(self.mistakes.text.as_str()).filter(|text| !text.is_empty());
        let mistakes = self.mistakes.rendered();
        let texts: Vec<&str> = std::iter::once(self.question)
            .chain(self.known.iter().chain(self.done).map(String::as_str))
            .chain(before)
            .chain(mistakes.iter().map(String::as_str))
            .collect();
        let mut fences = Fence::all(&texts).into_iter();
        let question = fences.next().unwrap_or_else(|| Fence::of(self.question));
        let known = fences.by_ref().take(self.known.len()).collect();
        let done = fences.by_ref().take(self.done.len()).collect();
        let before = before.and_then(|_| fences.next());
        let (schema, next) = (self.schema, self.done.len() + 1);
        let holes = Holes { question, schema, known, done, next, before, mistakes: fences.collect() };
        Ok(WORDING.request(Self::id(), Language::of(self.question), holes)?.with_max_tokens(512))
    }

    fn parse(&self, reply: &Reply) -> kag_llm::Result<String> {
        Ok(without_thoughts(&reply.text).trim().to_owned())
    }
}
