//! The prompt that has a model read the answers to several questions in one call.

use kag_llm::{Fence, Format, Language, Prompt, Reply, Request, Result, Wording, read};
use serde::{Deserialize, Serialize};

use super::read_values::ReadValue;

const WORDING: Wording =
    Wording::from_static(include_str!("../../prompts/read_many.en.md"), include_str!("../../prompts/read_many.zh.md"));

/// Asks for the values that answer each of several questions.
pub(super) struct ReadMany<'p> {
    pub(super) questions: &'p [&'p str],
    pub(super) passages: &'p [&'p str],
}

#[derive(Deserialize)]
struct Answer {
    #[serde(default)]
    values: Vec<Item>,
}

#[derive(Deserialize)]
struct Item {
    #[serde(default, deserialize_with = "kag_llm::lenient::text")]
    value: Option<String>,
    #[serde(default, deserialize_with = "kag_llm::lenient::text")]
    quote: Option<String>,
    #[serde(default, deserialize_with = "kag_llm::lenient::number")]
    passage: Option<f64>,
    #[serde(default, deserialize_with = "kag_llm::lenient::number")]
    question: Option<f64>,
}

impl Prompt for ReadMany<'_> {
    /// The values of each question, in the order of the questions.
    type Output = Vec<Vec<ReadValue>>;
    const NAME: &'static str = "read_many";
    const VERSION: &'static str = "2";

    fn render(&self) -> Result<Request> {
        #[derive(Serialize)]
        struct Holes<'h> {
            questions: Vec<Fence<'h>>,
            passages: Vec<Fence<'h>>,
        }
        let texts: Vec<&str> = self.questions.iter().chain(self.passages).copied().collect();
        let mut fences = Fence::all(&texts).into_iter();
        let questions = fences.by_ref().take(self.questions.len()).collect();
        let holes = Holes { questions, passages: fences.collect() };
        let language = Language::of(self.questions.first().copied().unwrap_or_default());
        let request = WORDING.request(Self::id(), language, &holes)?;
        Ok(request.with_format(Format::Json { name: Self::NAME.into(), schema: schema() }))
    }

    fn parse(&self, reply: &Reply) -> Result<Self::Output> {
        let mut values: Vec<Vec<ReadValue>> = self.questions.iter().map(|_| Vec::new()).collect();
        for item in read::<Answer>(&reply.text)?.value.values {
            // A value without words, passage or question cannot be checked; the others stand.
            let (Some(value), Some(quote)) = (item.value, item.quote) else { continue };
            let (Some(question), Some(passage)) = (place(item.question), place(item.passage)) else { continue };
            if let Some(of_question) = values.get_mut(question).filter(|_| !value.trim().is_empty()) {
                of_question.push(ReadValue { value, quote, passage });
            }
        }
        Ok(values)
    }
}

/// The place, from 0, that a number from 1 means.
fn place(number: Option<f64>) -> Option<usize> {
    let number = number.filter(|number| number.fract() == 0.0 && (1.0..1e6).contains(number))?;
    Some(number as usize - 1)
}

fn schema() -> serde_json::Value {
    serde_json::json!({
        "type": "object",
        "additionalProperties": false,
        "required": ["values"],
        "properties": {
            "values": {
                "type": "array",
                "items": {
                    "type": "object",
                    "additionalProperties": false,
                    "required": ["question", "passage", "quote", "value"],
                    "properties": {
                        "question": { "type": "integer" },
                        "passage": { "type": "integer" },
                        "quote": { "type": "string" },
                        "value": { "type": "string" }
                    }
                }
            }
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_go_to_the_questions_that_they_name() {
        let prompt = ReadMany { questions: &["a?", "b?"], passages: &["one", "two"] };
        let reply = Reply::new(
            r#"{"values": [
                {"question": 2, "passage": 1, "quote": "one", "value": "one"},
                {"question": "1", "passage": "2", "quote": "two", "value": "two"},
                {"question": 3, "passage": 1, "quote": "one", "value": "one"},
                {"passage": 1, "quote": "one", "value": "one"}
            ]}"#,
        );
        let values = prompt.parse(&reply).unwrap_or_default();
        let places: Vec<Vec<usize>> = values.iter().map(|of| of.iter().map(|value| value.passage).collect()).collect();
        assert_eq!(places, [[1], [0]]);
    }
}
