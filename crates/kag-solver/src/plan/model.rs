//! A planner that asks a model for the whole plan at once.

use std::sync::Arc;

use async_trait::async_trait;
use kag_llm::{
    Fence, Language, LanguageModel, LanguageModelExt, Prompt, PromptId, Reply, Request, Wording, without_thoughts,
};
use kag_schema::Diagnostic;
use serde::Serialize;

use super::{Mistakes, PlanInput, Planner, ROWS, described};
use crate::{
    Error, Result,
    logical::{Plan, check, parse},
};

const WORDING: Wording =
    Wording::from_static(include_str!("../../prompts/plan.en.md"), include_str!("../../prompts/plan.zh.md"));

/// The wording where there is no schema: predicates are the model's own words, and each step
/// has a question, since passages have to answer it.
const OPEN_WORDING: Wording =
    Wording::from_static(include_str!("../../prompts/plan_open.en.md"), include_str!("../../prompts/plan_open.zh.md"));

/// Changes whenever the wording without a schema does.
const OPEN_VERSION: &str = "open-1";

/// The static planner of KAG: a model writes the whole plan as a logical form, with the
/// schema and examples in canonical syntax before it. Without a schema it says predicates in
/// its own words, and beside each step the question that a passage has to answer.
///
/// A plan that does not parse or check goes back with its diagnostics, warnings too, at most
/// `attempts - 1` times; the last one may have warnings.
#[derive(Clone, Debug)]
pub struct ModelPlanner {
    model: Arc<dyn LanguageModel>,
    /// How often the model may write: 3.
    pub attempts: usize,
    /// Most characters of schema in the prompt: 4,000.
    pub schema_characters: usize,
    /// Whether a question that its plans left unanswered is then looked for as it is: yes.
    pub then_plain: bool,
}

impl ModelPlanner {
    /// The planner that asks `model`.
    #[must_use]
    pub fn new(model: Arc<dyn LanguageModel>) -> Self {
        Self { model, attempts: 3, schema_characters: 4000, then_plain: true }
    }
}

#[async_trait]
impl Planner for ModelPlanner {
    async fn plan(&self, input: PlanInput<'_>) -> Result<Plan> {
        let language = Language::of(input.question);
        let schema = input.schema.map(|schema| described(schema, language, self.schema_characters)).unwrap_or_default();
        let known = input.known(ROWS);
        let mut mistakes = Mistakes::default();
        for left in (0..self.attempts.max(1)).rev() {
            let prompt = WritePlan { question: input.question, schema: &schema, known: &known, mistakes: &mistakes };
            let text = self.model.ask(&prompt).await?;
            let (plan, mut diagnostics) = parse(&text);
            if !diagnostics.iter().any(Diagnostic::is_error) {
                diagnostics.extend(check(&plan, input.schema));
            }
            // What only looks wrong, as a predicate that the schema does not have, is worth
            // another try but not the end of it.
            if left == 0 {
                diagnostics.retain(Diagnostic::is_error);
            }
            if diagnostics.is_empty() && !plan.steps.is_empty() {
                return Ok(plan);
            }
            mistakes = Mistakes { text, diagnostics };
        }
        Err(Error::Plan { text: mistakes.text.into(), diagnostics: mistakes.diagnostics })
    }

    fn then_plain(&self) -> bool {
        self.then_plain
    }
}

struct WritePlan<'p> {
    question: &'p str,
    schema: &'p str,
    known: &'p [String],
    mistakes: &'p Mistakes,
}

impl Prompt for WritePlan<'_> {
    type Output = String;
    const NAME: &'static str = "plan";
    const VERSION: &'static str = "3";

    fn render(&self) -> kag_llm::Result<Request> {
        #[derive(Serialize)]
        struct Holes<'h> {
            question: Fence<'h>,
            schema: &'h str,
            known: Vec<Fence<'h>>,
            before: Option<Fence<'h>>,
            mistakes: Vec<Fence<'h>>,
        }
        let before = Some(self.mistakes.text.as_str()).filter(|text| !text.is_empty());
        let mistakes = self.mistakes.rendered();
        let known = self.known.iter().map(String::as_str);
        let texts: Vec<&str> = std::iter::once(self.question)
            .chain(known)
            .chain(before)
            .chain(mistakes.iter().map(String::as_str))
            .collect();
        let mut fences = Fence::all(&texts).into_iter();
        let question = fences.next().unwrap_or_else(|| Fence::of(self.question));
        let known = fences.by_ref().take(self.known.len()).collect();
        let before = before.and_then(|_| fences.next());
        let holes = Holes { question, schema: self.schema, known, before, mistakes: fences.collect() };
        let (wording, id) = match self.schema {
            "" => (OPEN_WORDING, PromptId::new(Self::NAME, OPEN_VERSION)),
            _ => (WORDING, Self::id()),
        };
        Ok(wording.request(id, Language::of(self.question), holes)?.with_max_tokens(1024))
    }

    fn parse(&self, reply: &Reply) -> kag_llm::Result<String> {
        Ok(without_thoughts(&reply.text).trim().to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(question: &str, schema: &str) -> Request {
        WritePlan { question, schema, known: &[], mistakes: &Mistakes::default() }.render().unwrap()
    }

    #[test]
    fn without_a_schema_none_is_spoken_of() {
        for (question, word) in [("Who?", "schema"), ("谁？", "模式")] {
            let (open, bound) = (asked(question, ""), asked(question, "Person: name"));
            assert!(open.messages.iter().all(|message| !message.text.contains(word)), "{open:?}");
            assert!(bound.messages.iter().any(|message| message.text.contains(word)), "{bound:?}");
            assert_eq!((&*open.prompt.name, &*bound.prompt.name), ("plan", "plan"));
            assert_ne!(open.prompt.version, bound.prompt.version);
        }
    }

    #[test]
    fn the_examples_without_a_schema_are_plans() {
        for question in ["Who?", "谁？"] {
            let system = &asked(question, "").messages[0].text;
            let examples: Vec<String> = system
                .split("\n\n")
                .map(|part| {
                    part.lines().filter(|line| line.starts_with("Step") || line.starts_with("Action")).collect()
                })
                .filter(|lines: &Vec<&str>| !lines.is_empty())
                .map(|lines| lines.join("\n"))
                .collect();
            assert_eq!(examples.len(), 2);
            for example in examples {
                let (plan, mut diagnostics) = parse(&example);
                diagnostics.extend(check(&plan, None));
                assert!(diagnostics.is_empty(), "{example}\n{diagnostics:?}");
                let questions = plan.steps.iter().filter(|step| step.subquestion.is_some()).count();
                assert_eq!(questions, 2, "{plan}");
            }
        }
    }
}
