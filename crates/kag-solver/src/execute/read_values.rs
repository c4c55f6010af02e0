//! The prompt that has a model read values out of passages.

use kag_llm::{Fence, Format, Language, Prompt, Reply, Request, Result, Wording, read};
use serde::{Deserialize, Serialize};

const WORDING: Wording = Wording::from_static(
    include_str!("../../prompts/read_values.en.md"),
    include_str!("../../prompts/read_values.zh.md"),
);

/// Asks for the values that answer a question, each with the words that say so.
pub(super) struct ReadValues<'p> {
    pub(super) question: &'p str,
    pub(super) passages: &'p [&'p str],
}

/// A value, and where a model claims to have read it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct ReadValue {
    pub(super) value: String,
    /// Words of the passage, claimed to be verbatim.
    pub(super) quote: String,
    /// Which passage, from 0; as the model says, and so perhaps none.
    pub(super) passage: usize,
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
}

impl Prompt for ReadValues<'_> {
    type Output = Vec<ReadValue>;
    const NAME: &'static str = "read_values";
    const VERSION: &'static str = "3";

    fn render(&self) -> Result<Request> {
        #[derive(Serialize)]
        struct Holes<'h> {
            question: Fence<'h>,
            passages: Vec<Fence<'h>>,
        }
        let texts: Vec<&str> = std::iter::once(self.question).chain(self.passages.iter().copied()).collect();
        let mut fences = Fence::all(&texts).into_iter();
        let question = fences.next().unwrap_or_else(|| Fence::of(self.question));
        let holes = Holes { question, passages: fences.collect() };
        let request = WORDING.request(Self::id(), Language::of(self.question), &holes)?;
        Ok(request.with_format(Format::Json { name: Self::NAME.into(), schema: schema() }))
    }

    fn parse(&self, reply: &Reply) -> Result<Vec<ReadValue>> {
        let answer = read::<Answer>(&reply.text)?.value;
        // A value without words or passage cannot be checked; the others stand.
        let checkable = answer.values.into_iter().filter_map(|item| {
            let (value, quote) = (item.value?, item.quote?);
            let number = item.passage.filter(|number| number.fract() == 0.0 && (1.0..1e6).contains(number))?;
            Some(ReadValue { value, quote, passage: number as usize - 1 })
        });
        Ok(checkable.filter(|read| !read.value.trim().is_empty()).collect())
    }
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
                    "required": ["passage", "quote", "value"],
                    "properties": {
                        "passage": { "type": "integer" },
                        "quote": { "type": "string" },
                        "value": { "type": "string" }
                    }
                }
            }
        }
    })
}
