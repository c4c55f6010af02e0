//! The filter that asks a model.

use std::sync::Arc;

use async_trait::async_trait;
use kag_core::{BoxError, FactRecord};
use kag_llm::{Fence, Format, Language, LanguageModel, LanguageModelExt, Prompt, Reply, Request, Wording, read};
use serde::{Deserialize, Serialize};

use super::FactFilter;

const WORDING: Wording = Wording::from_static(
    include_str!("../../../prompts/filter_facts.en.md"),
    include_str!("../../../prompts/filter_facts.zh.md"),
);

/// Has a model choose the facts that help to answer the question: one call a question.
#[derive(Clone, Debug)]
pub struct ModelFactFilter {
    model: Arc<dyn LanguageModel>,
}

impl ModelFactFilter {
    /// The filter that asks `model`.
    #[must_use]
    pub fn new(model: Arc<dyn LanguageModel>) -> Self {
        Self { model }
    }
}

#[async_trait]
impl FactFilter for ModelFactFilter {
    async fn keep(&self, question: &str, facts: &[Arc<FactRecord>]) -> Result<Vec<usize>, BoxError> {
        let statements: Vec<&str> = facts.iter().map(|fact| &*fact.statement).collect();
        Ok(self.model.ask(&FilterFacts { question, facts: &statements }).await?)
    }
}

struct FilterFacts<'p> {
    question: &'p str,
    facts: &'p [&'p str],
}

impl Prompt for FilterFacts<'_> {
    /// Places in `facts`, from 0.
    type Output = Vec<usize>;
    const NAME: &'static str = "filter_facts";
    const VERSION: &'static str = "1";

    fn render(&self) -> kag_llm::Result<Request> {
        #[derive(Serialize)]
        struct Holes<'h> {
            question: Fence<'h>,
            facts: Vec<Fence<'h>>,
        }
        let texts: Vec<&str> = std::iter::once(self.question).chain(self.facts.iter().copied()).collect();
        let mut fences = Fence::all(&texts).into_iter();
        let question = fences.next().unwrap_or_else(|| Fence::of(self.question));
        let schema = serde_json::json!({
            "type": "object",
            "additionalProperties": false,
            "required": ["keep"],
            "properties": { "keep": { "type": "array", "items": { "type": "integer" } } }
        });
        let holes = Holes { question, facts: fences.collect() };
        let request = WORDING.request(Self::id(), Language::of(self.question), holes)?;
        Ok(request.with_format(Format::Json { name: Self::NAME.into(), schema }))
    }

    fn parse(&self, reply: &Reply) -> kag_llm::Result<Vec<usize>> {
        #[derive(Deserialize)]
        struct Chosen {
            keep: Vec<usize>,
        }
        let chosen = read::<Chosen>(&reply.text)?.value.keep;
        Ok(chosen.into_iter().filter_map(|number| number.checked_sub(1)).filter(|at| *at < self.facts.len()).collect())
    }
}
