//! A generator that asks a model.

use std::sync::Arc;

use async_trait::async_trait;
use kag_llm::{
    ErrorKind, Fence, Format, Language, LanguageModel, LanguageModelExt, Prompt, Reply, Request, Wording, read,
};
use serde::{Deserialize, Serialize};

use super::{GenerateInput, Generator, Sentence};
use crate::Result;

const WORDING: Wording =
    Wording::from_static(include_str!("../../prompts/generate.en.md"), include_str!("../../prompts/generate.zh.md"));

/// Has a model write the answer from the values found and the sources cited for them.
///
/// A sentence cites by number. Numbers of sources that it was not shown are dropped, so a
/// sentence that rests on nothing is marked as unsupported.
#[derive(Clone, Debug)]
pub struct ModelGenerator {
    model: Arc<dyn LanguageModel>,
}

impl ModelGenerator {
    /// The generator that asks `model`.
    #[must_use]
    pub fn new(model: Arc<dyn LanguageModel>) -> Self {
        Self { model }
    }
}

#[async_trait]
impl Generator for ModelGenerator {
    async fn generate(&self, input: GenerateInput<'_>) -> Result<Vec<Sentence>> {
        Ok(self.model.ask(&WriteAnswer { input }).await?)
    }
}

struct WriteAnswer<'p> {
    input: GenerateInput<'p>,
}

impl Prompt for WriteAnswer<'_> {
    type Output = Vec<Sentence>;
    const NAME: &'static str = "generate";
    const VERSION: &'static str = "2";

    fn render(&self) -> kag_llm::Result<Request> {
        #[derive(Serialize)]
        struct Holes<'h> {
            question: Fence<'h>,
            answer: Fence<'h>,
            sources: Vec<Fence<'h>>,
        }
        let table = self.input.answer.render_values(50);
        let quotes: Vec<String> = self
            .input
            .citations
            .iter()
            .map(|citation| {
                let statement = citation.statement.as_deref().map(|text| format!("{text}\n")).unwrap_or_default();
                format!("{statement}«{}»", citation.quote)
            })
            .collect();
        let texts: Vec<&str> =
            [self.input.question, &table].into_iter().chain(quotes.iter().map(String::as_str)).collect();
        let mut fences = Fence::all(&texts).into_iter();
        let (question, answer) = match (fences.next(), fences.next()) {
            (Some(question), Some(answer)) => (question, answer),
            _ => (Fence::of(self.input.question), Fence::of(&table)),
        };
        let holes = Holes { question, answer, sources: fences.collect() };
        // A grammar made of this has the keys written in their order: sources, then what they say.
        let schema = serde_json::json!({
            "type": "object",
            "additionalProperties": false,
            "required": ["sentences"],
            "properties": {
                "sentences": {
                    "type": "array",
                    "items": {
                        "type": "object",
                        "additionalProperties": false,
                        "required": ["text", "sources"],
                        "properties": {
                            "text": { "type": "string" },
                            "sources": { "type": "array", "items": { "type": "integer" } }
                        }
                    }
                }
            }
        });
        let request = WORDING.request(Self::id(), Language::of(self.input.question), holes)?;
        Ok(request.with_format(Format::Json { name: Self::NAME.into(), schema }))
    }

    fn parse(&self, reply: &Reply) -> kag_llm::Result<Vec<Sentence>> {
        #[derive(Deserialize)]
        struct Answer {
            sentences: Vec<Written>,
        }
        #[derive(Deserialize)]
        struct Written {
            text: String,
            #[serde(default, deserialize_with = "kag_llm::lenient::strings")]
            sources: Vec<String>,
        }
        let written = read::<Answer>(&reply.text)?.value.sentences.into_iter();
        // A weak model says the example of the prompt again.
        let wording = WORDING;
        let example = wording.template(Language::of(self.input.question)).source();
        let says = |text: &str| !text.is_empty() && !example.contains(&format!("\"{text}\""));
        let sentences = written.filter(|sentence| says(sentence.text.trim())).map(|sentence| {
            let numbers = sentence.sources.iter();
            let citations = numbers.filter_map(|number| number.trim_matches(['[', ']', ' ']).parse().ok()).collect();
            Sentence { text: sentence.text.trim().to_owned(), citations }
        });
        let sentences: Vec<Sentence> = sentences.collect();
        if sentences.is_empty() {
            return Err(kag_llm::Error::new(ErrorKind::Unusable, Self::NAME).with("reply", "has no sentence"));
        }
        Ok(sentences)
    }
}
