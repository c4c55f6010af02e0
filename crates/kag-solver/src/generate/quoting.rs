//! A generator that asks no model.

use async_trait::async_trait;
use kag_llm::Language;

use super::{GenerateInput, Generator, Sentence};
use crate::Result;

/// One sentence a row of the answer, made of its values alone. The default where there is
/// no model.
#[derive(Clone, Copy, Debug, Default)]
pub struct QuotingGenerator;

#[async_trait]
impl Generator for QuotingGenerator {
    async fn generate(&self, input: GenerateInput<'_>) -> Result<Vec<Sentence>> {
        let (comma, full_stop) = match Language::of(input.question) {
            Language::Zh => ("，", "。"),
            Language::En => (", ", "."),
        };
        let rows = input.answer.rows().iter().zip(input.of_rows);
        let sentences = rows.map(|(row, numbers)| {
            let values: Vec<String> = row.cells().iter().flatten().map(ToString::to_string).collect();
            Sentence { text: values.join(comma) + full_stop, citations: numbers.clone() }
        });
        Ok(sentences.collect())
    }
}
